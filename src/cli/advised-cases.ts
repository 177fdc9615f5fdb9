/** Incidents with advice that knows whether the failed release changed the database: asked of git, where the contract names the folder. */
import path from 'node:path';
import { readContract } from '../contract/read-contract.ts';
import { InputError } from '../errors.ts';
import type { LedgerRow } from '../ledger/schema.ts';
import { createStreamGit } from '../record/dora/stream-git.ts';
import type { Migrations } from '../record/incident/advise.ts';
import { type IncidentCase, toIncidentCases } from '../record/incident/incident-case.ts';
import { buildOf, toProductionRuns } from '../record/production-runs.ts';
import type { Incident } from '../record/schema.ts';
import { type CliContext, contractsDir } from './context.ts';

const TIMEOUT_MS = 10_000;

/** `rows`: what the incidents were derived from. */
export async function toAdvisedCases(
  incidents: readonly Incident[],
  rows: readonly LedgerRow[],
  context: CliContext,
): Promise<IncidentCase[]> {
  const now = context.now();
  const cases = toIncidentCases(incidents, rows, { now });
  const migrations = new Map<string, Migrations>();
  for (const { incident, advice } of cases)
    if (advice.target !== null)
      migrations.set(incident.id, await findMigrations(advice.target, nowThere(incident, rows), context));
  return migrations.size === 0 ? cases : toIncidentCases(incidents, rows, { now, migrations });
}

/** What failed last is what is deployed. */
function nowThere({ failedRuns, commit }: Incident, rows: readonly LedgerRow[]): string {
  const last = toProductionRuns(rows).find(({ runId }) => runId === failedRuns.at(-1));
  return last === undefined ? commit : buildOf(last);
}

/** Anything that git or the contract does not say is not known. */
async function findMigrations(from: string, to: string, context: CliContext): Promise<Migrations> {
  const code = readCode(context);
  const isCommit = (build: string): boolean => /^[0-9a-f]{7,64}$/.test(build);
  if (code === undefined || !isCommit(from) || !isCommit(to)) return 'unknown';
  const git = createStreamGit(path.resolve(context.cwd, code.repository), context.env['PATH'], TIMEOUT_MS);
  let changed = 0;
  const asked = await git(['diff-tree', '-r', '--name-only', '--no-renames', from, to, '--', code.migrations], {
    onChunk: (chunk) => {
      changed += chunk.length;
    },
  });
  if (!asked.ok) return 'unknown';
  return changed > 0 ? 'some' : 'none';
}

/** As written: nothing else of the contract has to be right for this. */
function readCode(context: CliContext): { readonly repository: string; readonly migrations: string } | undefined {
  try {
    const { value } = readContract(contractsDir(context)).document;
    const { code } = value as { readonly code?: { readonly repository?: unknown; readonly migrations?: unknown } };
    const { repository = '.', migrations } = code ?? {};
    if (typeof migrations !== 'string' || typeof repository !== 'string') return undefined;
    return `${repository}${migrations}`.includes('${') ? undefined : { repository, migrations };
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

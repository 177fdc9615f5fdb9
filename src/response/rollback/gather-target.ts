/** What is known of each release that could be gone back to, newest first, until one fits or one cannot be told. */
import type { CompatibleSchema } from '../../contract/rollback-policy-schema.ts';
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import type { Git } from '../../probe/code/git.ts';
import { readSealedRecord } from '../../record/read-sealed-record.ts';
import type { RunRecord } from '../../run/schema.ts';
import type { VerdictRecord } from '../../verdict/schema.ts';
import type { FailedRun } from './decide-rollback.ts';
import {
  type Candidate,
  chooseTarget,
  listCandidates,
  type SchemaFacts,
  schemaOf,
  type TargetFinding,
} from './find-target.ts';
import type { RollbackHistory } from './read-rollbacks.ts';
import type { Served } from './served.ts';

export interface TargetSources {
  readonly stateDir: string;
  readonly system: Pick<ResolvedSystem, 'contract'>;
  readonly git: Git;
  readonly compatible: readonly CompatibleSchema[];
  /** a sealed record has to give its verdict again */
  readonly judge: (record: RunRecord) => VerdictRecord;
  /** the history is on a server: a record may lie on another machine */
  readonly isShared: boolean;
}

const NOTHING_SAID = { version: undefined, isAbsent: false };

export async function gatherTarget(
  sources: TargetSources,
  failed: FailedRun,
  served: Served,
  history: RollbackHistory,
): Promise<TargetFinding> {
  const database = await databaseNow(sources, failed, served);
  const candidates: Candidate[] = [];
  let finding = chooseTarget(candidates, database, sources.compatible);
  for (const run of listCandidates(history, failed.commit)) {
    const candidate = await toCandidate(sources, run);
    if (candidate === undefined) continue;
    candidates.push(candidate);
    finding = chooseTarget(candidates, database, sources.compatible);
    if (finding.kind !== 'misfit') break;
  }
  return finding;
}

/** What the system says now outranks what it said when it failed. */
async function databaseNow(sources: TargetSources, { run, commit }: FailedRun, served: Served): Promise<SchemaFacts> {
  const read = readSealedRecord(sources.stateDir, run);
  const said = 'record' in read ? schemaOf(read.record) : NOTHING_SAID;
  const now = served.kind === 'one' ? served.schemaVersion : undefined;
  return { ...said, version: now ?? said.version, migrations: await migrationsOf(sources, commit) };
}

/** Undefined: its record was changed, or does not give its verdict again; it proves nothing. */
async function toCandidate(sources: TargetSources, run: SealedEvent): Promise<Candidate | undefined> {
  const { stateDir, judge, isShared } = sources;
  const commit = run.expected.commit ?? '';
  const migrations = await migrationsOf(sources, commit);
  const read = readSealedRecord(stateDir, run);
  if ('isGone' in read && isShared) return { commit, run, schema: { ...NOTHING_SAID, migrations } };
  if ('problem' in read) return undefined;
  const again = judge(read.record);
  if (again.verdict !== 'passed' || !again.complete) return undefined;
  return { commit, run, schema: { ...schemaOf(read.record), migrations } };
}

async function migrationsOf({ system, git }: TargetSources, commit: string): Promise<readonly string[] | undefined> {
  const { migrations } = system.contract.code;
  if (migrations === undefined) return undefined;
  const names = await git.listFiles(commit, migrations);
  return names.ok ? names.value.filter((name) => /^\d/.test(name)) : undefined;
}

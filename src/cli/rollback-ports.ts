/** What a rollback and a rehearsal take from this machine: contract, policy, history, driver, processes. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadPolicy } from '../contract/load-policy.ts';
import { loadSystem } from '../contract/load-system.ts';
import { createRedactor } from '../contract/redact.ts';
import type { ResolvedSystem } from '../contract/schema.ts';
import { openExisting } from '../ledger/open-existing.ts';
import type { Ledger } from '../ledger/schema.ts';
import { systemClock } from '../probe/clock.ts';
import { createTools } from '../probe/tools.ts';
import { findProof } from '../record/find-proof.ts';
import type { Scope } from '../record/production-runs.ts';
import { createDriver, credentialsOf } from '../response/rollback/create-driver.ts';
import type { Driver } from '../response/rollback/driver.ts';
import { gatherTarget } from '../response/rollback/gather-target.ts';
import type { RollbackPorts } from '../response/rollback/ports.ts';
import { runGroup } from '../response/rollback/run-group.ts';
import { askIdentity } from '../response/rollback/served.ts';
import { judge } from '../verdict/judge.ts';
import { type CliContext, contractsDir, ledgerPlace, stateDir } from './context.ts';
import { stateOf, thisProcess } from './journal-place.ts';
import { confirmFailure } from './rollback-confirm.ts';
import { type ProcessPlace, runSuite } from './rollback-processes.ts';

export interface OpenedRollback {
  readonly scope: Scope;
  /** undefined = there is no history, so that nothing was ever proven */
  readonly ports: RollbackPorts | undefined;
  readonly place: ProcessPlace | undefined;
  readonly close: () => Promise<void>;
}

/** Throws InputError with all problems of the contract, the policy or a missing credential. */
export async function openRollbackPorts(context: CliContext, environment: string): Promise<OpenedRollback> {
  const { rollback: policy } = loadPolicy(contractsDir(context));
  const system = loadSystem({ contractsDir: contractsDir(context), environment, env: context.env });
  const scope = { system: system.contract.system, environment };
  const rules = Object.hasOwn(policy.drivers, environment) ? policy.drivers[environment] : undefined;
  const credentials = credentialsOf(rules);
  const folders: string[] = [];
  const driver = rules && createDriver(rules, environment, toDriverTools(context, system, credentials, folders));
  const ledger = await openExisting({ stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) });
  if (ledger === undefined) return { scope, ports: undefined, place: undefined, close: async () => {} };
  const place = { context, ...scope, policy, credentials, ledger };
  const { ports, end } = toPorts({ context, system, scope, driver, place });
  const close = async (): Promise<void> => {
    end();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    await ledger.close();
  };
  return { scope, ports, place, close };
}

function toDriverTools(
  context: CliContext,
  system: ResolvedSystem,
  credentials: readonly string[],
  folders: string[],
): Parameters<typeof createDriver>[2] {
  const known = credentials.map((name) => [name, context.env[name] ?? ''] as const);
  return {
    run: runGroup,
    fetch,
    clock: systemClock(),
    env: context.env,
    projectDir: path.dirname(contractsDir(context)),
    temporaryFolder: () => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'gate10-rollback-'));
      folders.push(folder);
      return folder;
    },
    redact: createRedactor(new Map([...system.secrets, ...known])),
  };
}

interface Parts {
  readonly context: CliContext;
  readonly system: ResolvedSystem;
  readonly scope: Scope;
  readonly driver: Driver | undefined;
  readonly place: ProcessPlace;
}

function toPorts({ context, system, scope, driver, place }: Parts): { ports: RollbackPorts; end: () => void } {
  const { policy, ledger } = place;
  const clock = { ...systemClock(), now: context.now };
  const tools = createTools(system, { clock, nonce: randomBytes(12).toString('hex'), path: context.env['PATH'] });
  const isShared = ledgerPlace(context).store !== undefined;
  const folder = stateDir(context);
  const ports: RollbackPorts = {
    ...{ ledger, scope, policy, driver, clock, stateOf },
    newId: () => randomBytes(8).toString('hex'),
    owner: thisProcess(),
    findProof: (commit) =>
      findProof({
        ...{ stateDir: folder, ledger: ofSystem(ledger, scope.system), environment: scope.environment },
        ...{ now: context.now(), maxAgeMs: policy.maxAge, judge, isShared },
        ...(commit === undefined ? {} : { commit }),
      }),
    askSystem: () => askIdentity({ system, client: tools.client, clock }),
    confirm: (failed) => confirmFailure(place, failed),
    findTarget: (failed, served, history) =>
      gatherTarget(
        { stateDir: folder, system, git: tools.git, compatible: policy.compatible, judge, isShared },
        failed,
        served,
        history,
      ),
    runSuite: (commit) => runSuite(place, commit),
    say: (line) => context.stderr(`${line}\n`),
  };
  return { ports, end: () => tools.client.close() };
}

/** Another system of the same environment name may share the history: its failures are none of ours. What names no system may be. */
function ofSystem(ledger: Ledger, system: string): Ledger {
  return {
    ...ledger,
    rows: async (filter) => {
      const rows = await ledger.rows(filter);
      return rows.filter(({ event }) => event.system === undefined || event.system === system);
    },
  };
}

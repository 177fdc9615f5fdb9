/** Every safe operation of one environment: planned, measured one after the other, judged, recorded. */
import { type CliContext, contractsDir } from '../../src/cli/context.ts';
import { journalPlace } from '../../src/cli/journal-place.ts';
import { endSuite } from '../../src/cli/suite-output.ts';
import { loadPolicy } from '../../src/contract/load-policy.ts';
import { loadSystem } from '../../src/contract/load-system.ts';
import { createRedactor, type Redactor, redactJson } from '../../src/contract/redact.ts';
import type { ResolvedSystem } from '../../src/contract/schema.ts';
import { systemClock } from '../../src/probe/clock.ts';
import { readApiDocuments } from '../../src/probe/endpoints/api-documents.ts';
import { type Client, createClient } from '../../src/probe/http/request.ts';
import { createJournal } from '../../src/probe/journal/journal.ts';
import { measureOperation } from '../../src/probe/performance/measure-operation.ts';
import { planOperations } from '../../src/probe/performance/plan-operations.ts';
import { createTools } from '../../src/probe/tools.ts';
import { judgeLeftOut, judgeMeasured, slowest } from '../../src/record/performance/judge-measured.ts';
import type { SuiteCheck } from '../../src/record/suite.ts';
import { plainLine } from '../../src/run/plain-text.ts';
import { createSessions } from '../integration/generic/session.ts';
import { createTarget } from '../integration/generic/target.ts';

export interface MeasureEnvironment {
  readonly environment: string;
  readonly context: CliContext;
  readonly nonce: string;
  readonly signal: AbortSignal;
}

/** Sets the exit code; throws InputError. An account that was made is removed, whatever happens. */
export async function measureEnvironment({ environment, context, nonce, signal }: MeasureEnvironment): Promise<void> {
  const startedAt = context.now().toISOString();
  const contracts = contractsDir(context);
  const given = loadPolicy(contracts).performance;
  const system = loadSystem({ contractsDir: contracts, environment, env: context.env });
  const { pace } = system.environment;
  const ratePerSecond = Math.min(given.ratePerSecond, pace?.perSecond ?? given.ratePerSecond);
  const policy = { ...given, ratePerSecond };
  const documents = await readApiDocuments(system, undefined);
  const account = await openAccount(system, documents, nonce, context);
  const hide = createRedactor(system.secrets);
  const redact: Redactor = (text) => account.redact(hide(text));
  const checks: SuiteCheck[] = [];
  try {
    const plan = planOperations({ system, documents, policy, nonce, session: account.headers });
    checks.push(...account.checks, ...plan.leftOut.map(judgeLeftOut));
    const client = openClient(system, policy.maxInFlight, nonce);
    try {
      for (const operation of plan.operations) {
        const clock = systemClock();
        const result = await measureOperation(operation, { client, clock, policy, signal });
        checks.push(judgeMeasured(operation, result, policy));
        context.stderr(`${plainLine(redact(checks.at(-1)?.message ?? ''))}\n`);
      }
    } finally {
      client.close();
    }
  } finally {
    checks.push(...(await account.close()));
  }
  const summary = `${policy.ratePerSecond} requests a second to each operation of ${system.contract.system}, ${environment}.`;
  const suite = { suite: 'performance', startedAt, checks: redactJson(checks, redact), inputs: [] } as const;
  await endSuite({ ...suite, latencyMs: slowest(checks) }, summary, { record: true }, context);
}

/** Keeps to no pace and queues nothing: both would be measured. */
function openClient(system: ResolvedSystem, concurrency: number, nonce: string): Client {
  const clock = systemClock();
  const { resolver, ca, client } = createTools(system, { clock, nonce, path: undefined });
  client.close();
  const { deadlines } = system.environment;
  return createClient({ resolve: resolver.resolve, clock, ca, concurrency, deadlines, nonce });
}

interface Account {
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly checks: readonly SuiteCheck[];
  readonly redact: (text: string) => string;
  close(): Promise<readonly SuiteCheck[]>;
}

/** A synthetic account where the contract says how one is made and the environment lets it be. */
async function openAccount(
  system: ResolvedSystem,
  documents: Awaited<ReturnType<typeof readApiDocuments>>,
  nonce: string,
  context: CliContext,
): Promise<Account> {
  const clock = systemClock();
  const run = { id: `gate10-${nonce}`, nonce };
  const target = await createTarget({ system, documents, clock, run, record: () => {} });
  const sessions = createSessions(target, createJournal(journalPlace(context)));
  const close = async (): Promise<readonly SuiteCheck[]> => {
    const left = (await sessions?.close()) ?? [];
    target.close();
    return left.map((message) => ({
      name: 'account',
      status: 'failed',
      message: `The account is still there: ${message}`,
    }));
  };
  try {
    const session = await sessions?.current();
    return { headers: session?.headers, checks: [], redact: session?.redact ?? ((text) => text), close };
  } catch (error) {
    const message = `What demands a login cannot be measured: ${(error as Error).message}`;
    const check: SuiteCheck = { name: 'account', status: 'inconclusive', reason: 'not-run', message };
    return { headers: undefined, checks: [check], redact: (text) => text, close };
  }
}

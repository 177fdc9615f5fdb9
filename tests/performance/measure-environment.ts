/** Every safe operation of one environment: planned, measured one after the other, judged, recorded. */
import { type CliContext, contractsDir } from '../../src/cli/context.ts';
import { endSuite } from '../../src/cli/suite-output.ts';
import { loadPolicy } from '../../src/contract/load-policy.ts';
import { loadSystem } from '../../src/contract/load-system.ts';
import type { PerformancePolicy } from '../../src/contract/policy-schema.ts';
import { createRedactor, type Redactor, redactJson } from '../../src/contract/redact.ts';
import type { ResolvedSystem } from '../../src/contract/schema.ts';
import { systemClock } from '../../src/probe/clock.ts';
import { readApiDocuments } from '../../src/probe/endpoints/api-documents.ts';
import { createClient } from '../../src/probe/http/request.ts';
import { type MeasureInput, measureOperation } from '../../src/probe/performance/measure-operation.ts';
import { planOperations } from '../../src/probe/performance/plan-operations.ts';
import { createTools } from '../../src/probe/tools.ts';
import { judgeLeftOut, judgeMeasured, slowest } from '../../src/record/performance/judge-measured.ts';
import type { SuiteCheck } from '../../src/record/suite.ts';
import { plainLine } from '../../src/run/plain-text.ts';
import { type Account, openAccount } from './account.ts';
import { openServedBuild, type ServedBuild } from './served-build.ts';

export interface MeasureEnvironment {
  readonly environment: string;
  readonly context: CliContext;
  readonly nonce: string;
  readonly signal: AbortSignal;
}

/** Sets the exit code; throws InputError. An account that was made is removed, whatever happens. */
export async function measureEnvironment(input: MeasureEnvironment): Promise<void> {
  const { environment, context, nonce } = input;
  const startedAt = context.now().toISOString();
  const contracts = contractsDir(context);
  const given = loadPolicy(contracts).performance;
  const system = loadSystem({ contractsDir: contracts, environment, env: context.env });
  const perSecond = system.environment.pace?.perSecond ?? given.ratePerSecond;
  const policy = { ...given, ratePerSecond: Math.min(given.ratePerSecond, perSecond) };
  const tools = openTools(system, policy, nonce, context);
  try {
    const told = context.env['GATE10_EXPECT_SHA'];
    const build = await openServedBuild({ system, ...tools, told });
    const before = await build.look('before');
    // what another build takes says nothing of this one
    const checks = before.status === 'passed' ? await measureAll(input, system, policy, { ...tools, build }) : [];
    const place = { system: system.contract.system, environment, commit: build.commit };
    const suite = { suite: 'performance', startedAt, inputs: [], ...place, latencyMs: slowest(checks) } as const;
    const summary = `${policy.ratePerSecond} requests a second to each operation of ${place.system}, ${environment}.`;
    endSuite({ ...suite, checks: [before, ...checks] }, summary, { record: true }, context);
  } finally {
    tools.client.close();
  }
}

type Tools = Pick<MeasureInput, 'client' | 'clock'>;

/** A client that keeps to no pace and queues nothing: both would be measured. */
function openTools(system: ResolvedSystem, policy: PerformancePolicy, nonce: string, { env }: CliContext) {
  const clock = systemClock();
  const { resolver, ca, client: paced, git } = createTools(system, { clock, nonce, path: env['PATH'] });
  paced.close();
  const { deadlines } = system.environment;
  const concurrency = policy.maxInFlight;
  const client = createClient({ resolve: resolver.resolve, clock, ca, concurrency, deadlines, nonce });
  return { client, clock, git };
}

async function measureAll(
  { context, nonce, signal }: MeasureEnvironment,
  system: ResolvedSystem,
  policy: PerformancePolicy,
  { client, clock, build }: Tools & { readonly build: ServedBuild },
): Promise<readonly SuiteCheck[]> {
  const documents = await readApiDocuments(system, undefined);
  const account: Account = await openAccount(system, documents, nonce, context);
  const hide = createRedactor(system.secrets);
  const redact: Redactor = (text) => account.redact(hide(text));
  const checks: SuiteCheck[] = [...account.checks];
  try {
    const plan = planOperations({ system, documents, policy, nonce, session: account.headers });
    checks.push(...plan.leftOut.map(judgeLeftOut));
    for (const operation of plan.operations) {
      const check = judgeMeasured(
        operation,
        await measureOperation(operation, { client, clock, policy, signal }),
        policy,
      );
      checks.push(check);
      context.stderr(`${plainLine(redact(check.message))}\n`);
    }
    checks.push(await build.look('after'));
  } finally {
    checks.push(...(await account.close()));
  }
  return redactJson(checks, redact);
}

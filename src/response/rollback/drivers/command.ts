/** A program of the adopter's own: its arguments name the target. */
import path from 'node:path';
import type { CommandDriver } from '../../../contract/rollback-policy-schema.ts';
import type { ProcessResult } from '../../../probe/run-process.ts';
import {
  type Driven,
  type DriveOrder,
  type Driver,
  type DriverTools,
  endOf,
  fillArgv,
  MAX_OUTPUT_BYTES,
  toOutcome,
  toSaid,
  wordsOf,
} from '../driver.ts';
import type { Served } from '../served.ts';

const CURRENT_WITHIN_MS = 10_000;

export function createCommandDriver(rules: CommandDriver, tools: DriverTools): Driver {
  const run = (argv: readonly string[], timeoutMs: number): Promise<ProcessResult> => {
    const [file = '', ...args] = argv;
    const cwd = path.resolve(tools.projectDir, rules.cwd ?? '.');
    return tools.run(file, args, { cwd, env: tools.env, timeoutMs, maxBytes: MAX_OUTPUT_BYTES });
  };
  const drive = async (argv: readonly string[], order: DriveOrder): Promise<Driven> => {
    const result = await run(fillArgv(argv, wordsOf(order)), rules.timeout);
    const outcome = toOutcome(result);
    const said = toSaid(result, tools.redact);
    const words = outcome === 'accepted' ? said : [`${argv[0]}: ${endOf(result)}`, said].filter(Boolean).join(': ');
    return { outcome, serves: order.target, said: words };
  };
  const { current, dryRun } = rules;
  return {
    kind: 'command',
    timeoutMs: rules.timeout,
    drive: (order) => drive(rules.argv, order),
    dryRun: async (order) => {
      if (dryRun !== undefined) return drive(dryRun, order);
      const said = `would run ${JSON.stringify(fillArgv(rules.argv, wordsOf(order)))}`;
      return { outcome: 'accepted', serves: order.target, said: tools.redact(said) };
    },
    ...(current && { current: async () => toServedCommit(await run(current, CURRENT_WITHIN_MS)) }),
  };
}

function toServedCommit(result: ProcessResult): Served {
  const commit = result.stdout.toString('utf8').trim();
  if (result.code === 0 && /^[0-9a-f]{7,64}$/.test(commit)) return { kind: 'one', commit };
  const why = result.code === 0 ? 'what it printed is no commit id' : endOf(result);
  return { kind: 'unknown', why: `the driver's "current" says nothing: ${why}` };
}

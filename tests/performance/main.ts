/**
 * `npm run performance`: the latency of every safe operation of the API contracts, in the environment that GATE10_TARGET
 * names; without it, in the embedded system, which is started here unless it is up already. Exit codes as everywhere.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { CliContext } from '../../src/cli/context.ts';
import { EXIT, formatProblem, InputError } from '../../src/errors.ts';
import { measureEnvironment } from './measure-environment.ts';
import { openEmbedded } from './open-embedded.ts';

const root = path.resolve(import.meta.dirname, '../..');
const environment = process.env['GATE10_TARGET'] || 'embedded';

const context: CliContext = {
  cwd: root,
  env: process.env,
  now: () => new Date(),
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  colour: false,
  columns: process.stdout.columns ?? 80,
  setExitCode: (code) => {
    process.exitCode = code;
  },
};

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const embedded = environment === 'embedded' ? await openEmbedded(root, process.env) : undefined;
try {
  await measureEnvironment({ environment, context, nonce: randomBytes(6).toString('hex'), signal: stop.signal });
} catch (error) {
  if (stop.signal.aborted) {
    process.stderr.write('Stopped: nothing is said of the latencies.\n');
    process.exitCode = EXIT.inconclusive;
  } else if (error instanceof InputError) {
    for (const problem of error.problems) process.stderr.write(`${formatProblem(problem)}\n`);
    process.exitCode = EXIT.wrongInput;
  } else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT.ownFault;
  }
} finally {
  await embedded?.stop();
}

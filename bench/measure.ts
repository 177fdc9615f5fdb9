/** Whole-process measurements: a command is run to its end, its wall time taken; figures are medians of paired ratios. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');
export const playwrightCli = path.join(root, 'node_modules/@playwright/test/cli.js');

export interface Run {
  readonly wallMs: number;
  readonly exitCode: number | null;
  readonly output: string;
}

export interface Command {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** exit codes that count as a good measurement; anything else ends the bench */
  readonly expects?: readonly number[];
}

export async function run(command: Command): Promise<Run> {
  const [program = '', ...argv] = command.argv;
  const startedMs = performance.now();
  const child = spawn(program, argv, {
    cwd: command.cwd ?? root,
    env: { ...process.env, ...command.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const wallMs = performance.now() - startedMs;
  if (!(command.expects ?? [0]).includes(exitCode ?? -1)) {
    throw new Error(
      `${command.argv.join(' ')} ended with ${exitCode}, expected ${(command.expects ?? [0]).join(' or ')}:\n${output.slice(-3000)}`,
    );
  }
  return { wallMs, exitCode, output };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** A, B, A, B …: the median of the ratios A/B pair by pair, so that a drifting machine does not decide. */
export async function pairedRatio(
  a: () => Promise<number>,
  b: () => Promise<number>,
  rounds: number,
): Promise<{ ratio: number; aMs: number; bMs: number }> {
  await a();
  await b();
  const pairs: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) pairs.push([await a(), await b()]);
  return {
    ratio: median(pairs.map(([x, y]) => x / y)),
    aMs: median(pairs.map(([x]) => x)),
    bMs: median(pairs.map(([, y]) => y)),
  };
}

export async function startServer(
  serviceTimeMs: number,
): Promise<{ url: string; setBroken(broken: boolean): Promise<void>; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(
    process.execPath,
    [path.join(root, 'bench/endpoints-server.ts'), String(serviceTimeMs)],
    {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const [chunk] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const url = chunk.toString().trim();
  return {
    url,
    async setBroken(broken) {
      await fetch(`${url}/control`, { method: 'PUT', body: JSON.stringify({ broken }) });
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export interface Bar {
  readonly what: string;
  readonly measured: string;
  readonly bar: string;
  readonly holds: boolean | 'information';
}

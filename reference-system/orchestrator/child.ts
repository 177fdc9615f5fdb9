import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** How a child is started: its first line of output is a JSON object that says that it listens. */
export type ChildSpec = { name: string; script: string; env: Record<string, string>; logPath: string };

/** A started child. `ended` settles when it has exited, for whatever reason. */
export type Child = {
  pid: number;
  ended: Promise<void>;
  kill: () => void;
  /** True once it has been told to end, even while it still does so. */
  isDoomed: () => boolean;
  stop: () => Promise<void>;
};

const preload = join(import.meta.dirname, 'exit-with-parent.ts');
// Only a hung start gets here: one that fails exits at once. Generous, for machines that are busy with tests.
const startDeadlineMs = 60_000;
const stopDeadlineMs = 4000;

/**
 * Starts a script with this Node and waits for its first line. The child leaves when this process does.
 * Throws when it exits or stays silent, with what it said last.
 */
export async function startChild(spec: ChildSpec): Promise<{ child: Child; firstLine: Record<string, unknown> }> {
  const started = spawn(process.execPath, ['--import', preload, spec.script], {
    env: { PATH: process.env['PATH'] ?? '', ...spec.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C in a terminal reaches the orchestrator alone, which stops its children in order.
    detached: true,
  });
  const ended = new Promise<void>((done) => started.once('close', () => done()).once('error', () => done()));
  const log = createWriteStream(spec.logPath, { flags: 'a', mode: 0o600 });
  const tail: string[] = [];
  const keep = (line: string): void => {
    log.write(`${line}\n`);
    tail.push(line);
    if (tail.length > 8) tail.shift();
  };
  if (started.stderr !== null) createInterface({ input: started.stderr }).on('line', keep);
  void ended.then(() => log.end());
  const child = toChild(started, ended);
  const line = await firstLine(started, ended, keep);
  if (line.ok) return { child, firstLine: line.value };
  await child.stop();
  throw new Error(`Failed to start ${spec.name}: ${line.reason}. It said: ${tail.join(' | ') || 'nothing'}`);
}

type FirstLine = { ok: true; value: Record<string, unknown> } | { ok: false; reason: string };

async function firstLine(
  started: ChildProcess,
  ended: Promise<void>,
  keep: (line: string) => void,
): Promise<FirstLine> {
  if (started.stdout === null) return { ok: false, reason: 'it has no output' };
  const lines = createInterface({ input: started.stdout });
  const { promise, resolve } = Promise.withResolvers<FirstLine>();
  const timer = setTimeout(() => resolve({ ok: false, reason: `no word in ${startDeadlineMs} ms` }), startDeadlineMs);
  lines.on('line', keep);
  lines.once('line', (line) => resolve(parseLine(line)));
  void ended.then(() => resolve({ ok: false, reason: 'it exited before it listened' }));
  const result = await promise;
  clearTimeout(timer);
  return result;
}

function parseLine(line: string): FirstLine {
  try {
    return { ok: true, value: JSON.parse(line) as Record<string, unknown> };
  } catch (error) {
    return { ok: false, reason: `its first line is not JSON (${String(error)})` };
  }
}

function toChild(started: ChildProcess, ended: Promise<void>): Child {
  return {
    pid: started.pid ?? 0,
    ended,
    kill: () => void started.kill('SIGKILL'),
    isDoomed: () => started.killed || started.exitCode !== null || started.signalCode !== null,
    stop: async () => {
      if (started.exitCode === null && started.signalCode === null) started.kill('SIGTERM');
      const timer = setTimeout(() => started.kill('SIGKILL'), stopDeadlineMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

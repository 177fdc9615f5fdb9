import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

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
const saidLimit = 1500;

/**
 * Starts a script with this Node and waits for its first line. The child leaves when this process does.
 * Throws when it exits or stays silent, with what it said last.
 */
export async function startChild(spec: ChildSpec): Promise<{ child: Child; firstLine: Record<string, unknown> }> {
  const started = spawn(process.execPath, ['--import', preload, spec.script], {
    env: { PATH: process.env['PATH'] ?? '', ...spec.env },
    // A relative path in its environment stays inside the folder of its log.
    cwd: dirname(spec.logPath),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C in a terminal reaches the orchestrator alone, which stops its children in order.
    detached: true,
  });
  const ended = new Promise<void>((done) => started.once('close', () => done()).once('error', () => done()));
  const log = createWriteStream(spec.logPath, { flags: 'a', mode: 0o600 });
  const { stdout, stderr } = started;
  if (stdout === null || stderr === null) throw new Error(`Failed to start ${spec.name}: its output is not piped.`);
  stdout.pipe(log, { end: false });
  stderr.pipe(log, { end: false });
  void ended.then(() => log.end());
  const child = toChild(started, ended);
  const line = await firstLine(stdout, ended);
  if (line.ok) return { child, firstLine: line.value };
  await child.stop();
  await finished(log);
  const said = (await readFile(spec.logPath, 'utf8')).slice(-saidLimit).trim();
  throw new Error(`Failed to start ${spec.name}: ${line.reason}. It said: ${said || 'nothing'}`);
}

type FirstLine = { ok: true; value: Record<string, unknown> } | { ok: false; reason: string };

/** Listens until the first line is complete, and no longer: a busy child writes thousands of lines a second. */
async function firstLine(output: Readable, ended: Promise<void>): Promise<FirstLine> {
  const { promise, resolve } = Promise.withResolvers<FirstLine>();
  const timer = setTimeout(() => resolve({ ok: false, reason: `no word in ${startDeadlineMs} ms` }), startDeadlineMs);
  let text = '';
  const listen = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
    const end = text.indexOf('\n');
    if (end !== -1) resolve(parseLine(text.slice(0, end)));
  };
  output.on('data', listen);
  void ended.then(() => resolve({ ok: false, reason: 'it exited before it listened' }));
  const result = await promise;
  output.off('data', listen);
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

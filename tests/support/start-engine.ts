/** The check engine as a child: its start and its network time hide behind the runner's start. It ends with this process. */
import { type ChildProcess, fork } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { compiledCodeDir } from '../../bin/built.js';
import { type FirstWord, type RunOrder, runDirOf } from '../../src/run/run-order.ts';

const root = path.resolve(import.meta.dirname, '../..');
const STOP_WITHIN_MS = 3000;

export interface RunningEngine {
  /** settles always: an engine that dies without a first word is a fault */
  readonly firstWord: Promise<FirstWord>;
  readonly hasExited: () => boolean;
  readonly stop: () => Promise<void>;
}

export function startEngine(order: RunOrder): RunningEngine {
  // for the workers too: half of the start of a process is compiling
  process.env['NODE_COMPILE_CACHE'] ??= compiledCodeDir(root);
  const program = path.join(root, 'bin/engine.js');
  // workers inherit Playwright's loader flags through execArgv; the engine runs on Node alone
  const child = fork(program, [JSON.stringify(order)], { env: process.env, execArgv: [], silent: true });
  const log = keepOutput(child, path.join(runDirOf(order), 'engine.log'));
  const firstWord = readFirstWord(child, log.text);
  void firstWord.then(({ type }) => {
    if (type === 'announced') log.writeToFile();
  });
  return { firstWord, hasExited: () => hasExited(child), stop: () => stopEngine(child) };
}

export function readFirstWord(child: ChildProcess, output: () => string): Promise<FirstWord> {
  return new Promise((resolve) => {
    child.once('message', (word) => resolve(word as FirstWord));
    child.once('error', (error) => resolve({ type: 'fault', message: error.message }));
    child.once('close', (code, signal) => {
      const [said] = output().match(/^.*Error: .*$/m) ?? [output().trim().split('\n').at(-1)];
      const message = `the check engine ended (${signal ?? code}) before it announced the run${said ? `: ${said}` : ''}`;
      resolve({ type: 'fault', message });
    });
  });
}

/** Before the announcement the folder may be that of an earlier run: the output is kept until it is known not to be. */
function keepOutput(child: ChildProcess, file: string): { text: () => string; writeToFile: () => void } {
  let kept = '';
  let take = (text: string): void => {
    kept += text;
  };
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => take(chunk.toString()));
  return {
    text: () => kept,
    writeToFile: () => {
      take = (text) => appendFileSync(file, text);
      take(kept);
    },
  };
}

function hasExited({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function stopEngine(child: ChildProcess): Promise<void> {
  if (hasExited(child)) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(force);
}

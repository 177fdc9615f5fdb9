import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type RunningSystem, readRunningSystem } from '../../../reference-system/attach.ts';

/** A system that was started as a person starts it: by its command. */
export type SystemProcess = { process: ChildProcess; line: string; system: RunningSystem };

export const mainScript = join(import.meta.dirname, '../../../reference-system/main.ts');

/** Runs `up` and waits for its line; the words of a failed start are in the error. */
export async function startSystemProcess(stateDir: string): Promise<SystemProcess> {
  const child = spawn(process.execPath, [mainScript, '--state', stateDir, 'up'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const line = await new Promise<string>((done, fail) => {
    createInterface({ input: child.stdout }).once('line', done);
    child.once('exit', (code) => fail(new Error(`The system exited with ${code}: ${said}`)));
  });
  const system = readRunningSystem(stateDir);
  if (system === undefined) throw new Error(`The system is ready but has no state file in ${stateDir}.`);
  return { process: child, line, system };
}

/** Signals a process and waits for its exit code (null after SIGKILL). */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  child.kill(signal);
  return exited;
}

/** Ids of a process's children. */
export async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const rows = stdout.split('\n').map((row) => row.trim().split(/\s+/).map(Number));
  return rows.filter((row) => row[1] === pid).map((row) => row[0] ?? 0);
}

/** Exit code and output of a subcommand. */
export async function runCommand(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [mainScript, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const code = await new Promise<number>((done) => child.once('close', (value) => done(value ?? -1)));
  return { code, stdout, stderr };
}

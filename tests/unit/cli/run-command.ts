/** A command run in this process, in a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { runCli } from '../../../src/cli/main.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly folder: string;
}

const NOON = '2026-11-21T12:00:00.000Z';

/** A new folder with these files (path → text); removed after the test. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-command-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

export async function runIn(folder: string, ...args: string[]): Promise<Ran> {
  return runWith(folder, {}, ...args);
}

interface World {
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: string;
}

export async function runWith(folder: string, { env = {}, now = NOON }: World, ...args: string[]): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  let code = 0;
  await runCli(args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    now: () => new Date(now),
    stdout: (text) => {
      said.stdout += text;
    },
    stderr: (text) => {
      said.stderr += text;
    },
    colour: false,
    columns: 80,
    setExitCode: (given) => {
      code = given;
    },
  });
  return { code, ...said, folder };
}

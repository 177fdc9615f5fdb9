import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** One deployment: a release that came into service on every replica at `deployedAt`. */
export const deploymentSchema = z.strictObject({
  id: z.string(),
  release: z.string(),
  commit: z.string(),
  previousCommit: z.string().nullable(),
  version: z.string(),
  commitTime: z.iso.datetime(),
  deployedAt: z.iso.datetime(),
});

/** What a running system says of itself in `state.json`. */
export const stateSchema = z.strictObject({
  schemaVersion: z.literal(1),
  nonce: z.string().min(8),
  pid: z.int().positive(),
  startedAt: z.iso.datetime(),
  controlUrl: z.url(),
  controlToken: z.string().min(16),
  ca: z.string(),
  repository: z.string(),
  env: z.record(z.string(), z.string()),
  deployments: z.array(deploymentSchema),
});

export type Deployment = z.infer<typeof deploymentSchema>;
export type SystemState = z.infer<typeof stateSchema>;

/** Path of the state file in a state folder. */
export function statePath(stateDir: string): string {
  return join(stateDir, 'state.json');
}

/** Writes the state so that a reader sees the old or the new one, never half of it. It holds a token: mode 0600. */
export async function writeState(stateDir: string, state: SystemState): Promise<void> {
  const temporary = `${statePath(stateDir)}.${state.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  await rename(temporary, statePath(stateDir));
}

/** Reads a state file, undefined when there is none. Throws when it cannot be understood. */
export function readState(stateDir: string): SystemState | undefined {
  const path = statePath(stateDir);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`Failed to read ${path}. Make it readable, or remove it.`, { cause: error });
  }
  const hint = `Stop the system that wrote it, then remove the file.`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`Failed to load ${path}: it is not JSON. ${hint}`, { cause: error });
  }
  const parsed = stateSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new Error(`Failed to load ${path}: ${problems.join('; ')}. ${hint}`);
}

/** True while a process with this id exists, whoever owns it. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

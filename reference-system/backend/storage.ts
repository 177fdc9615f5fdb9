import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from './problems.ts';

/** Stores the bytes of a file under its identifier; a reader sees all of it or nothing. */
export async function storeBytes(uploadDir: string, id: string, bytes: Buffer): Promise<void> {
  const target = path.join(uploadDir, id);
  const draft = `${target}.draft`;
  await guard(async () => {
    try {
      await writeFile(draft, bytes, { flag: 'wx', mode: 0o600 });
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw error;
    }
  });
}

export async function loadBytes(uploadDir: string, id: string): Promise<Buffer> {
  return guard(() => readFile(path.join(uploadDir, id)));
}

/** Removes the bytes; bytes that are gone already are fine. */
export async function removeBytes(uploadDir: string, id: string): Promise<void> {
  await guard(() => rm(path.join(uploadDir, id), { force: true }));
}

/** Writes, reads back and removes a few bytes: permission bits alone do not say whether a write works. */
export async function checkStorage(uploadDir: string, instanceId: string): Promise<void> {
  const probe = path.join(uploadDir, `.probe-${instanceId.replaceAll(/[^\w-]/g, '_')}`);
  await guard(async () => {
    await writeFile(probe, instanceId);
    if ((await readFile(probe, 'utf8')) !== instanceId) throw new Error('The probe file came back different.');
    await rm(probe);
  });
}

async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ProblemError('storage-unavailable', { cause });
  }
}

import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * How the upload folder is broken. The last four are file systems of their own: one that is mounted to be read only, one
 * without a free byte and inode, one in which only an empty file has room, one without a free inode.
 */
export const storageFaults = [
  'read-only',
  'missing',
  'wiped',
  'read-only-mount',
  'full',
  'full-but-empty-files',
  'no-inodes',
] as const;
export type StorageFault = (typeof storageFaults)[number];

/** The upload folder of the replicas; `setFault(undefined)` brings back what was in it. */
export type Storage = { dir: string; setFault: (fault: StorageFault | undefined) => Promise<void> };

/** A folder in which the kernel lets nobody make a file, root included. */
const kernelFolder = '/sys/kernel';
const run = promisify(execFile);
const sizeBytes = 65_536;
const inodes = 8;

/** Makes the folder. `isRoot`: file modes do not hold root back, so "read-only" has to be made another way. */
export async function createStorage(dir: string, isRoot: boolean): Promise<Storage> {
  await unmount(dir, isRoot);
  await mkdir(dir, { recursive: true });
  const aside = `${dir}.aside`;
  let active: StorageFault | undefined;
  const heal = async (fault: StorageFault): Promise<void> => {
    if (isMount(fault)) return unmount(dir, isRoot);
    if (fault === 'read-only' && !isRoot) return await chmod(dir, 0o700);
    await rm(dir, { force: true, recursive: true });
    await rename(aside, dir);
  };
  const breakIt = async (fault: StorageFault): Promise<void> => {
    if (isMount(fault)) return mountBroken(dir, fault, isRoot);
    if (fault === 'read-only' && !isRoot) return await chmod(dir, 0o500);
    await rename(dir, aside);
    if (fault === 'read-only') await symlink(kernelFolder, dir);
    if (fault === 'wiped') await mkdir(dir);
  };
  return {
    dir,
    setFault: async (fault) => {
      if (fault === active) return;
      if (active !== undefined) await heal(active);
      active = undefined;
      if (fault !== undefined) await breakIt(fault);
      active = fault;
    },
  };
}

type MountFault = Exclude<StorageFault, 'read-only' | 'missing' | 'wiped'>;

function isMount(fault: StorageFault): fault is MountFault {
  return !(fault === 'read-only' || fault === 'missing' || fault === 'wiped');
}

async function mountBroken(dir: string, fault: MountFault, isRoot: boolean): Promise<void> {
  if (fault === 'read-only-mount') {
    await asRoot(isRoot, 'mount', ['--bind', dir, dir]);
    await asRoot(isRoot, 'mount', ['-o', 'remount,ro,bind', dir]);
    return;
  }
  const options = `size=${sizeBytes},nr_inodes=${inodes},mode=0777`;
  await asRoot(isRoot, 'mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir]);
  if (fault !== 'no-inodes') await fillBytes(dir);
  if (fault !== 'full-but-empty-files') await fillInodes(dir);
}

async function fillBytes(dir: string): Promise<void> {
  await writeFile(join(dir, '.fill'), Buffer.alloc(sizeBytes));
}

async function fillInodes(dir: string): Promise<void> {
  for (let count = 0; count <= inodes; count += 1) {
    const full = await writeFile(join(dir, `.fill-${count}`), '').then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'ENOSPC',
    );
    if (full) return;
  }
  throw new Error('Failed to break the upload folder: it still takes files.');
}

/** Mounts take root. Whoever is not root may have sudo without a password, as on machines that only run tests. */
async function asRoot(isRoot: boolean, command: string, args: string[]): Promise<void> {
  const [file, all] = isRoot ? [command, args] : ['sudo', ['-n', command, ...args]];
  try {
    await run(file, all);
  } catch (cause) {
    const hint = 'Run the system as root, or let it use sudo without a password.';
    throw new Error(`Failed to break the upload folder: ${command} takes root. ${hint}`, { cause });
  }
}

/** Takes away every mount on the folder, also one that a killed system left. */
async function unmount(dir: string, isRoot: boolean): Promise<void> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  for (const _ of mounts.split('\n').filter((line) => line.split(' ')[1] === dir))
    await asRoot(isRoot, 'umount', [dir]);
}

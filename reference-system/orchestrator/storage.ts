import { chmod, mkdir, rename, rm, symlink } from 'node:fs/promises';

/** How the upload folder is broken. */
export type StorageFault = 'read-only' | 'missing';

/** The upload folder of the replicas; `setFault(undefined)` brings back what was in it. */
export type Storage = { dir: string; setFault: (fault: StorageFault | undefined) => Promise<void> };

/** A folder in which the kernel lets nobody make a file, root included. */
const kernelFolder = '/sys/kernel';

/** Makes the folder. `isRoot`: file modes do not hold root back, so "read-only" has to be made another way. */
export async function createStorage(dir: string, isRoot: boolean): Promise<Storage> {
  await mkdir(dir, { recursive: true });
  const aside = `${dir}.aside`;
  let active: StorageFault | undefined;
  const heal = async (): Promise<void> => {
    if (active === undefined) return;
    if (active === 'read-only' && !isRoot) return await chmod(dir, 0o700);
    await rm(dir, { force: true, recursive: true });
    await rename(aside, dir);
  };
  const breakIt = async (fault: StorageFault): Promise<void> => {
    if (fault === 'read-only' && !isRoot) return await chmod(dir, 0o500);
    await rename(dir, aside);
    if (fault === 'read-only') await symlink(kernelFolder, dir);
  };
  return {
    dir,
    setFault: async (fault) => {
      if (fault === active) return;
      await heal();
      active = undefined;
      if (fault !== undefined) await breakIt(fault);
      active = fault;
    },
  };
}

import { cp, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FixtureRepository } from './repository.ts';

/** The files of release A with the names and the lockfile of release B: a build that was replaced under running code. */
export async function makeOldCode(
  repository: Pick<FixtureRepository, 'checkoutRelease'>,
  dir: string,
): Promise<string> {
  const made = await stat(join(dir, 'release.json')).catch(() => undefined);
  if (made !== undefined) return dir;
  const [old, present] = [await repository.checkoutRelease('A'), await repository.checkoutRelease('B')];
  await cp(old.dir, dir, { recursive: true });
  await cp(join(present.dir, 'package-lock.json'), join(dir, 'package-lock.json'));
  await cp(join(present.dir, 'release.json'), join(dir, 'release.json'));
  return dir;
}

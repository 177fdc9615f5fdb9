/** What a manifest says of a release that git knows as well: it is written by this, and a gate asks it again. */
import type { Problem } from '../../errors.ts';
import { type Compare, compareReleases } from './compare-releases.ts';
import type { ReleaseManifest } from './schema.ts';

export type Claims = Pick<ReleaseManifest, 'authors' | 'configuration' | 'migrations' | 'rollback'>;

/** Throws InputError where git cannot say it. With a problem the claims are not whole. */
export async function deriveClaims(
  options: Compare,
): Promise<{ readonly claims: Claims; readonly problems: readonly Problem[] }> {
  const { previous, release } = options;
  const { authors, configuration, migrations, problems } = await compareReleases(options);
  const rollback = toRollback(migrations, previous, release.contract.rollback.automatic);
  return { claims: { authors: [...authors], configuration, migrations, rollback }, problems };
}

/** A release before that does not run on the schema of now is no way back, whatever was wished for. */
function toRollback(
  migrations: ReleaseManifest['migrations'],
  previous: string | undefined,
  automatic: boolean,
): ReleaseManifest['rollback'] {
  if (previous === undefined) return { target: null, automatic: false, veto: 'nothing was deployed before' };
  const obstacle = migrations.find(({ compatible, reversible }) => !compatible && !reversible);
  if (obstacle === undefined) return { target: previous, automatic };
  const veto = `the release before does not run on the schema of ${obstacle.path}, which cannot be taken back: ${obstacle.because}`;
  return { target: previous, automatic: false, veto };
}

/** Is everything that a manifest names still what it was? */

import { readArtifact } from './read-artifact.ts';
import type { ReadManifest } from './read-manifest.ts';

export interface ArtifactState {
  readonly path: string;
  readonly state: 'same' | 'changed' | 'absent' | 'outside' | 'not-a-file' | 'unreadable';
}

/** In the manifest's order; reads every one. */
export function compareArtifacts({ manifest, folder }: ReadManifest): ArtifactState[] {
  return manifest.artifacts.map(({ path, sha256 }) => {
    const read = readArtifact(folder, path);
    if (read.state !== 'read') return { path, state: read.state };
    return { path, state: read.sha256 === sha256 ? 'same' : 'changed' };
  });
}

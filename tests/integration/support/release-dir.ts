import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export const MIGRATIONS_DIR = path.join(root, 'reference-system/backend/migrations');
export const CONTRACT_FILE = path.join(root, 'contracts/openapi/backend.yaml');

export interface ReleaseSpec {
  readonly version: string;
  readonly features: readonly string[];
  /** Highest migration that the release carries. */
  readonly lastMigration: number;
}

export const RELEASE_A: ReleaseSpec = { version: '1.3.0', features: [], lastMigration: 3 };
export const RELEASE_B: ReleaseSpec = { version: '1.4.0', features: ['reranker', 'analytics'], lastMigration: 4 };

/** Writes a release as a checkout has it. */
export async function writeReleaseDir(dir: string, release: ReleaseSpec): Promise<void> {
  const { version, features, lastMigration } = release;
  await mkdir(path.join(dir, 'openapi'), { recursive: true });
  await cp(CONTRACT_FILE, path.join(dir, 'openapi/backend.yaml'));
  await cp(MIGRATIONS_DIR, path.join(dir, 'migrations'), {
    recursive: true,
    filter: (source) => !source.endsWith('.sql') || Number(path.basename(source).slice(0, 4)) <= lastMigration,
  });
  await writeFile(path.join(dir, 'release.json'), JSON.stringify({ name: 'mosaic', version, features }));
  await writeFile(path.join(dir, 'package-lock.json'), '{"name":"mosaic","lockfileVersion":3}\n');
}

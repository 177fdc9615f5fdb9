import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type Operation, readOperations } from './operations.ts';

/** What the checked-out commit says of itself. */
export interface Release {
  readonly version: string;
  readonly features: readonly string[];
  /** Operations of its contract, without those of features that it does not have. */
  readonly operations: readonly Operation[];
  readonly lockfileSha256: string;
  /** Highest number among its migrations. */
  readonly expectedSchemaVersion: number;
}

const releaseFile = z.object({ name: z.literal('mosaic'), version: z.string(), features: z.array(z.string()) });

/** Reads release.json, the contract, the lockfile's digest and the migrations' numbers of a checked-out commit. */
export async function readRelease(releaseDir: string): Promise<Release> {
  const [manifest, lockfile, migrations] = await Promise.all([
    readFile(path.join(releaseDir, 'release.json'), 'utf8'),
    readFile(path.join(releaseDir, 'package-lock.json')),
    readdir(path.join(releaseDir, 'migrations')),
  ]);
  const { version, features } = releaseFile.parse(JSON.parse(manifest));
  const operations = await readOperations(path.join(releaseDir, 'openapi', 'backend.yaml'));
  return {
    version,
    features,
    operations: operations.filter(
      (operation) => operation.feature === undefined || features.includes(operation.feature),
    ),
    lockfileSha256: createHash('sha256').update(lockfile).digest('hex'),
    expectedSchemaVersion: Math.max(0, ...migrations.map(toMigrationNumber)),
  };
}

/** The number in a migration's file name, e.g. 4 of `0004_reranker_analytics.sql`; 0 for any other file. */
export function toMigrationNumber(fileName: string): number {
  return Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(fileName)?.[1] ?? 0);
}

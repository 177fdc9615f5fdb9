import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withAllFeatures, withoutFeatures } from './without-features.ts';

/** One commit of the fixture repository: what it says, how old it is, and the files that it writes. */
export type FixtureCommit = { message: string; ageHours: number; files: Record<string, string>; tag?: string };

/** Where the contents of the releases come from. */
export type ReleaseSources = { contract: string; migrations: string; content: string };

const versionA = '1.3.0';
const versionB = '1.4.0';
const featuresB = ['reranker', 'analytics'];
const dayHours = 24;

/** The history of mosaic up to release B, oldest first. Release A is tagged v1.3.0, release B v1.4.0. */
export async function fixtureHistory(sources: ReleaseSources): Promise<FixtureCommit[]> {
  const migrations = await readMigrations(sources.migrations);
  const redirects = await readFile(join(sources.content, '_redirects'), 'utf8');
  const contract = await readFile(sources.contract, 'utf8');
  const readme = await readFile(join(sources.content, 'README.md'), 'utf8');
  const [first, second, third, fourth] = migrations;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new Error(`Failed to make the fixture releases: ${sources.migrations} has fewer than four migrations.`);
  }
  return [
    { message: 'chore: start mosaic', ageHours: 42 * dayHours, files: { 'README.md': readme } },
    { message: 'feat(auth): keep users and sessions', ageHours: 38 * dayHours, files: toFiles(first) },
    { message: 'feat(files): keep uploads with their owner', ageHours: 33 * dayHours, files: toFiles(second) },
    { message: 'feat(jobs): search the table of jobs', ageHours: 27 * dayHours, files: toFiles(third) },
    {
      message: 'feat(edge): pass API paths on to the API host',
      ageHours: 20 * dayHours,
      files: { _redirects: withoutFeatureRules(redirects) },
    },
    {
      message: 'docs(api): write down what the API promises',
      ageHours: 14 * dayHours,
      files: { 'openapi/backend.yaml': withoutFeatures(contract, versionA) },
    },
    {
      message: `chore(release): ${versionA}`,
      ageHours: 9 * dayHours,
      files: release(versionA, []),
      tag: `v${versionA}`,
    },
    { message: 'feat(database): keep feedback and events', ageHours: 5 * dayHours, files: toFiles(fourth) },
    { message: 'feat(edge): pass on reranker and analytics', ageHours: 2 * dayHours, files: { _redirects: redirects } },
    {
      message: releaseMessage(),
      ageHours: 3,
      files: { ...release(versionB, featuresB), 'openapi/backend.yaml': withAllFeatures(contract) },
      tag: `v${versionB}`,
    },
  ];
}

/** As a squash merge leaves it: the trailers are not the last paragraph, so git alone does not see them. */
function releaseMessage(): string {
  return [
    'feat: order search results by meaning and sum up usage',
    'The reranker orders documents by the likeness of their embeddings; analytics counts what a user did.',
    [
      'Endpoints: GET /reranker/health',
      'Endpoints: POST /reranker/rerank',
      'Endpoints: GET /analytics/health',
      'Endpoints: GET /analytics/summary',
    ].join('\n'),
    'Co-authored-by: Noor Haddad <noor.haddad@mosaic.test>',
  ].join('\n\n');
}

function release(version: string, features: string[]): Record<string, string> {
  const lockfile = {
    name: 'mosaic',
    version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'mosaic', version } },
  };
  return {
    'release.json': toJson({ name: 'mosaic', version, features }),
    'package-lock.json': toJson(lockfile),
  };
}

async function readMigrations(dir: string): Promise<{ name: string; sql: string }[]> {
  const files = (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(files.map(async (name) => ({ name, sql: await readFile(join(dir, name), 'utf8') })));
}

function toFiles(migration: { name: string; sql: string }): Record<string, string> {
  return { [`migrations/${migration.name}`]: migration.sql };
}

function withoutFeatureRules(redirects: string): string {
  const rule = new RegExp(`^/(${featuresB.join('|')})/`);
  return redirects
    .split('\n')
    .filter((line) => !rule.test(line))
    .join('\n');
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

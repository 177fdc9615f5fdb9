import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { git } from '../../reference-system/release/git.ts';
import { fixtureHistory } from '../../reference-system/release/history.ts';
import { createRepository, type FixtureRepository, type Release } from '../../reference-system/release/repository.ts';

const root = join(import.meta.dirname, '../..');
const now = new Date('2026-03-01T12:00:00.000Z');
const methods = ['get', 'post', 'put', 'patch', 'delete'];
let dir: string;
let repository: FixtureRepository;
let a: Release;
let b: Release;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gate10-fixture-'));
  const history = await fixtureHistory({
    contract: join(root, 'contracts/openapi/backend.yaml'),
    migrations: join(root, 'reference-system/backend/migrations'),
    content: join(root, 'reference-system/release/content'),
  });
  repository = await createRepository(dir, history, now);
  a = await repository.checkoutRelease('A');
  b = await repository.checkoutRelease('B');
});
afterAll(() => rm(dir, { recursive: true }));

const contractOf = async (release: Release) => parse(await readFile(join(release.dir, 'openapi/backend.yaml'), 'utf8'));
const operationsOf = async (release: Release): Promise<string[]> =>
  Object.entries((await contractOf(release)).paths).flatMap(([path, item]) =>
    methods.filter((method) => method in (item as object)).map((method) => `${method.toUpperCase()} ${path}`),
  );

describe('the releases', () => {
  it('A and B are tagged commits of main, nine days and three hours old', async () => {
    expect([a.release, a.version, a.commitTime]).toEqual(['A', '1.3.0', '2026-02-20T12:00:00.000Z']);
    expect([b.release, b.version, b.commitTime]).toEqual(['B', '1.4.0', '2026-03-01T09:00:00.000Z']);
    expect(await git(['rev-parse', 'origin/main', 'HEAD'], { cwd: repository.path })).toBe(`${b.commit}\n${b.commit}`);
    expect(await git(['status', '--porcelain'], { cwd: repository.path })).toBe('');
  });
  it('B adds four operations to A, and takes none away', async () => {
    const [before, after] = [await operationsOf(a), await operationsOf(b)];
    expect(before.filter((operation) => !after.includes(operation))).toEqual([]);
    expect(after.filter((operation) => !before.includes(operation))).toEqual([
      'GET /reranker/health',
      'POST /reranker/rerank',
      'GET /analytics/health',
      'GET /analytics/summary',
    ]);
  });
  it('A promises nothing that only B needs, and every reference in it leads somewhere', async () => {
    const contract = await contractOf(a);
    const text = JSON.stringify(contract);
    expect(contract.info.version).toBe('1.3.0');
    expect(text).not.toMatch(/x-feature"|RerankRequest|AnalyticsSummary/);
    for (const [, section = '', name = ''] of text.matchAll(/#\/components\/(\w+)\/(\w+)/g)) {
      expect(contract.components[section], `${section}/${name}`).toHaveProperty(name);
    }
  });
  it('B is the contract of this project, in content', async () => {
    expect(await contractOf(b)).toEqual(parse(await readFile(join(root, 'contracts/openapi/backend.yaml'), 'utf8')));
  });
  it('B has one migration and two proxy rules more', async () => {
    const changed = await git(['diff', '--numstat', a.commit, b.commit, '--', 'migrations', '_redirects'], {
      cwd: repository.path,
    });
    expect(changed).toMatch(/^2\t0\t_redirects\n\d+\t0\tmigrations\/0004_reranker_analytics\.sql$/);
  });
  it('the message of B names its endpoints where git alone does not find them', async () => {
    const message = await git(['log', '-1', '--format=%B', b.commit], { cwd: repository.path });
    expect(message.match(/^Endpoints: .+$/gm)).toHaveLength(4);
    const trailers = await git(['log', '-1', '--format=%(trailers:key=Endpoints)', b.commit], { cwd: repository.path });
    expect(trailers).toBe('');
  });
  it('have different lockfiles', async () => {
    const lockfile = (release: Release) => readFile(join(release.dir, 'package-lock.json'), 'utf8');
    expect(await lockfile(a)).not.toBe(await lockfile(b));
  });
});

describe('a commit that is added to the clone', () => {
  it('can be deployed under its own name', async () => {
    await appendFile(join(repository.path, 'README.md'), '\nMore.\n');
    await git(['commit', '--quiet', '--all', '--message', 'docs: more'], { cwd: repository.path });
    const release = await repository.checkoutRelease('main');
    expect([release.version, release.commit.startsWith(release.release)]).toEqual(['1.4.0', true]);
    expect(await readFile(join(release.dir, 'README.md'), 'utf8')).toContain('More.');
  });
  it.each([
    ['nonsense', 'no such release'],
    ['-x', 'no such release'],
    ['v1.3.0~1', 'has no release.json'],
  ])('%s is refused: %s', async (name, reason) => {
    await expect(repository.checkoutRelease(name)).rejects.toThrow(reason);
  });
});

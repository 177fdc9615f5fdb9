/** What breaks clients of a contract, and what lets it pass. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fixtureHistory } from '../../reference-system/release/history.ts';
import { createRepository } from '../../reference-system/release/repository.ts';
import { compareDocuments } from '../../src/contract/diff/compare-documents.ts';
import { isMajorStep, judgeChanges } from '../../src/contract/diff/judge-changes.ts';
import { parseOpenApi } from '../../src/contract/openapi.ts';
import { PAIRS, type Pair } from './compatibility-pairs.ts';
import { gate10 } from './support/gate10.ts';
import { folderWith } from './support/lint-text.ts';

const root = path.resolve(import.meta.dirname, '../..');

test('at least forty pairs, about half of them harmless', () => {
  const harmless = PAIRS.filter(({ breaking }) => breaking.length === 0).length;
  expect(PAIRS.length).toBeGreaterThanOrEqual(40);
  expect(harmless / PAIRS.length).toBeGreaterThan(0.4);
  expect(harmless / PAIRS.length).toBeLessThan(0.6);
});

async function changesOf({ was, is }: Pick<Pair, 'was' | 'is'>) {
  return compareDocuments(await parseOpenApi(was, 'was.yaml'), await parseOpenApi(is, 'is.yaml'));
}

describe('clients break:', () => {
  test.each(PAIRS.filter(({ breaking }) => breaking.length > 0))('$name', async (pair) => {
    const changes = (await changesOf(pair)).filter(({ breaking }) => breaking);
    expect([...new Set(changes.map(({ kind }) => kind))]).toEqual(pair.breaking);
    for (const { operation, message } of changes)
      expect([operation, message !== '']).toEqual([expect.stringMatching(/^(POST|GET) \//), true]);
  });
});

describe('clients do not notice:', () => {
  test.each(PAIRS.filter(({ breaking }) => breaking.length === 0))('$name', async (pair) => {
    const changes = await changesOf(pair);
    expect(changes.filter(({ breaking }) => breaking)).toEqual([]);
    if (pair.harmless !== undefined) expect([...new Set(changes.map(({ kind }) => kind))]).toEqual(pair.harmless);
  });
});

test.each([
  ['required: a'],
  ['properties: []'],
  ['properties: { a: null }'],
  ['type: 5'],
  ['allOf: {}'],
  ['oneOf: [null]'],
  ['enum: {}'],
  ['items: x'],
  ['additionalProperties: 7'],
])('a schema that is none (%s) is compared without falling over', async (schema) => {
  const [pair] = PAIRS as readonly [Pair];
  const odd = pair.was.replaceAll(/type: object, required: \[name\], properties: \{ [^}]*\}[^}]*\} \}/g, schema);
  expect(odd).not.toBe(pair.was);
  for (const given of [
    { was: pair.was, is: odd },
    { was: odd, is: pair.was },
  ]) {
    expect(Array.isArray(await changesOf(given))).toBe(true);
  }
});

test('a change says where it is', async () => {
  const pair = PAIRS.find(({ name }) => name === 'a member of a list in the answer is gone');
  expect((await changesOf(pair as Pair))[0]).toEqual({
    kind: 'response-property-removed',
    breaking: true,
    operation: 'POST /trees/{id}',
    place: 'response 200 application/json /*/b',
    message: '"b" is gone',
  });
});

test.each([
  ['1.4.0', '2.0.0', true],
  ['v1', 'v2', true],
  ['1.4.0', '1.5.0', false],
  ['2.0.0', '1.0.0', false],
  ['0.4.0', '0.5.0', true],
  ['0.4.0', '0.4.1', false],
  ['2026-01-01', '2027-01-01', false],
  ['', 'latest', false],
])('from %s to %s is a major step: %s', (was, is, expected) => {
  expect(isMajorStep(was, is)).toBe(expected);
});

describe('a breaking change', () => {
  const change = { kind: 'operation-removed', breaking: true, operation: 'GET /a', place: '', message: 'is gone' };
  const waiver = {
    covers: 'breaking-change' as const,
    id: 'W-1',
    owner: 'Trees',
    approvedBy: 'Woods',
    reason: 'Nobody has called it since spring.',
    granted: '2026-11-01',
    expires: '2026-12-02',
    operation: 'GET /a',
    kind: 'operation-removed',
  };
  const judge = (over: object = {}, given = waiver) =>
    judgeChanges({ changes: [change], was: '1.0.0', is: '1.1.0', waivers: [given], today: '2026-12-01', ...over });

  test.each([
    ['blocks', judge({ waivers: [] }), 'failed', []],
    ['passes with a waiver', judge(), 'warned', []],
    ['passes with a new major version', judge({ waivers: [], is: '2.0.0' }), 'warned', []],
    ['blocks from the day on which the waiver is void', judge({ today: '2026-12-02' }), 'failed', ['expired']],
    ['blocks before the waiver begins', judge({ today: '2026-10-31' }), 'failed', ['not-yet']],
    [
      'blocks with a waiver for another operation',
      judge({}, { ...waiver, operation: 'GET /b' }),
      'failed',
      ['no-such-change'],
    ],
    [
      'blocks with a waiver for another kind',
      judge({}, { ...waiver, kind: 'parameter-removed' }),
      'failed',
      ['no-such-change'],
    ],
    [
      'blocks with a waiver for another place',
      judge({}, { ...waiver, place: 'response 200' } as typeof waiver),
      'failed',
      ['no-such-change'],
    ],
  ])('%s', (_, { verdict, unused }, expected, why) => {
    expect([verdict, unused.map((one) => one.why)]).toEqual([expected, why]);
  });

  test('that is none needs no waiver, and one for it is named', () => {
    const { verdict, unused } = judge({ changes: [{ ...change, breaking: false }] });
    expect([verdict, unused.map((one) => one.why)]).toEqual(['passed', ['no-such-change']]);
  });
});

describe('gate10 contract diff', () => {
  const [pair] = PAIRS as readonly [Pair];
  const policy = `schema: gate10/policy/v1
waivers:
  - { covers: breaking-change, id: W-1, operation: GET /other, kind: operation-removed, owner: Trees, approvedBy: Woods,
      reason: Nobody has called it since spring., granted: 2026-11-01, expires: 2026-12-31 }
`;

  test('blocks, and names the operation', async () => {
    const folder = folderWith({ 'was.yaml': pair.was, 'is.yaml': pair.is });
    const { code, out } = await gate10(folder, ['contract', 'diff', 'was.yaml', 'is.yaml']);
    expect(code).toBe(1);
    expect(out).toContain('BREAKING operation-removed: GET /other: is gone');
    expect(out).toContain('failed: was.yaml (1.4.0) → is.yaml (1.4.0): 1 breaking, 0 harmless changes.');
  });

  test('lets pass what a waiver of policy.yaml covers, and prints it', async () => {
    const folder = folderWith({ 'was.yaml': pair.was, 'is.yaml': pair.is, 'policy.yaml': policy });
    const args = ['contract', 'diff', 'was.yaml', 'is.yaml'];
    const { code, out } = await gate10(folder, args, { env: { GATE10_CONTRACTS: '.' } });
    expect(code).toBe(0);
    expect(out).toContain('[waiver W-1 of Trees, until 2026-12-31]');
  });

  test.each([
    ['no file and no ref', ['nowhere', 'is.yaml'], '"nowhere" is neither a file nor a version of one in git'],
    ['an option for a ref', ['--', '--output=x:is.yaml', 'is.yaml'], 'is neither a file nor a version'],
    ['a file that is no contract', ['policy.yaml', 'is.yaml'], 'policy.yaml:1:1: "openapi" is missing'],
  ])('%s is wrong input', async (_, args, what) => {
    const folder = folderWith({ 'is.yaml': pair.is, 'policy.yaml': policy });
    const { code, err } = await gate10(folder, ['contract', 'diff', ...args]);
    expect({ code, said: err.includes(what) }, err).toEqual({ code: 2, said: true });
  });

  test('compares the two releases of the embedded system out of its repository: B adds, and breaks nothing', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'gate10-releases-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const history = await fixtureHistory({
      contract: path.join(root, 'contracts/openapi/backend.yaml'),
      migrations: path.join(root, 'reference-system/backend/migrations'),
      content: path.join(root, 'reference-system/release/content'),
    });
    const repository = await createRepository(dir, history, new Date('2026-03-01T12:00:00.000Z'));
    const [a, b] = await Promise.all(['A', 'B'].map((name) => repository.checkoutRelease(name as 'A' | 'B')));
    const place = (commit = ''): string => `${commit}:openapi/backend.yaml`;
    const diff = (was: string, is: string) => gate10(repository.path, ['contract', 'diff', was, is, '--json']);
    const forth = await diff(place(a?.commit), place(b?.commit));
    const added = ['POST /reranker/rerank', 'GET /reranker/health', 'GET /analytics/health', 'GET /analytics/summary'];
    expect(forth.err + forth.code).toBe('0');
    expect(JSON.parse(forth.out)).toMatchObject({ verdict: 'passed', was: '1.3.0', is: '1.4.0' });
    const { changes } = JSON.parse(forth.out) as { changes: { kind: string; operation: string }[] };
    expect(changes.map(({ kind, operation }) => `${kind} ${operation}`).sort()).toEqual(
      added.map((key) => `operation-added ${key}`).sort(),
    );
    expect((await diff(place(b?.commit), place(a?.commit))).code).toBe(1);
  });

  test('the contract as it is committed now can be compared with itself by a bare ref', async () => {
    execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root });
    expect(await gate10(root, ['contract', 'diff', 'HEAD', 'HEAD'])).toMatchObject({ code: 0, err: '' });
  });
});

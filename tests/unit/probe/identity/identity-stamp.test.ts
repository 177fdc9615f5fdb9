/** A system that says neither commit nor version: known by what each deployment changes. */
import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../../../src/probe/http/request.ts';
import { buildName, expectedName, isExpectedBuild } from '../../../../src/probe/identity/build.ts';
import { identityTargets, sampleIdentity } from '../../../../src/probe/identity/identity.ts';
import { judge, STAMP_IDENTITY } from '../../../../src/verdict/judge.ts';
import { load, loadError, SMALL_CONTRACT } from '../../contract/contract-folder.ts';
import { healthyRecord } from '../../verdict/sample-record.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { sendJson, serve } from '../serve.ts';
import { smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

const open = closesAfterEach();

const PAGE = '<!doctype html><script src="/assets/index-4f2a.js"></script>';
const page: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html', 'last-modified': 'Sat, 21 Nov 2026 10:00:00 GMT' }).end(PAGE);
};

async function sample(identity: Record<string, unknown>, handler: RequestListener = page) {
  const server = await serve(handler);
  open.push(server);
  const services = { app: { url: server.url }, api: { url: server.url } };
  const system = smallSystem({ services, identity: { service: 'app', path: '/', ...identity } });
  const clock = testClock();
  const deadlines = { connect: 1000, headers: 2000, total: 3000 };
  const client = createClient({ resolve: async () => [], clock, concurrency: 4, deadlines, nonce: 'n' });
  open.push(client);
  const taken = await sampleIdentity(identityTargets(system).door, { system, client, clock });
  return { taken, seen: server.seen };
}

describe('a deploy stamp', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['the name of the main script', { stamp: { body: 'assets/(index-\\w+\\.js)' } }, 'stamp index-4f2a.js'],
    ['a header', { stamp: { header: 'last-modified' } }, 'stamp Sat, 21 Nov 2026 10:00:00 GMT'],
  ])('is %s', async (_, identity, version) => {
    const { taken } = await sample(identity);
    expect(taken).toMatchObject({ version });
    expect(taken.error).toBeUndefined();
    expect(buildName(taken)).toBe(version);
    expect(isExpectedBuild(taken, { version })).toBe(true);
    expect(isExpectedBuild(taken, { version: 'stamp index-old.js' })).toBe(false);
    expect(expectedName({ version })).toBe(version);
  });

  it('that is not there is no identity', async () => {
    const { taken } = await sample({ stamp: { header: 'etag' } });
    expect(taken.error).toMatch(/does not say its stamp \(the header etag is absent\)/);
    expect(isExpectedBuild(taken, { version: 'stamp x' })).toBe(false);
  });

  it('is never taken for a version of the same text', async () => {
    const { taken } = await sample({ version: { header: 'last-modified' } });
    expect(isExpectedBuild(taken, { version: `stamp ${taken.version}` })).toBe(false);
  });

  it('is named as a weakness in the verdict', () => {
    const record = healthyRecord();
    const [first] = record.identity;
    if (first === undefined) throw new Error('no sample');
    const { commit: _, ...said } = first;
    const stamped = { ...record, expected: { version: 'stamp a' }, identity: [{ ...said, version: 'stamp a' }] };
    const verdict = judge(stamped);
    expect(verdict).toMatchObject({ identityStrength: 'stamp', because: expect.arrayContaining([STAMP_IDENTITY]) });
    expect(judge(record).because).not.toContain(STAMP_IDENTITY);
  });
});

describe('a contract with a stamp', () => {
  const stamped = (expect: string, identity = 'stamp: { header: etag }'): string =>
    `${SMALL_CONTRACT.replace('commit: /sha', identity)}    expect: { ${expect} }\n`;

  it('is loaded with the stamp that is expected', () => {
    expect(load(stamped('stamp: abc')).environment.expect.stamp).toBe('abc');
  });

  it.each([
    [
      'a version beside it',
      stamped('stamp: abc', 'version: /v, stamp: { header: etag }'),
      /Remove "stamp": it is the weaker/,
    ],
    [
      'a version that is expected',
      stamped('version: "1.0"'),
      /a version is expected of a system whose identity is a stamp/,
    ],
    [
      'a commit that is expected',
      stamped('commit: "1234567"'),
      /a commit is expected of a system whose identity is a stamp/,
    ],
    ['a stamp that is nowhere', stamped('stamp: abc', 'version: /v'), /identity does not say where it is/],
  ])('is refused with %s', (_, text, message) => {
    expect(loadError(text).message).toMatch(message);
  });
});

it('the identity is asked with the headers that let it in', async () => {
  const { taken, seen } = await sample(
    { version: '/version', headers: { 'X-Ops': 'let me in' } },
    (request, response) => sendJson(response, request.headers['x-ops'] === 'let me in' ? 200 : 401, { version: '1.0' }),
  );
  expect([taken.version, seen.length]).toEqual(['1.0', 1]);
});

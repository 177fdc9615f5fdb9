import type http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../../src/contract/canonical.ts';
import type { Judgement } from '../../../../src/probe/row.ts';
import { listVariables } from '../../../../src/probe/variables/variables.ts';
import { flawOfValue, readState } from '../../../../src/probe/variables/variables-value.ts';
import { type Served, sendJson, serve } from '../serve.ts';
import { type TestSystem, testSystem } from '../system.ts';

const open: (Served | TestSystem)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

interface Declared {
  readonly attestedBy?: string;
  readonly required: string;
  readonly env?: Readonly<Record<string, string>>;
}

function load(url: string, { attestedBy = '{ at: api, path: /config }', required, env = {} }: Declared): TestSystem {
  const asked = attestedBy === '' ? '' : `  attestedBy: ${attestedBy}\n`;
  const system = testSystem({
    app: url,
    api: url,
    yaml: `variables:\n${asked}  required: ${required}\n`,
    environment: '    secrets: [SESSION_KEY]\n    settle: { staleShare: 0.5 }',
    env: { SESSION_KEY: 'a-real-s3ssion-key', ...env },
  });
  open.push(system);
  return system;
}

async function ask({ system, context }: TestSystem): Promise<Record<string, Judgement>> {
  const checks = listVariables(system).map(async ({ planned, observe }) => {
    return [planned.id, (await observe(context)).judgement] as const;
  });
  return Object.fromEntries(await Promise.all(checks));
}

async function attesting(value: unknown, required: string, listener?: http.RequestListener) {
  const served = await serve(listener ?? ((_, response) => sendJson(response, 200, value)));
  open.push(served);
  return { served, judged: await ask(load(served.url, { required })) };
}

describe('a value', () => {
  it.each<readonly [string | undefined, string]>([
    [undefined, 'is not set'],
    ['', 'is empty'],
    ['  ', 'holds only white space'],
    ['\n', 'holds only white space'],
    ['abc\n', 'ends with a line break'],
    ['abc\r\n', 'ends with a line break'],
    [' abc', 'begins or ends with white space'],
    ['"abc"', 'is wrapped in quotes'],
    ["'abc'", 'is wrapped in quotes'],
    ['\uFEFFabc', 'holds a byte order mark (it was saved by an editor as "UTF-8 with BOM")'],
    ['ab\u200bc', 'holds invisible characters'],
    ...[
      'undefined',
      'null',
      'NaN',
      'changeme',
      'CHANGE-ME',
      '<your key>',
      'xxxx',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what is left of a template
      '${KEY}',
      '{{ key }}',
      'your-key-here',
      '[object Object]',
      '%KEY%',
    ].map((value) => [value, 'is a placeholder'] as const),
  ])('%j %s', (value, flaw) => {
    expect(flawOfValue(value)).toBe(flaw);
  });

  it.each([
    'abc',
    'true',
    'false',
    'none',
    '0',
    'on',
    'postgres://u:p@db/x',
    '-----BEGIN KEY-----\nabc\n-----END KEY-----',
    'example.com',
    'ünï',
    '{"a": 1}',
    "it's",
  ])('%j is usable', (value) => {
    expect(flawOfValue(value)).toBeUndefined();
  });
});

describe('a state', () => {
  it.each([
    ['present', true],
    ['SET', true],
    [true, true],
    [{ state: 'ok' }, true],
    [{ set: true, length: 12 }, true],
    ['missing', false],
    [false, false],
    [null, false],
    [undefined, false],
    [{ status: 'empty' }, false],
    [{ present: false }, false],
  ])('%j is understood', (said, usable) => {
    expect(readState(said)).toMatchObject({ known: true });
    const state = readState(said);
    expect(state.known && state.flaw === undefined).toBe(usable);
  });

  it.each(['sk_live_abc', 12, [], {}, 'constructor'])('%j is not, and so never success', (said) => {
    expect(readState(said)).toEqual({ known: false });
  });
});

describe('what the running system says', () => {
  it.each([
    ['a state', { KEY: 'present' }, '{ KEY: {} }', 'passed'],
    ['a bad state', { KEY: 'placeholder' }, '{ KEY: {} }', 'failed'],
    ['nothing', {}, '{ KEY: {} }', 'failed'],
    ['something else', { KEY: 'hello' }, '{ KEY: {} }', 'inconclusive'],
    ['a value', { KEY: 'https://api.example' }, '{ KEY: { attested: value, url: [https] } }', 'passed'],
    ['a value of another kind', { KEY: 'http://api.example' }, '{ KEY: { attested: value, url: [https] } }', 'failed'],
    ['a URL with "undefined" in it', { KEY: 'undefined/api' }, '{ KEY: { attested: value, url: [https] } }', 'failed'],
    ['a placeholder', { KEY: 'undefined' }, '{ KEY: { attested: value } }', 'failed'],
    ['a test key', { KEY: 'sk_test_1' }, '{ KEY: { attested: value, forbidPrefixes: [sk_test_] } }', 'failed'],
    ['a flag', { flags: { x: 'on' } }, '{ X: { attested: value, pointer: /flags/x, is: "on" } }', 'passed'],
    [
      'a flag that was not switched',
      { flags: { x: 'off' } },
      '{ X: { attested: value, pointer: /flags/x, is: "on" } }',
      'failed',
    ],
    ['another time zone', { TZ: 'America/New_York' }, '{ TZ: { attested: value, is: UTC, warn: true } }', 'warned'],
    [
      'the digest',
      { SESSION: sha256Hex('a-real-s3ssion-key') },
      '{ SESSION: { attested: sha256, sameAs: SESSION_KEY } }',
      'passed',
    ],
    [
      'another digest',
      { SESSION: sha256Hex('the-old-key') },
      '{ SESSION: { attested: sha256, sameAs: SESSION_KEY } }',
      'failed',
    ],
    ['no digest', { SESSION: 'present' }, '{ SESSION: { attested: sha256, sameAs: SESSION_KEY } }', 'failed'],
    [
      'a declared digest',
      { SESSION: `sha256:${'A'.repeat(64)}` },
      `{ SESSION: { attested: sha256, sha256: ${'a'.repeat(64)} } }`,
      'passed',
    ],
  ])('%s', async (_, value, required, status) => {
    const { judged } = await attesting(value, required);
    expect(Object.values(judged).map((one) => one.status)).toEqual([status]);
  });

  it('is asked once for all variables, on connections of their own', async () => {
    const { served, judged } = await attesting({ A: true, B: true }, '{ A: {}, B: {} }');
    expect(Object.keys(judged)).toEqual(['environment.A', 'environment.B']);
    expect(served.seen).toHaveLength(7);
    expect(new Set(served.seen.map(({ headers }) => headers.connection))).toEqual(new Set(['close']));
  });

  it('fails where one of several answers is wrong, and says how many', async () => {
    let calls = 0;
    const { judged } = await attesting({}, '{ KEY: {} }', (_, response) => {
      calls += 1;
      sendJson(response, 200, { KEY: calls === 3 ? 'missing' : 'present' });
    });
    expect(judged['environment.KEY']).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('(1 of 7 answers)'),
    });
  });

  it.each([
    [404, 'failed'],
    [401, 'failed'],
    [503, 'failed'],
    [429, 'inconclusive'],
  ])('is not there: %i is %s', async (code, status) => {
    const { judged } = await attesting({}, '{ KEY: {} }', (_, response) =>
      sendJson(response, code, { KEY: 'present' }),
    );
    expect(judged['environment.KEY']?.status).toBe(status);
  });

  it('is a web page: failed', async () => {
    const { judged } = await attesting({}, '{ KEY: {} }', (_, response) => response.end('<!doctype html>'));
    expect(judged['environment.KEY']?.status).toBe('failed');
  });

  it('never shows a value', async () => {
    const rules = '{ KEY: { attested: value, is: another }, OTHER: {}, URL: { attested: value, url: [https] } }';
    const { judged } = await attesting({ KEY: 'hunter2-long', OTHER: 'hunter2-long', URL: 'hunter2-long' }, rules);
    expect(Object.values(judged).every(({ status }) => status !== 'passed')).toBe(true);
    expect(JSON.stringify(judged)).not.toContain('hunter2');
  });
});

describe('the deploy environment', () => {
  it.each([
    [{ KEY: 'abc' }, '{ KEY: { source: deploy } }', 'passed'],
    [{}, '{ KEY: { source: deploy } }', 'failed'],
    [{ KEY: 'abc\n' }, '{ KEY: { source: deploy } }', 'failed'],
    [{ KEY: 'sk_test_1' }, '{ KEY: { source: deploy, forbidPrefixes: [sk_test_] } }', 'failed'],
    [{ KEY: 'a-real-s3ssion-key' }, '{ KEY: { source: deploy, sameAs: SESSION_KEY } }', 'passed'],
    [{ KEY: 'b' }, '{ KEY: { source: deploy, sameAs: SESSION_KEY } }', 'failed'],
    [{ TZ: 'Asia/Kathmandu' }, '{ TZ: { source: deploy, is: UTC, warn: true } }', 'warned'],
  ])('%j with %s is %s', async (env, required, status) => {
    const judged = await ask(load('http://127.0.0.1:9', { attestedBy: '', required, env }));
    expect(Object.values(judged).map((one) => one.status)).toEqual([status]);
  });
});

describe('a contract that compares nothing is refused', () => {
  it.each([
    ['', '{ KEY: {} }', 'nobody says what KEY is'],
    ['{ at: shop, path: /x }', '{ KEY: {} }', 'the service "shop" is not declared'],
    [undefined, '{ KEY: { attested: sha256 } }', 'is compared with nothing'],
    [undefined, '{ KEY: { sameAs: SESSION_KEY } }', 'a state says nothing'],
    [undefined, '{ KEY: { attested: sha256, sameAs: OTHER_KEY } }', 'OTHER_KEY is not one of the secrets'],
  ])('%j %s', (attestedBy, required, said) => {
    expect(() => load('http://a.test', { required, ...(attestedBy === undefined ? {} : { attestedBy }) })).toThrow(
      said,
    );
  });
});

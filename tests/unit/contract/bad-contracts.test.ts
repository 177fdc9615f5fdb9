// biome-ignore-all lint/suspicious/noTemplateCurlyInString: contracts are written with this notation
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSystem } from '../../../src/contract/load-system.ts';
import { EXIT } from '../../../src/errors.ts';
import { type Env, loadError, SMALL_CONTRACT } from './contract-folder.ts';

const change = (from: string, to: string) => {
  if (!SMALL_CONTRACT.includes(from)) throw new Error(`The small contract does not hold ${from}`);
  return SMALL_CONTRACT.replace(from, () => to);
};
const inLive = (line: string) => change('  live:\n', `  live:\n    ${line}\n`);
const step = (request: string, expectation = '{ status: 200 }', more = '') =>
  change(
    '      - request: { path: / }\n        expect: { status: 200 }',
    `      - request: ${request}\n        expect: ${expectation}${more}`,
  );
const aliases = `a: &a [x, x, x, x, x, x, x, x, x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
  .map((name, index) => {
    const before = 'abcdefgh'[index];
    return `${name}: &${name} [*${before}, *${before}, *${before}, *${before}, *${before}, *${before}, *${before}]`;
  })
  .join('\n')}\n`;

/** [what is wrong, the text, where it is said (line, or line:column), what is said, the environment's variables] */
type Case = readonly [string, string | Uint8Array | undefined, string, string, Env?];

const FILES: readonly Case[] = [
  ['no file', undefined, '', 'the file does not exist'],
  ['an empty file', '', ':1', 'holds no data'],
  ['null', 'null\n', ':1', 'holds no data'],
  ['only comments', '# nothing\n# at all\n', ':1', 'holds no data'],
  ['a list', '- a\n- b\n', ':1', 'is not declared'],
  ['a number', '42\n', ':1', 'is not declared'],
  ['a duplicate key', `${SMALL_CONTRACT}system: other\n`, ':23:1', 'the key "system" is there twice'],
  ['a tab as indentation', 'schema: a\nservices:\n\tapp: 1\n', ':3:1', 'Tabs are not allowed'],
  ['two documents', `${SMALL_CONTRACT}---\n${SMALL_CONTRACT}`, ':23', 'more than one YAML document'],
  ['a NUL byte', change('shop\n', 'sh\0op\n'), ':2', 'a NUL byte'],
  ['UTF-16', Buffer.from(`\uFEFF${SMALL_CONTRACT}`, 'utf16le'), '', 'encoded as UTF-16'],
  ['invalid UTF-8', Buffer.concat([Buffer.from(SMALL_CONTRACT), Buffer.from([0xc3, 0x28])]), '', 'not valid UTF-8'],
  ['an unknown tag', change('shop\n', '!shop shop\n'), ':2:9', 'Unresolved tag'],
  ['code in a tag', change('shop\n', '!!js/function "x => x"\n'), ':2:9', 'Unresolved tag'],
  ['an alias bomb', `${aliases}${SMALL_CONTRACT}`, ':', 'more than 100 aliases'],
  ['an alias to itself', `x: &x [*x]\n${SMALL_CONTRACT}`, ':1', 'aliases nest deeper than 64'],
  ['an alias to nothing', change('shop\n', '*nothing\n'), ':2:9', 'an anchor that does not exist'],
  ['a merge key', `x: &x { a: 1 }\ny: { <<: *x }\n${SMALL_CONTRACT}`, ':2:6', 'merge keys'],
  ['20,000 levels', `x: ${'['.repeat(20_000)}`, ':1', 'nested deeper than 64'],
  ['20,000 levels of JSON', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, ':1', 'nested deeper than 64'],
  ['a scalar of 5 MB', `x: ${'a'.repeat(5_000_000)}\n`, '', 'the file has 5000004 bytes'],
  ['__proto__', `${SMALL_CONTRACT}__proto__: { a: 1 }\n`, ':23:1', 'the key "__proto__" is not allowed'],
  ['constructor', change('kind: backend', 'constructor: 1'), ':6:10', 'the key "constructor" is not allowed'],
  ['prototype', `{"prototype": 1}`, ':1:2', 'the key "prototype" is not allowed'],
  ['broken syntax', 'schema: [\n', ':2', 'Flow sequence'],
  ['a key that is a list', `? [a]\n: b\n${SMALL_CONTRACT}`, ':1:3', 'a key is not a plain text'],
  ['a git conflict', `<<<<<<< HEAD\n${SMALL_CONTRACT}=======\n`, ':1:1', 'git conflict'],
];

const VALUES: readonly Case[] = [
  ['an unknown key', change('frontDoor: app', 'frontDoor: app\nfrontdoor: app'), ':4:1', 'Did you mean "frontDoor"?'],
  ['a misspelt key in depth', inLive('samplign: {}'), ':20:5', 'Did you mean "sampling"?'],
  ['a misspelt key that is missing then', change('frontDoor', 'frontdor'), ':3:11', '"frontDoor" is missing'],
  ['a wrong type', change('services:\n  app', 'services: 7\nx:\n  app'), ':4', 'expected a mapping'],
  ['a number out of range', inLive('concurrency: 257'), ':20', 'at most 256'],
  ['NaN', inLive('concurrency: .nan'), ':20', 'Put it in quotes'],
  ['1e400', inLive('concurrency: 1e400'), ':20', 'Put it in quotes'],
  ['an octal-looking number', inLive('concurrency: 010'), ':20', 'Put it in quotes'],
  ['a sexagesimal time', inLive('settle: { poll: 1:30 }'), ':20', 'a duration such as'],
  ['Norway as a boolean', change('at: app\n', 'at: app\n    writes: no\n'), ':13', 'expected a boolean'],
  ['"false" as a boolean', change('at: app\n', 'at: app\n    writes: "false"\n'), ':13', 'expected a boolean'],
  ['"" as a number', inLive('concurrency: ""'), ':20', 'expected a number'],
  ['a date without a zone', inLive('expect: { deployedAt: 2026-02-01T10:00:00 }'), ':20', 'in UTC'],
  ['30 February', inLive('expect: { deployedAt: 2026-02-30T10:00:00Z }'), ':20', 'in UTC'],
  ['an empty version', inLive('expect: { version: }'), ':20', 'wrong type'],
  ['a commit id in capitals', inLive('expect: { commit: ABCDEF1 }'), ':20', 'lower-case hex digits'],
  ['a commit id as a float elsewhere', step('{ path: / }', '{ json: { /sha: 1e57859 } }'), ':15', 'Put it in quotes'],
  ['javascript:', change('https://shop.example', 'javascript:alert(1)'), ':21', 'an absolute http:// or https://'],
  ['file:', change('https://shop.example', 'file:///etc/passwd'), ':21', 'an absolute http:// or https://'],
  ['user info in a URL', change('https://shop.', 'https://me:sesame@shop.'), ':21', 'without user name'],
  ['a bad regular expression', step('{ path: / }', '{ text: { matches: "(" } }'), ':15', 'Unterminated group'],
  [
    'CORS about no origin',
    `${SMALL_CONTRACT}cors: [{ id: c, at: api, path: /, refuse: [] }]\n`,
    ':23',
    'neither allows',
  ],
  [
    'CORS with credentials for everybody',
    `${SMALL_CONTRACT}cors: [{ id: c, at: api, path: /, allow: ["https://a.example"], refuse: [], credentials: true }]\n`,
    ':23',
    'names no origin that is refused',
  ],
  ['an unknown environment', change('live:', 'lvie:'), ':18', 'expected one of lvie'],
];

const CONTRADICTIONS: readonly Case[] = [
  ['an unknown front door', change('frontDoor: app', 'frontDoor: ap'), ':3', 'Did you mean "app"?'],
  [
    'an unknown service in identity',
    change('service: api', 'service: apix'),
    ':7',
    'the service "apix" is not declared',
  ],
  ['an unknown service of a promise', change('at: app', 'at: web'), ':12', 'the service "web" is not declared'],
  ['an unknown service of a step', step('{ at: web, path: / }'), ':14', 'the service "web" is not declared'],
  [
    'an unknown service of an edge',
    `${SMALL_CONTRACT}edges: [{ id: e, from: app, to: apy, paths: [{ path: / }] }]\n`,
    ':23',
    'the service "apy" is not declared',
  ],
  [
    'an unknown service of health',
    `${SMALL_CONTRACT}health: { service: x, path: /h, expect: {} }\n`,
    ':23',
    'the service "x" is not declared',
  ],
  [
    'an unknown service of CORS',
    `${SMALL_CONTRACT}cors: [{ id: c, at: x, path: /, refuse: ["null"] }]\n`,
    ':23',
    'the service "x" is not declared',
  ],
  [
    'an unknown service of the frontend',
    `${SMALL_CONTRACT}frontend: { service: x, pages: [{ path: /, ready: body }] }\n`,
    ':23',
    'the service "x" is not declared',
  ],
  [
    'an unknown service of an SLI',
    `${SMALL_CONTRACT}slis: { routes: [{ at: x, path: / }] }\n`,
    ':23',
    'the service "x" is not declared',
  ],
  [
    'a service without a URL',
    change('      api: { url: "https://api.shop.example" }\n', ''),
    ':20',
    '"api" has no url',
  ],
  [
    'a URL without a service',
    change('      api: {', '      apx: { url: "https://x.example" }\n      api: {'),
    ':22',
    '"apx"',
  ],
  [
    'an absent layer with promises',
    change('endpoints: declared', 'endpoints: { absent: not needed here }'),
    ':10',
    'absent',
  ],
  ['an absence without a reason', change('endpoints: declared', 'dns: { absent: no }'), ':17', 'at least 10'],
  ['an unknown layer', change('layer: endpoints', 'layer: endpoint'), ':10', 'not one of those allowed'],
  [
    'the same id twice',
    change(
      'layers:',
      '  - { id: answers, layer: dns, title: Another, at: app, steps: [{ request: { path: / } }] }\nlayers:',
    ),
    ':16',
    'the promise id "answers" is used twice',
  ],
  [
    'a correctness that the samples cannot show',
    `${SMALL_CONTRACT}slis: { routes: [{ at: app, path: / }], correctness: 0.9999 }\n`,
    ':19',
    '500 samples cannot show a correctness of 0.9999',
  ],
  [
    'a write that is repeated',
    change('- request: { path: / }', '- request: { method: POST, path: / }\n        repeat: 3'),
    ':15',
    'a POST is repeated',
  ],
  ['writes without cleanup', change('at: app\n', 'at: app\n    writes: true\n'), ':9', 'writes and has no cleanup'],
  ['a name that nobody captured', step('{ path: "/x/{{id}}" }'), ':14', '{{id}} is used and not known'],
  [
    'a name captured too late',
    step('{ path: "/x/{{id}}" }', '{}', '\n        capture: { id: /id }'),
    ':14',
    '{{id}} is used and not known',
  ],
  ['a secret that is not listed', step('{ path: "/{{secret.KEY}}" }'), ':14', 'List it under "secrets"'],
  ['a contract that is not named', step('{ path: / }', '{ contract: true }'), ':15', 'Add "openapi"'],
  [
    'a gate above its objective',
    `${SMALL_CONTRACT}slis: { routes: [{ at: app, path: / }], availability: { objective: 0.9, gate: 0.95 } }\n`,
    ':23',
    'expected gate ≤ objective',
  ],
  [
    'p95 above p99',
    `${SMALL_CONTRACT}slis: { routes: [{ at: app, path: / }], latency: { p95: 2s, p99: 1s } }\n`,
    ':23',
    'expected p95 ≤ p99',
  ],
  [
    'too few samples for the availability',
    `${SMALL_CONTRACT}slis: { routes: [{ at: app, path: / }], availability: { objective: 0.999, gate: 0.999 } }\n`,
    ':19',
    'at least 2995 samples',
  ],
  [
    'too few samples for a P99',
    `${inLive('sampling: { samples: 298 }')}slis: { routes: [{ at: app, path: / }], latency: { p95: 1s, p99: 1s } }\n`,
    ':20',
    'at least 299 samples',
  ],
  [
    'a claim that no sample shows',
    `${SMALL_CONTRACT}slis: { routes: [{ at: app, path: / }], availability: { objective: 1, gate: 1 } }\n`,
    ':19',
    'a claim below 1',
  ],
  [
    'fewer samples at most than at least',
    inLive('sampling: { samples: 100, maxSamples: 50 }'),
    ':20',
    'maxSamples ≥ samples',
  ],
  ['deadlines inside out', inLive('deadlines: { connect: 20s }'), ':20', 'connect ≤ headers ≤ total'],
  ['a missing OpenAPI document', change('kind: backend', 'kind: backend, openapi: no.yaml'), ':6', 'does not exist'],
  ['a missing CA', inLive('tls: { ca: no.pem }'), ':20', 'does not exist'],
];

const SECRET = 'sesame-open-0815';
const ENVIRONMENT: readonly Case[] = [
  ['an unset variable', change('https://shop.example', '${URL}'), ':21', 'the environment variable URL is not set'],
  ['an empty variable', change('https://shop.example', '${URL}'), ':21', 'URL is empty', { URL: '' }],
  ['a blank variable', change('https://shop.example', '${URL}'), ':21', 'only white space', { URL: ' \t' }],
  [
    'a line break at the end',
    change('https://shop.example', '${URL}'),
    ':21',
    'begins or ends with white space',
    { URL: 'https://x.example\n' },
  ],
  [
    'quotes in the value',
    change('https://shop.example', '${URL}'),
    ':21',
    'wrapped in quotes',
    { URL: '"https://x.example"' },
  ],
  ['a placeholder', change('https://shop.example', '${URL}'), ':21', 'is a placeholder', { URL: 'changeme' }],
  ['a nameless variable', change('https://shop.example', '${}'), ':21', 'does not name a variable'],
  ['an unset secret', inLive('secrets: [KEY]'), ':20', 'the secret KEY is not set'],
  ['a blank secret', inLive('secrets: [KEY]'), ':20', 'the secret KEY holds only white space', { KEY: '  ' }],
  [
    'a placeholder for a secret',
    inLive('secrets: [KEY]'),
    ':20',
    'the secret KEY is a placeholder',
    { KEY: 'undefined' },
  ],
  [
    'a secret with a line break',
    inLive('secrets: [KEY]'),
    ':20',
    'the secret KEY begins or ends',
    { KEY: `${SECRET}\n` },
  ],
  [
    'a secret in a wrong value',
    `${inLive('secrets: [KEY]').replace('https://shop.example', 'ftp://${KEY}')}`,
    ':22',
    'an absolute http://',
    { KEY: SECRET },
  ],
  [
    'a secret where a key is unknown',
    inLive(`secrets: [KEY]\n    ${SECRET}: 1`),
    ':21',
    '"[redacted:KEY]" is not known here',
    { KEY: SECRET },
  ],
  [
    'certificate checks off',
    SMALL_CONTRACT,
    '',
    'NODE_TLS_REJECT_UNAUTHORIZED=0',
    { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  ],
];

const TABLES: readonly (readonly [string, readonly Case[]])[] = [
  ['the file', FILES],
  ['a value', VALUES],
  ['a contradiction', CONTRADICTIONS],
  ['the environment', ENVIRONMENT],
];

describe.each(TABLES)(
  'wrong input in %s ends with exit 2, says where, and shows no stack and no secret:',
  (_, cases) => {
    test.each(cases.map(([name, ...rest]) => [name, rest] as const))('%s', (_name, [text, where, what, env = {}]) => {
      const error = loadError(text, env);
      expect(error.exitCode).toBe(EXIT.wrongInput);
      expect(error.message).toContain(what);
      const line = error.message.split('\n').find((told) => told.includes(what));
      expect(line).toMatch(new RegExp(`^${where === '' ? '' : `contracts/system\\.yaml${where}\\b`}`));
      expect(error.message).not.toMatch(/\n\s+at |node_modules|sesame/);
    });
  },
);

describe('what only looks wrong is accepted:', () => {
  test.each([
    ['a UTF-8 byte order mark', `\uFEFF${SMALL_CONTRACT}`],
    ['CRLF', SMALL_CONTRACT.replaceAll('\n', '\r\n')],
    [
      'aliases within the limit',
      `${change('app: { url: "https://shop.example" }', 'app: &a { url: "https://shop.example" }')}`,
    ],
    ['"no" as a text', change('system: shop', 'system: no')],
  ])('%s', (_, text) => {
    expect(() => loadError(text)).toThrow('The contract was accepted.');
  });
});

test('all problems are told at once, each with its line', () => {
  const text = inLive('concurrency: 0\n    samplign: {}\n    secrets: [KEY]')
    .replace('frontDoor: app', 'frontDoor: web')
    .replace('"https://shop.example"', '"${URL}"')
    .replace('path: /version', 'path: version');
  expect(
    loadError(text)
      .problems.map(({ code, line }) => `${line} ${code}`)
      .sort(),
  ).toEqual(['20 wrong-value', '21 unknown-key', '22 secret', '24 variable', '3 contradiction', '7 wrong-value']);
});

describe('text in braces that was meant to be quoted is told in one sentence:', () => {
  test.each([
    [
      'a comma in a text',
      'endpoints: declared',
      'endpoints: declared\n  cors: { absent: no API at all, only pages }',
      'put that text in quotes',
    ],
    ['a comma in an expected text', '{ status: 200 }', '{ json: { /a: hello, world } }', 'put that text in quotes'],
    ['a variable', '"https://shop.example"', '${SHOP_URL}', 'Quote it: "${SHOP_URL}"'],
    ['a variable with a default', '"https://shop.example"', '${SHOP_URL:-x}', 'Quote it: "${SHOP_URL:-x}"'],
    ['two variables', '"https://shop.example"', '${SHOP_URL}, http: ${SHOP_HTTP}', 'Quote it: "${SHOP_URL}"'],
    ['a template in a text', '{ path: / }', '{ path: /jobs/{{run.id}} }', 'Quote it: "/jobs/{{run.id}}"'],
    ['a template', '{ path: / }', '{ path: {{run.id}} }', 'Quote it: "{{run.id}}"'],
  ])('%s', (_, from, to, fix) => {
    const { problems } = loadError(change(from, to));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: expect.any(Number), fix: expect.stringContaining(fix) });
  });
});

test('what follows a broken line is not told as broken, too', () => {
  const text = change('services:\n', 'services: ]\n').replace('frontDoor: app', 'frontDoor: web');
  expect(loadError(text).problems.map(({ code, line }) => `${line} ${code}`)).toEqual(['4 yaml-syntax']);
});

test('a folder in place of the file is refused', () => {
  const contractsDir = path.join(mkdtempSync(path.join(tmpdir(), 'gate10-contract-')), 'contracts');
  mkdirSync(path.join(contractsDir, 'system.yaml'), { recursive: true });
  expect(() => loadSystem({ contractsDir, environment: 'live', env: {} })).toThrow('not a regular file');
  rmSync(path.dirname(contractsDir), { recursive: true });
});

import { describe, expect, it } from 'vitest';
import { toRow } from '../../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../../src/probe/schema.ts';
import { findStrayHosts } from '../../../../src/probe/served/bundle-hosts.ts';
import { findSecrets, loadSecretPatterns } from '../../../../src/probe/served/bundle-secrets.ts';
import { listBundles } from '../../../../src/probe/served/bundles.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { serve } from '../serve.ts';
import { smallSystem } from '../small-system.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

const INDEX =
  '<!doctype html><link rel="stylesheet" href="/a.css"><script type="module" src="/assets/main.js"></script>';
const STRIPE = `sk_${'live'}_${'4eC39HqLyjWDarjtT1zdp7dc'}`;

type Files = Readonly<Record<string, string>>;
const SOUND: Files = {
  '/': INDEX,
  '/a.css': 'body{}',
  '/assets/main.js': 'import("./chunk.js");fetch("/jobs")//# sourceMappingURL=main.js.map',
  '/assets/chunk.js': 'const docs="https://react.dev/errors/1"',
};

/** The rows of a frontend with these files; what is not there is answered by the page, as single-page hosts do. */
async function rowsOf(files: Files, more = ''): Promise<Record<string, Row>> {
  const site = await serve((request, response) => {
    const path = request.url ?? '/';
    const body = files[path];
    const type =
      body === undefined || path === '/' ? 'text/html' : path.endsWith('.css') ? 'text/css' : 'text/javascript';
    response.writeHead(path === '/moved' ? 302 : 200, { 'content-type': type, location: '/' }).end(body ?? INDEX);
  });
  const yaml = `frontend: { service: app, pages: [{ path: /, ready: main }]${more} }`;
  const environment = '    secrets: [API_KEY]';
  const env = { API_KEY: 'k3y-of-the-server' };
  const made = testSystem({ app: site.url, api: site.url, yaml, environment, env });
  open.push(site, made);
  const rows: Record<string, Row> = {};
  for (const check of listBundles(made.system)) {
    const row = toRow(check.planned, await check.observe(made.context), new Date().toISOString());
    rows[row.id.replace('frontend.bundles.', '')] = rowSchema.parse(row);
  }
  return rows;
}

const PASSED = { secrets: 'passed', 'source-maps': 'passed', hosts: 'passed' };
const statuses = (rows: Record<string, Row>) =>
  Object.fromEntries(Object.entries(rows).map(([what, { status }]) => [what, status]));

describe('the files of a frontend', () => {
  it('are all well, chunks and a map that is not served included', async () => {
    expect(statuses(await rowsOf(SOUND))).toEqual(PASSED);
  });

  it.each<[string, Files, string, string, RegExp]>([
    [
      'a key by its look',
      { '/assets/chunk.js': `const k="${STRIPE}"` },
      'secrets',
      'warned',
      /Stripe secret key in .*chunk\.js/,
    ],
    [
      'a declared secret',
      { '/assets/main.js': 'const k="k3y-of-the-server"' },
      'secrets',
      'failed',
      /API_KEY in .*main\.js/,
    ],
    ['a secret in the page', { '/': `${INDEX}<script>k="k3y-of-the-server"</script>` }, 'secrets', 'failed', /API_KEY/],
    [
      'a public map',
      { '/assets/main.js.map': '{"version":3,"mappings":"AAAA"}' },
      'source-maps',
      'warned',
      /main\.js\.map/,
    ],
    [
      'an inline map',
      { '/assets/chunk.js': 'x()//# sourceMappingURL=data:application/json;base64,e30=' },
      'source-maps',
      'warned',
      /1 inline/,
    ],
  ])('show %s', async (_, files, what, status, message) => {
    const rows = await rowsOf({ ...SOUND, ...files });
    expect(statuses(rows)).toEqual({ ...PASSED, [what]: status });
    expect(rows[what]?.message).toMatch(message);
    expect(JSON.stringify(rows)).not.toContain('k3y-of-the-server');
    expect(JSON.stringify(rows)).not.toContain(STRIPE);
  });

  it('may be read as source where that is meant', async () => {
    const rows = await rowsOf({ ...SOUND, '/assets/main.js.map': '{"mappings":""}' }, ', sourceMaps: public');
    expect(Object.keys(rows)).toEqual(['secrets', 'hosts']);
  });
});

describe('secrets', () => {
  const patterns = loadSecretPatterns();
  it.each([
    ['pk_live_4eC39HqLyjWDarjtT1zdp7dc', []],
    ['AIzaSyA-not-a-secret-by-design-000000000', []],
    ['https://abc123@o1.ingest.sentry.io/1', []],
    ['-----BEGIN PUBLIC KEY-----MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE', []],
    ['"-----BEGIN PRIVATE KEY-----"', []],
    [`sk-${'proj'}-abcdefghijklmnopqrstuvwx`, ['OpenAI key']],
    [`AKIA${'IOSFODNN7EXAMPLE'}`, ['AWS access key']],
    [`postgres://app:${'hunter22'}@db.internal/app`, ['database address with a password']],
  ])('in %s', (text, names) => {
    const found = findSecrets(text, patterns, new Map()).likely;
    expect(found).toEqual(names);
  });
});

describe('hosts in a bundle', () => {
  const services = { app: { url: 'https://app.shop.test' }, api: { url: 'https://api.shop.test' } };
  const system = smallSystem({ services });
  const nothing = { retired: [], undeclared: [], loopback: [] };

  it.each([
    ['a declared one', 'fetch("https://api.shop.test/jobs")', nothing],
    ['one of others', '"http://www.w3.org/2000/svg" "https://react.dev/errors"', nothing],
    ['no host with a port', '"http://localhost"', nothing],
    [
      'an old one of the same zone',
      'fetch("https://old-api.shop.test/jobs")',
      { ...nothing, undeclared: ['old-api.shop.test'] },
    ],
    ['one of a developer', 'fetch("http://localhost:3000/jobs")', { ...nothing, loopback: ['localhost:3000'] }],
  ])('%s', (_, text, expected) => {
    expect(findStrayHosts(text, system)).toEqual(expected);
  });

  it('are not looked for in a zone that many share', () => {
    const shared = smallSystem({
      services: { app: { url: 'https://shop.netlify.app' }, api: { url: 'https://shop.fly.dev' } },
    });
    expect(findStrayHosts('"https://other.netlify.app/" "https://x.fly.dev/"', shared)).toEqual(nothing);
  });

  it('that are retired are found in every zone', () => {
    const known = { ...system, contract: { ...system.contract, hosts: { retired: ['*.up.example'], allowed: [] } } };
    expect(findStrayHosts('"https://api.up.example/x"', known)).toEqual({ ...nothing, retired: ['api.up.example'] });
  });
});

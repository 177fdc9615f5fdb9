import { describe, expect, it } from 'vitest';
import { listStaleConfiguration } from '../../../../src/probe/code/stale-configuration.ts';
import { chooseFiles, loadConfigurationFiles } from '../../../../src/probe/code/stale-files.ts';
import { toRow } from '../../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../../src/probe/schema.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { createRepository, gitIn } from '../repository.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

const HOSTS = 'hosts: { retired: [old.shop.net, "*.gone.io"], allowed: ["*.cdn.shop.net", pay.net] }';

async function scan(files: Readonly<Record<string, string>>, yaml = HOSTS): Promise<Row> {
  const repository = createRepository();
  const made = testSystem({ app: 'https://www.shop.net', api: 'https://api.shop.net:8443', yaml });
  open.push({ close: () => repository.remove() }, made);
  const commit = repository.commit('feat: a', files);
  // What lies about in the folder is not what was deployed.
  repository.write('netlify.toml', 'to = "https://old.shop.net"');
  const [check] = listStaleConfiguration(made.system, commit, repository.git);
  if (check === undefined) throw new Error('there is no check');
  return rowSchema.parse(toRow(check.planned, await check.observe(made.context), new Date().toISOString()));
}

describe('a retired host', () => {
  it.each<[string, string, string]>([
    ['netlify.toml', '[[redirects]]\n  from = "/api/*"\n  to = "https://old.shop.net/:splat"', '3 old.shop.net'],
    ['_redirects', '/a /b 301\n/api/* https://OLD.shop.net/:splat 200', '2 old.shop.net'],
    ['web/vercel.json', '{ "rewrites": [\n{ "destination": "https://old.shop.net" }] }', '2 old.shop.net'],
    ['deploy/nginx.conf', 'upstream api {\n  server old.shop.net:443;\n}', '2 old.shop.net'],
    ['Caddyfile', 'reverse_proxy old.shop.net:443', '1 old.shop.net'],
    ['render.yaml', 'envVars:\n  - key: API\n    value: wss://api.gone.io', '3 api.gone.io'],
    ['.env.production', 'API_HOST=old.shop.net', '1 old.shop.net'],
    ['.github/workflows/deploy.yml', 'run: curl -f https://a.b.gone.io/health', '1 a.b.gone.io'],
    ['docker-compose.yml', 'environment:\n  - API=https://u:p@old.shop.net/', '2 old.shop.net'],
    ['k8s/api.yaml', 'host: "old.shop.net" # the API', '1 old.shop.net'],
    ['wrangler.toml', 'route = "old.shop.net/*"', '1 old.shop.net'],
    ['package.json', '{\n"scripts": {\n"build": "API=https://old.shop.net vite build"\n}\n}', '3 old.shop.net'],
  ])('in %s is failed, with file and line', async (file, content, place) => {
    const row = await scan({ [file]: content });
    const shown = `${file}:${place}`;
    expect(row).toMatchObject({ status: 'failed', actual: shown });
    expect(row.message).toContain(shown);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a comment', { 'netlify.toml': '# until May: https://old.shop.net\nto = "/x" # was old.shop.net' }],
    ['a comment of JSON', { 'wrangler.jsonc': '// https://old.shop.net\n/* and\n old.shop.net */\n{}' }],
    ['text', { 'README.md': 'https://old.shop.net', 'docs/nginx.conf': 'server old.shop.net;' }],
    ['code and its tests', { 'src/api.ts': 'https://old.shop.net', 'tests/fixtures/.env': 'A=https://old.shop.net' }],
    [
      'people of package.json',
      { 'package.json': '{\n"scripts": { "a": "b" },\n"homepage": "https://old.shop.net"\n}' },
    ],
    [
      'a longer name',
      { _redirects: '/a https://very-old.shop.net.pay.net/x 200', 'fly.toml': 'a = "not-old.shop.net"' },
    ],
  ])('in %s is none', async (_, files) => {
    expect((await scan(files)).evidence?.['retired']).toBe(0);
  });

  it('in a file for development is warned', async () => {
    const row = await scan({
      '.env.example': 'A=https://old.shop.net',
      'docker-compose.dev.yml': 'a: https://x.gone.io',
    });
    expect(row).toMatchObject({
      status: 'warned',
      message: expect.stringMatching(/files for development name retired/),
    });
  });
});

describe('an undeclared host', () => {
  it('is warned, with file and line', async () => {
    const row = await scan({ 'render.yaml': 'a: 1\nurl: https://mystery.net/x' });
    expect(row).toMatchObject({ status: 'warned', actual: 'render.yaml:2 mystery.net' });
  });

  it.each([
    ['the services', 'A=https://api.shop.net\nB=https://www.shop.net:443/x'],
    ['allowed ones', 'A=https://eu.cdn.shop.net\nB=https://pay.net'],
    [
      'this machine and private networks',
      'A=http://localhost:3000\nB=http://127.0.0.1\nC=http://10.1.2.3\nD=http://db:5432',
    ],
    ['examples', 'A=https://api.example.com\nB=postgres://u:p@db.internal/x'],
    ['what is filled in later', 'A=https://$HOST/\nB=https://api.$DOMAIN/x\nC=https://{{host}}/'],
    [
      'forges, registries, schemas',
      '# yaml-language-server\nA=https://registry.npmjs.org/\nB=https://json.schemastore.org/x',
    ],
  ])('is none of %s', async (_, content) => {
    expect(await scan({ '.env': content })).toMatchObject({ status: 'passed' });
  });

  it('is looked for only where users are sent, until the hosts are declared', async () => {
    const files = { '.env': 'A=https://mystery.net', 'netlify.toml': 'to = "https://riddle.net"' };
    expect(await scan(files, '')).toMatchObject({ status: 'warned', actual: 'netlify.toml:1 riddle.net' });
  });
});

it('passes where nothing is wrong, and says how much was looked at', async () => {
  const row = await scan({ _redirects: '/api/* https://api.shop.net/:splat 200', 'a.txt': 'https://old.shop.net' });
  expect(row).toMatchObject({ status: 'passed', evidence: { files: 1, retired: 0, undeclared: 0 } });
});

it.each<[string, (commit: string) => { commit: string; path?: string }]>([
  ['an unknown commit', () => ({ commit: '0123456789abcdef0123456789abcdef01234567' })],
  ['a missing git', (commit) => ({ commit, path: '/nonexistent' })],
])('cannot be judged with %s', async (_, change) => {
  const repository = createRepository();
  const made = testSystem({ app: 'https://a.net', api: 'https://b.net', yaml: HOSTS });
  open.push({ close: () => repository.remove() }, made);
  const { commit, path } = change(repository.commit('feat: a', { _redirects: '/a https://old.shop.net 200' }));
  const [check] = listStaleConfiguration(made.system, commit, gitIn(repository.folder, path ?? process.env['PATH']));
  const observed = await check?.observe(made.context);
  expect(observed?.judgement).toMatchObject({ status: 'inconclusive', reason: 'blind' });
});

it('a host that is both retired and allowed is refused', () => {
  const yaml = 'hosts: { retired: [a.net], allowed: [a.net] }';
  expect(() => testSystem({ app: 'https://a.net', api: 'https://b.net', yaml })).toThrow(/retired and allowed/);
});

it('chooses by the authority, in which every rule has a source', () => {
  const authority = loadConfigurationFiles();
  const paths = [
    'netlify.toml',
    'node_modules/x/netlify.toml',
    'nginx/README.md',
    'nginx/api.conf',
    'src/app.ts',
    '.env.local',
  ];
  expect(chooseFiles(paths, authority).map(({ path, development }) => `${path} ${development}`)).toEqual([
    'netlify.toml false',
    'nginx/api.conf false',
    '.env.local true',
  ]);
});

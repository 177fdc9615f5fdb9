/** What goes wrong with Verdaccio behind nginx, for real, and the layer that has to be named. No check knows of any of these. */
import { appendFile, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { slowUpstream } from './slow-upstream.ts';
import type { Front, Stand } from './stand.ts';

export interface VerdaccioFault {
  readonly title: string;
  /** At least one of them has to be failed. */
  readonly layers: readonly string[];
  readonly how?: 'check' | 'pages' | 'run';
  readonly front?: Front;
  /** Breaks more than the front; returns what mends it. */
  readonly breaks?: (stand: Stand) => Promise<() => Promise<void>>;
  readonly env?: Readonly<Record<string, string>>;
}

const HTML = '<!doctype html><html lang="en"><title>Registry</title><body><div id="root"></div></body></html>';
const page = `default_type text/html; return 200 '${HTML}';`;
const upstream = 'proxy_pass http://127.0.0.1:@UPSTREAM_PORT@';

/** The front with these directives. */
function nginx(change: NonNullable<Front['nginx']>): { front: Front } {
  return { front: { nginx: change } };
}

const PROXY: readonly VerdaccioFault[] = [
  {
    title: 'the proxy points at another port, where nothing listens',
    layers: ['integration'],
    ...nginx({
      http: 'upstream gone { server 127.0.0.1:1; }',
      locations: 'location ^~ /-/v1/ { proxy_pass http://gone; }',
    }),
  },
  {
    title: 'search is answered by the page of the application',
    layers: ['integration'],
    ...nginx({ locations: `location /-/v1/ { ${page} }` }),
  },
  {
    title: 'every unknown path is answered by the page of the application',
    layers: ['integration'],
    ...nginx({
      pass: `proxy_intercept_errors on; error_page 404 =200 /fallback;`,
      locations: `location = /fallback { internal; ${page} }`,
    }),
  },
  {
    title: 'the rule of one path is missing',
    layers: ['integration'],
    ...nginx({ locations: 'location /-/v1/search { return 404; }' }),
  },
  {
    title: 'the prefix is cut off',
    layers: ['integration'],
    ...nginx({ locations: `location /-/ { ${upstream}/; }` }),
  },
  {
    title: 'the query is lost',
    layers: ['integration', 'endpoints'],
    ...nginx({ locations: `location = /-/v1/search { rewrite ^ /-/v1/search? break; ${upstream}; }` }),
  },
  {
    title: 'Authorization does not come through',
    layers: ['authentication'],
    ...nginx({ pass: 'proxy_set_header Authorization "";' }),
  },
  {
    title: 'bodies of more than 20 bytes are refused',
    layers: ['authentication'],
    ...nginx({ pass: 'client_max_body_size 20;' }),
  },
  {
    title: 'an old copy of a package is served',
    layers: ['integration', 'storage'],
    ...nginx({
      locations: `location = /gate10-sentinel { default_type application/json; return 200 '{"name":"gate10-sentinel","dist-tags":{"latest":"0.9.0"},"versions":{}}'; }`,
    }),
  },
  {
    title: 'requests that write are refused',
    layers: ['authentication'],
    ...nginx({ pass: 'limit_except GET HEAD { deny all; }' }),
  },
];

const TYPES: readonly VerdaccioFault[] = [
  {
    title: 'every answer is text/plain',
    layers: ['integration', 'endpoints', 'frontend'],
    ...nginx({ pass: 'proxy_hide_header Content-Type; add_header Content-Type text/plain;' }),
  },
  {
    title: 'the tarball comes back as a page',
    layers: ['storage'],
    ...nginx({ locations: `location /gate10-sentinel/-/ { ${page} }` }),
  },
  {
    title: 'the tarball comes back empty',
    layers: ['storage'],
    ...nginx({ locations: `location /gate10-sentinel/-/ { default_type application/octet-stream; return 200 ''; }` }),
  },
  {
    title: 'framing and sniffing are allowed',
    layers: ['security'],
    ...nginx({ pass: 'proxy_hide_header X-Frame-Options; proxy_hide_header X-Content-Type-Options;' }),
  },
  {
    title: 'no other origin may read',
    layers: ['cors'],
    ...nginx({ pass: 'proxy_hide_header Access-Control-Allow-Origin;' }),
  },
  {
    title: 'the origin is allowed twice',
    layers: ['cors'],
    ...nginx({ pass: 'add_header Access-Control-Allow-Origin * always;' }),
  },
];

const TLS: readonly VerdaccioFault[] = (
  [
    ['the certificate has expired', 'expired'],
    ['the certificate ends in three days', 'expires-soon'],
    ['the certificate is for another host', 'wrong-host'],
    ['the certificate is self-signed', 'self-signed'],
    ['the chain is incomplete', 'incomplete-chain'],
    ['the wrong intermediate is sent', 'wrong-intermediate'],
    ['the certificate comes from an authority that nobody trusts', 'unknown-authority'],
    ['the certificate is not valid yet', 'not-yet-valid'],
  ] as const
).map(([title, certificate]) => ({ title, layers: ['tls'], front: { certificate } }));

const NAMES: readonly VerdaccioFault[] = [
  { title: 'only TLS 1.1 is spoken', layers: ['tls'], ...nginx({ protocols: 'TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0' }) },
  { title: 'plain HTTP answers itself', layers: ['tls'], ...nginx({ plain: page }) },
  {
    title: 'plain HTTP redirects to a foreign host',
    layers: ['tls'],
    ...nginx({ plain: 'return 301 https://elsewhere.example$request_uri;' }),
  },
  { title: 'the name does not exist', layers: ['dns'], front: { dns: { rcode: 'NXDOMAIN' } } },
  { title: 'the name server fails', layers: ['dns'], front: { dns: { rcode: 'SERVFAIL' } } },
  { title: 'the name points at an old address', layers: ['dns'], front: { dns: { addresses: ['127.0.0.9'] } } },
  { title: 'one of two addresses is old', layers: ['dns'], front: { dns: { addresses: ['127.0.0.1', '127.0.0.9'] } } },
];

const IDENTITY: readonly VerdaccioFault[] = [
  { title: 'another version answers', layers: ['code-authority'], env: { VERDACCIO_VERSION: '6.10.3' } },
  {
    title: 'the version is answered by the page of the application',
    layers: ['code-authority'],
    ...nginx({ locations: `location /-/static/ui-options.js { ${page} }` }),
  },
  {
    title: 'the version cannot be read',
    layers: ['code-authority'],
    ...nginx({ locations: 'location /-/static/ui-options.js { return 404; }' }),
  },
];

const script = (body: string) =>
  `location ~ ^/-/static/.*\\.js$ { default_type text/javascript; return 200 '${body}'; } location = /-/static/ui-options.js { ${upstream}; }`;

const ASSETS: readonly VerdaccioFault[] = [
  {
    title: 'the scripts of the page are missing',
    layers: ['frontend'],
    how: 'pages',
    ...nginx({ locations: `location ~ ^/-/static/(?!ui-options).*\\.js$ { return 404; }` }),
  },
  {
    title: 'the scripts of the page are the page',
    layers: ['frontend'],
    how: 'pages',
    ...nginx({ locations: `location ~ ^/-/static/(?!ui-options).*\\.js$ { ${page} }` }),
  },
  {
    title: 'the page is blank: every status is 200, nothing complains',
    layers: ['frontend'],
    how: 'pages',
    ...nginx({ locations: script('void 0') }),
  },
  {
    title: 'a script throws',
    layers: ['frontend'],
    how: 'pages',
    ...nginx({ locations: script('throw new Error(1)') }),
  },
  {
    title: 'the page is that of a fresh nginx',
    layers: ['frontend'],
    how: 'pages',
    ...nginx({
      locations: `location = / { default_type text/html; return 200 '<!doctype html><title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>'; }`,
    }),
  },
  {
    title: 'the list of packages stays empty',
    layers: ['frontend'],
    how: 'pages',
    ...nginx({ locations: `location /-/verdaccio/data/ { default_type application/json; return 200 '[]'; }` }),
  },
];

const REGISTRY: readonly VerdaccioFault[] = [
  {
    title: 'Verdaccio is stopped',
    layers: ['runtime'],
    breaks: standsStill,
  },
  {
    title: 'the data volume is lost: everything is up, and anyone may set it up',
    layers: ['storage'],
    breaks: async (stand) => moved(stand, 'storage'),
  },
  {
    title: 'the users are lost, and a log-in creates one',
    layers: ['authentication'],
    breaks: async (stand) => moved(stand, 'htpasswd'),
  },
  { title: 'the tarball on disk is cut off', layers: ['storage'], breaks: cutTarball },
  { title: 'the tarball on disk was written over', layers: ['storage'], breaks: overwrittenTarball },
  { title: 'anyone may publish', layers: ['authentication'], breaks: openToAll },
];

const TIME: readonly VerdaccioFault[] = [
  { title: 'each answer takes 700 ms', layers: ['runtime'], how: 'run', breaks: slowedDown },
  {
    title: 'a fifth of the requests is answered with 500',
    layers: ['integration', 'runtime'],
    how: 'run',
    ...nginx({ http: 'split_clients "$request_id" $bad { 20% 1; * 0; }', pass: 'if ($bad) { return 500; }' }),
  },
];

async function standsStill(stand: Stand): Promise<() => Promise<void>> {
  stand.registry().kill('SIGSTOP');
  return async () => void stand.registry().kill('SIGCONT');
}

async function moved(stand: Stand, name: string): Promise<() => Promise<void>> {
  const file = path.join(stand.dataDir, name);
  await stand.restartRegistry({}, () => rename(file, `${file}.away`));
  return () =>
    stand.restartRegistry({}, async () => {
      await rm(file, { recursive: true, force: true });
      await rename(`${file}.away`, file);
    });
}

async function withTarball(stand: Stand, change: (file: string) => Promise<void>): Promise<() => Promise<void>> {
  const file = path.join(stand.dataDir, 'storage/gate10-sentinel/gate10-sentinel-1.0.0.tgz');
  const before = await readFile(file);
  await change(file);
  return () => writeFile(file, before);
}

function cutTarball(stand: Stand): Promise<() => Promise<void>> {
  return withTarball(stand, (file) => truncate(file, 7));
}

function overwrittenTarball(stand: Stand): Promise<() => Promise<void>> {
  return withTarball(stand, (file) => appendFile(file, 'and more'));
}

async function openToAll(stand: Stand): Promise<() => Promise<void>> {
  await stand.restartRegistry({ publish: '$all' });
  return () => stand.restartRegistry();
}

async function slowedDown(stand: Stand): Promise<() => Promise<void>> {
  const slow = await slowUpstream(stand.ports.verdaccio, 700);
  await stand.setFront({ upstream: slow.port });
  return slow.stop;
}

export const VERDACCIO_FAULTS: readonly VerdaccioFault[] = [
  ...PROXY,
  ...TYPES,
  ...TLS,
  ...NAMES,
  ...IDENTITY,
  ...ASSETS,
  ...REGISTRY,
  ...TIME,
];

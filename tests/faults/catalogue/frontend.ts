/** Faults of the layer frontend: Frontend Build. */
import type { Fault } from '../../../reference-system/attach.ts';
import { type CatalogueFault, fault, type InjectedFault } from '../fault.ts';
import {
  answers,
  appears,
  edge,
  frontendAnswers,
  MAINTENANCE,
  PAGE,
  pages,
  problem,
  ROUTE_NOT_FOUND,
} from '../inject.ts';

const SCRIPTS = '/assets/*.js';
const ENTRY = '/assets/index-*.js';
const script = (body: string) => ({ status: 200, body, contentType: 'text/javascript' });
const asHtml = (title: string, text: string) => ({
  ...MAINTENANCE,
  body: `<!doctype html><html lang="en"><title>${title}</title><body><h1>${text}</h1></body></html>`,
});

/** Every script of the build, changed on its way out. */
const rewritten = (pattern: string, to: string, path = SCRIPTS): InjectedFault =>
  pages({ faults: [edge('app', path, { answer: { replace: [{ pattern, to }] } })] });
/** The address that the client of the API takes for its base where it is given none. */
const builtFor = (address: string): InjectedFault => rewritten('(\\bbaseUrl:\\w+=)``', `$1\`${address}\``);
const before = (code: string): InjectedFault => rewritten('^', code, ENTRY);
const after = (code: string): InjectedFault => rewritten('$', `;${code}`, ENTRY);
/** Other headers of the pages. */
const headers = (set: Readonly<Record<string, string>>, path = '/*'): InjectedFault =>
  pages({ faults: [edge('app', path, { answer: { headers: { ...set } } })] });
/** What the application asks of the API, answered like this. */
const apiSays = (action: Parameters<typeof appears>[1]): InjectedFault => pages({ faults: [appears('/jobs', action)] });

const OLD = '0123456789abcdef0123456789abcdef01234567';
const OLD_HTML = { pattern: 'content="[0-9a-f]{40}"', to: `content="${OLD}"` };
const REGISTER = 'navigator.serviceWorker.register("/sw.js")';
const TAKE_OVER = 'oninstall = () => skipWaiting(); onactivate = (event) => event.waitUntil(clients.claim());';

/** The application registers this worker, which decides what those see who come back. */
const worker = (onFetch: string): InjectedFault =>
  pages({
    faults: [
      edge('app', ENTRY, { answer: { replace: [{ pattern: '$', to: `;${REGISTER}` }] } }),
      { ...appears('/sw.js', script(`${TAKE_OVER} ${onFetch}`)), at: 'frontend' },
    ],
  });
const navigations = (response: string): string =>
  `onfetch = (event) => { if (event.request.mode === 'navigate') event.respondWith(${response}); };`;
const OLD_PAGE = `fetch(event.request).then((answer) => answer.text()).then((text) => new Response(text.replace(/content="[0-9a-f]{40}"/, 'content="${OLD}"'), { headers: { 'content-type': 'text/html' } }))`;
const EMPTY_SHELL = `new Response('<!doctype html><title>mosaic</title><div id="app"></div>', { headers: { 'content-type': 'text/html' } })`;

/** Messages on the console that the adopter knows of and lives with. */
const known = (texts: readonly string[], faults: readonly Fault[]): InjectedFault =>
  pages({ faults, contract: { set: { '/frontend/consoleBaseline': texts } } });

/** Seen in the files, without a browser. */
const served = (code: string, more: Partial<InjectedFault> = {}): InjectedFault => ({
  faults: [edge('app', ENTRY, { answer: { replace: [{ pattern: '$', to: `;${code}` }] } })],
  ...more,
});
/** Put together here, so that no file of this project looks like it holds one. */
const STRIPE_KEY = ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_');
const AWS_KEY = `AKIA${'IOSFODNN7EXAMPLE'}`;

export const FRONTEND_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L12-01',
    { title: 'index.html 200 but main bundle 404', severity: 'P0', layer: 'frontend' },
    {
      '404': pages(frontendAnswers(SCRIPTS, ROUTE_NOT_FOUND)),
      'html as js 200': pages(frontendAnswers(SCRIPTS, PAGE)),
      'wrong MIME nosniff': headers({ 'content-type': 'text/plain' }, SCRIPTS),
      '404 of a chunk': pages(frontendAnswers('/assets/jobs-*.js', ROUTE_NOT_FOUND)),
      'cut in half': pages(frontendAnswers(ENTRY, { truncate: true })),
    },
  ),
  fault(
    'L12-02',
    {
      title: 'Asset path answered by index.html (200 text/html)',
      severity: 'P0',
      layer: 'frontend',
      notInjectable: { woff2: 'the application has no fonts of its own; tests/unit/probe/browser shows it' },
    },
    {
      js: pages(frontendAnswers(ENTRY, PAGE)),
      css: pages(frontendAnswers('/assets/*.css', PAGE)),
      svg: pages(frontendAnswers('/assets/*.svg', PAGE)),
      'css of the wrong type': headers({ 'content-type': 'text/plain' }, '/assets/*.css'),
      'css 404': pages(frontendAnswers('/assets/*.css', ROUTE_NOT_FOUND)),
      'image 404': pages(frontendAnswers('/assets/*.svg', ROUTE_NOT_FOUND)),
    },
  ),
  fault(
    'L12-03',
    { title: 'Runtime JS exception => blank page', severity: 'P0', layer: 'frontend' },
    {
      throw: pages(frontendAnswers(SCRIPTS, script('throw new Error("boom")'))),
      'unhandled rejection': after('Promise.reject(new Error("boom"))'),
      'infinite loop': pages(frontendAnswers(SCRIPTS, script('for (;;);'))),
      'throws once it has rendered': after('setTimeout(() => { throw new Error("late") }, 0)'),
      'a syntax error': before('{{'),
      'nothing happens, and nothing complains': pages(frontendAnswers(ENTRY, script(''))),
      'it renders nothing': pages(
        frontendAnswers(ENTRY, script('document.querySelector("#app").innerHTML = "<main data-app-ready></main>"')),
      ),
    },
  ),
  fault(
    'L12-04',
    { title: 'Shared shell renders while page content failed', severity: 'P1', layer: 'frontend' },
    {
      '404': apiSays(ROUTE_NOT_FOUND),
      '500': apiSays(problem(500)),
      empty: apiSays(answers(200, { items: [], total: 0, page: 1, per_page: 10 })),
      'no answer': apiSays({ silent: true }),
      'a page instead of data': apiSays(PAGE),
      'of another shape': apiSays(answers(200, { jobs: [] })),
    },
  ),
  fault(
    'L12-05',
    { title: 'Old bundle served (stale build sha in HTML)', severity: 'P1', layer: 'frontend' },
    {
      old: pages({ faults: [edge('app', '/*', { answer: { replace: [OLD_HTML] } })] }),
      mixed: pages({ faults: [edge('app', '/login', { answer: { replace: [OLD_HTML] } })] }),
      'without a commit': pages({
        faults: [edge('app', '/*', { answer: { replace: [{ ...OLD_HTML, to: 'content=""' }] } })],
      }),
      'never stamped': pages({
        faults: [edge('app', '/*', { answer: { replace: [{ ...OLD_HTML, to: 'content="__BUILD_SHA__"' }] } })],
      }),
    },
  ),
  fault(
    'L12-06',
    { title: 'Service worker serves stale app to returning users', severity: 'P1', layer: 'frontend' },
    {
      'stale html': worker(navigations(OLD_PAGE)),
      'poisoned cache': worker(navigations(EMPTY_SHELL)),
      'it answers with an error': worker(navigations('Response.error()')),
    },
  ),
  fault(
    'L12-07',
    {
      title: 'Mixed content / CSP blocks API',
      severity: 'P1',
      layer: 'frontend',
      notInjectable: {
        'frame-ancestors': 'nobody frames the application; that it may not be framed is a security header',
      },
    },
    {
      CSP: headers({ 'content-security-policy': "default-src 'self'; connect-src 'none'" }),
      'CSP blocks the scripts': headers({ 'content-security-policy': "default-src 'none'" }),
      'CSP blocks the styles': headers({ 'content-security-policy': "default-src 'self'; style-src 'none'" }),
      'CSP blocks a worker': pages({
        faults: [
          edge('app', '/*', {
            answer: { headers: { 'content-security-policy': "default-src 'self'; worker-src 'none'" } },
          }),
          edge('app', ENTRY, { answer: { replace: [{ pattern: '$', to: ';new Worker("/worker.js")' }] } }),
        ],
      }),
      'mixed content': after('fetch("http://app.mosaic.test:1/jobs")'),
    },
  ),
  fault(
    'L12-09',
    { title: 'Wrong locale/feature flag shows maintenance page 200', severity: 'P0', layer: 'frontend' },
    {
      maintenance: pages(frontendAnswers('/login', MAINTENANCE)),
      'parking page': pages(frontendAnswers('/*', asHtml('mosaic.test', 'This domain is parked'))),
      'nginx default': pages(frontendAnswers('/', asHtml('Welcome to nginx!', 'Welcome to nginx!'))),
      'another application': pages(frontendAnswers('/search', asHtml('Intranet', 'Find work that fits'))),
      'login of the host': pages(
        frontendAnswers('/*', { status: 401, body: 'Password required', contentType: 'text/html' }),
      ),
    },
  ),
  fault(
    'L12-11',
    { title: 'Source maps / secrets in bundle', severity: 'P2', layer: 'frontend', expect: 'warned' },
    {
      sk_: served(`const k="${STRIPE_KEY}"`),
      'an AWS key': served(`const k="${AWS_KEY}"`),
      'a database address': served('const u="postgres://app:correct-horse@db.internal/app"'),
      'map file': served('//# sourceMappingURL=index.js.map', {
        faults: [
          edge('app', ENTRY, { answer: { replace: [{ pattern: '$', to: '\n//# sourceMappingURL=index.js.map' }] } }),
          {
            ...appears('/assets/index.js.map', answers(200, { version: 3, sources: ['main.ts'], mappings: 'AAAA' })),
            at: 'frontend',
          },
        ],
      }),
    },
  ),
  fault(
    'X12-01',
    { title: 'The build names hosts that are not there', severity: 'P1', layer: 'frontend' },
    {
      'an old host of the same zone': served('const u="https://old-api.mosaic.test/jobs"'),
      'a retired host': served('const u="https://backend-production.up.example/jobs"', {
        contract: { set: { '/hosts': { retired: ['*.up.example'] } } },
      }),
      'a declared secret': served('const k="correct-horse-battery"', {
        env: { GATE10_TRIAL_SECRET: 'correct-horse-battery' },
        contract: { append: { '/environments/embedded/secrets': ['GATE10_TRIAL_SECRET'] } },
      }),
      "a developer's machine": { ...served('const u="http://localhost:3000/jobs"'), expect: 'warned' },
    },
  ),
  fault(
    'X12-02',
    { title: 'The address of the API was empty at build time', severity: 'P1', layer: 'frontend' },
    {
      undefined: builtFor('undefined'),
      null: builtFor('/null'),
      'a dead host': builtFor('https://dead.mosaic.test'),
      'a placeholder': builtFor('/%VITE_API_URL%'),
      'a trailing slash, which the client ignores': { ...builtFor('/'), expect: 'passed' },
    },
  ),
  fault(
    'X12-03',
    { title: 'The document itself is not served', severity: 'P0', layer: 'frontend' },
    {
      '500': pages(frontendAnswers('/', problem(500))),
      '404 of one page': pages(frontendAnswers('/search', { status: 404, body: 'gone', contentType: 'text/html' })),
      'as a download': headers({ 'content-type': 'application/octet-stream' }, '/login'),
      'as text': headers({ 'content-type': 'text/plain' }, '/login'),
      'redirects in a circle': pages(
        frontendAnswers('/login', { status: 302, body: '', headers: { location: '/login' } }),
      ),
      'without an answer': pages(frontendAnswers('/login', { reset: true })),
    },
  ),
  fault(
    'X12-04',
    { title: 'New errors on the console', severity: 'P2', layer: 'frontend' },
    {
      'console.error': after('console.error("Cannot read properties of undefined")'),
      'a request that fails': after('fetch("/auth/nobody").catch(() => 0)'),
      // no page shows it by itself: somebody has to search
      'once a person does something': {
        ...served('addEventListener("submit", () => console.error("Cannot read properties of undefined"))'),
        how: 'run',
      },
    },
  ),
  fault(
    'X12-05',
    { title: 'Cross-origin isolation is lost', severity: 'P2', layer: 'frontend' },
    {
      'no COEP': pages({ faults: [], contract: { set: { '/frontend/pages/0/isolated': true } } }),
    },
  ),
  fault(
    'X12-06',
    { title: 'WebAssembly is not served', severity: 'P2', layer: 'frontend' },
    {
      'answered by the page': after('fetch("/core.wasm").catch(() => 0)'),
      'of a type that it cannot be compiled from': pages({
        faults: [
          edge('app', ENTRY, {
            answer: { replace: [{ pattern: '$', to: ';WebAssembly.compileStreaming(fetch("/core.wasm"))' }] },
          }),
          {
            ...appears('/core.wasm', { status: 200, body: '', contentType: 'application/octet-stream' }),
            at: 'frontend',
          },
        ],
      }),
    },
  ),
  fault(
    'X12-07',
    { title: 'Odd but healthy pages', severity: 'P3', layer: 'frontend', expect: 'passed' },
    {
      'a service worker that changes nothing': worker('onfetch = () => undefined;'),
      'a warning on the console': after('console.warn("deprecated")'),
      'a script that takes its time': pages(frontendAnswers(ENTRY, { delayMs: 800 })),
      'scripts of the old media type': headers({ 'content-type': 'application/x-javascript' }, SCRIPTS),
      'html in capitals': headers({ 'content-type': 'TEXT/HTML; CHARSET=UTF-8' }, '/login'),
    },
  ),
  fault(
    'X12-08',
    { title: 'The application never says that it is there', severity: 'P1', layer: 'frontend' },
    { 'what it shows is right': rewritten('data-app-ready', 'data-app-waiting') },
  ),
  fault(
    'X12-09',
    { title: 'The page talks to a host that nobody declared', severity: 'P1', layer: 'frontend' },
    {
      'and complaints about requests are known noise': known(
        ['Failed to load resource'],
        [
          edge('app', '/*', {
            answer: { headers: { 'content-security-policy': "default-src 'self'; connect-src *" } },
          }),
          edge('app', ENTRY, {
            answer: { replace: [{ pattern: '$', to: ';fetch("https://tracker.example/").catch(() => 0)' }] },
          }),
        ],
      ),
    },
  ),
  fault(
    'X12-10',
    { title: 'The Content Security Policy stops a part of the page', severity: 'P2', layer: 'frontend' },
    {
      'and complaints about it are known noise': known(
        ['Content Security Policy', 'is used as a fallback'],
        [
          edge('app', ENTRY, {
            answer: { replace: [{ pattern: '$', to: ';try { eval("1") } catch {}' }] },
          }),
        ],
      ),
    },
  ),
  fault(
    'X12-11',
    { title: 'A page is not served, as anybody sees without a browser', severity: 'P0', layer: 'frontend' },
    {
      '404 of one page': frontendAnswers('/login', { status: 404, body: 'gone', contentType: 'text/html' }),
      'under maintenance': frontendAnswers('/login', MAINTENANCE),
    },
  ),
];

/**
 * Against servers that speak what Render and Netlify document (api-docs.render.com; netlify/open-api, swagger.yml): paths,
 * methods, bodies and words are theirs, the platforms themselves are not asked.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HttpDriver } from '../../../../src/contract/rollback-policy-schema.ts';
import { createHttpDriver } from '../../../../src/response/rollback/drivers/http.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { testClock, toolsFor } from './platform.ts';
import { A, B } from './sample-rollbacks.ts';

const ORDER = { rollbackId: 'rb-1', failed: B, target: A };

type Answer = readonly [status: number, body: unknown];
type Routes = Readonly<Record<string, (body: unknown, times: number) => Answer>>;

/** Answers by "METHOD path"; anything else is 404. Notes what it was asked, and refuses who has no token. */
async function serve(routes: Routes): Promise<{ api: string; asked: string[] }> {
  const asked: string[] = [];
  const server = http.createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const name = `${request.method} ${request.url?.replace(/\?.*$/, '')}`;
    asked.push(text === '' ? name : `${name} ${text}`);
    const times = asked.filter((each) => each.split(' ', 2).join(' ') === name).length;
    const [status, body] =
      request.headers.authorization === 'Bearer sesame-open'
        ? (routes[name]?.(text && JSON.parse(text), times) ?? [404, { message: 'not found' }])
        : [401, { message: 'unauthorized' }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function driverAt(
  api: string,
  provider: HttpDriver['provider'],
  env: Record<string, string> = { TOKEN: 'sesame-open' },
) {
  const rules = { kind: 'http', provider, api, service: 'srv-1', token: 'TOKEN', timeout: 30_000 } as const;
  return createHttpDriver(rules, toolsFor(temporaryFolder(), { env, clock: testClock() }));
}

const renderDeploy = (id: string, commit: string, status: string) => {
  return { deploy: { id, commit: { id: commit, message: 'm' }, status, trigger: 'new_commit' }, cursor: id };
};
const LISTED = [
  renderDeploy('dep-3', B, 'live'),
  renderDeploy('dep-2', A, 'build_failed'),
  renderDeploy('dep-1', A, 'deactivated'),
];
const LIST = 'GET /services/srv-1/deploys';
const BACK = 'POST /services/srv-1/rollback';
const WATCH = 'GET /services/srv-1/deploys/dep-4';
const render = (changed: Routes = {}): Routes => ({
  [LIST]: () => [200, LISTED],
  [BACK]: () => [201, { id: 'dep-4', status: 'queued', commit: { id: A } }],
  [WATCH]: (_, times) => [200, { id: 'dep-4', status: times < 3 ? 'update_in_progress' : 'live', commit: { id: A } }],
  ...changed,
});

describe('Render', () => {
  it('rolls back to the deploy of the target that came up, and waits until it is live', async () => {
    const { api, asked } = await serve(render());
    expect(await driverAt(api, 'render').drive(ORDER)).toEqual({
      ...{ outcome: 'accepted', serves: A, said: 'deploy dep-4 is live' },
    });
    expect(asked).toEqual([LIST, `${BACK} {"deployId":"dep-1"}`, WATCH, WATCH, WATCH]);
  });

  it('in a dry run asks and changes nothing', async () => {
    const { api, asked } = await serve(render());
    expect(await driverAt(api, 'render').dryRun(ORDER)).toMatchObject({
      ...{ outcome: 'accepted', said: `would restore deploy dep-1 of ${A.slice(0, 12)}` },
    });
    expect(asked).toEqual([LIST]);
  });

  it('says which commit is live', async () => {
    const { api } = await serve(render());
    expect(await driverAt(api, 'render').current?.({ failed: B, target: A })).toEqual({ kind: 'one', commit: B });
  });

  it.each<[string, Routes, string, string]>([
    [
      'has no deploy of the target',
      render({ [LIST]: () => [200, LISTED.slice(0, 2)] }),
      'failed',
      'has no finished deploy',
    ],
    ['refuses', render({ [BACK]: () => [409, { message: 'busy' }] }), 'failed', 'answered 409'],
    ['fails in the middle', render({ [BACK]: () => [502, { message: 'oh' }] }), 'unknown', 'answered 502'],
    [
      'does not bring it up',
      render({ [WATCH]: () => [200, { id: 'dep-4', status: 'update_failed' }] }),
      'failed',
      'did not come up',
    ],
    [
      'never brings it up',
      render({ [WATCH]: () => [200, { id: 'dep-4', status: 'queued' }] }),
      'unknown',
      'is not live yet',
    ],
    [
      'says a word that nobody knows',
      render({ [WATCH]: () => [200, { id: 'dep-4', status: 'new_word' }] }),
      'unknown',
      'is not live yet',
    ],
    ['answers something else', render({ [LIST]: () => [200, { deploys: [] }] }), 'unknown', 'not as it is documented'],
    [
      'answers something else to the rollback',
      render({ [BACK]: () => [200, {}] }),
      'unknown',
      'not as it is documented',
    ],
  ])('that %s', async (_, routes, outcome, said) => {
    const { api } = await serve(routes);
    expect(await driverAt(api, 'render').drive(ORDER)).toMatchObject({ outcome, said: expect.stringContaining(said) });
  });

  it('never shows the token, whatever goes wrong', async () => {
    const { api } = await serve(render({ [BACK]: () => [403, { message: 'Bearer sesame-open is not allowed' }] }));
    const driven = await driverAt(api, 'render').drive(ORDER);
    expect(driven.said).toContain('[redacted:TOKEN]');
    expect(JSON.stringify(driven)).not.toContain('sesame-open');
  });

  it('that does not let us in, or is not there, is named', async () => {
    const { api } = await serve(render());
    expect(await driverAt(api, 'render', {}).drive(ORDER)).toMatchObject({
      ...{ outcome: 'failed', said: expect.stringContaining('answered 401') },
    });
    const gone = driverAt('http://127.0.0.1:9', 'render');
    expect(await gone.drive(ORDER)).toMatchObject({ outcome: 'unknown', said: expect.stringContaining('no answer') });
    expect(await gone.current?.({ failed: B, target: A })).toMatchObject({ kind: 'unknown' });
  });
});

const netlifyDeploy = (id: string, commit_ref: string | null, state = 'ready', context = 'production') => {
  return { id, site_id: 'srv-1', commit_ref, state, context, published_at: null, locked: null };
};
const netlify = (changed: Routes = {}): Routes => ({
  'GET /sites/srv-1/deploys': () => [
    200,
    [
      netlifyDeploy('d-5', B),
      netlifyDeploy('d-4', A, 'ready', 'deploy-preview'),
      netlifyDeploy('d-3', A, 'error'),
      netlifyDeploy('d-2', null),
      netlifyDeploy('d-1', A),
    ],
  ],
  'GET /sites/srv-1': (_, times) => [
    200,
    { id: 'srv-1', published_deploy: netlifyDeploy(times < 2 ? 'd-5' : 'd-1', A) },
  ],
  'POST /sites/srv-1/deploys/d-1/restore': () => [201, netlifyDeploy('d-1', A)],
  ...changed,
});

describe('Netlify', () => {
  it('restores the published deploy of the target, neither a preview nor one that failed', async () => {
    const { api, asked } = await serve(netlify());
    expect(await driverAt(api, 'netlify').drive(ORDER)).toMatchObject({ outcome: 'accepted', serves: A });
    expect(asked).toEqual([
      'GET /sites/srv-1/deploys',
      'GET /sites/srv-1',
      'POST /sites/srv-1/deploys/d-1/restore',
      'GET /sites/srv-1',
    ]);
  });

  it('in a dry run asks and changes nothing, and says what is published', async () => {
    const { api, asked } = await serve(netlify());
    const driver = driverAt(api, 'netlify');
    expect(await driver.current?.({ failed: B, target: A })).toEqual({ kind: 'one', commit: B });
    expect(await driver.dryRun(ORDER)).toMatchObject({ outcome: 'accepted' });
    expect(asked.filter((each) => each.startsWith('POST'))).toEqual([]);
  });

  it('that publishes something else is not taken for done', async () => {
    const { api } = await serve(
      netlify({ 'GET /sites/srv-1': () => [200, { published_deploy: netlifyDeploy('d-5', B) }] }),
    );
    expect(await driverAt(api, 'netlify').drive(ORDER)).toMatchObject({ outcome: 'unknown' });
  });
});

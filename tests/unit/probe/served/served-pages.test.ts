import { expect, it } from 'vitest';
import { listServedPages } from '../../../../src/probe/served/served-pages.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { serve } from '../serve.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

type Page = [status: number, type: string, body: string, location?: string];

async function observe(pages: Record<string, Page>) {
  const site = await serve((request, response) => {
    const [status, type, body, location] = pages[request.url ?? ''] ?? [404, 'text/plain', 'nothing'];
    response.writeHead(status, { 'content-type': type, ...(location === undefined ? {} : { location }) }).end(body);
  });
  const yaml =
    'frontend: { service: app, pages: [{ path: /, ready: main, shows: [Jobs], forbids: [Domain for sale] }] }';
  const made = testSystem({ app: site.url, api: site.url, yaml });
  open.push(site, made);
  const [check] = listServedPages(made.system);
  if (check === undefined) throw new Error('no check');
  expect(check.planned.id).toBe('frontend./.served');
  return (await check.observe(made.context)).judgement;
}

const APP = '<!doctype html><template>Domain for sale</template><div id="root"></div><script src="/a.js"></script>';

it.each<[string, Record<string, Page>]>([
  ['an application', { '/': [200, 'text/html', APP] }],
  ['a page without scripts', { '/': [200, 'text/html', '<!doctype html><h1>Jobs</h1><!-- Domain for sale -->'] }],
  ['a page of XHTML', { '/': [200, 'application/xhtml+xml', '<!doctype html><html><h1>Jobs</h1></html>'] }],
  ['a redirect on the same host', { '/': [302, '', '', '/home'], '/home': [200, 'text/html', APP] }],
  [
    'an application whose error text a script may show',
    { '/': [200, 'text/html', `<p hidden>Domain for sale</p>${APP}`] },
  ],
])('%s is served', async (_, pages) => {
  expect(await observe(pages)).toEqual({ status: 'passed' });
});

it.each<[string, Record<string, Page>, RegExp]>([
  ['a parking page', { '/': [200, 'text/html', '<!doctype html><h1>Domain  for sale</h1>'] }, /says "Domain for sale"/],
  ['a page of somebody else', { '/': [200, 'text/html', '<h1>It works!</h1>'] }, /does not say "Jobs"/],
  ['the log-in of the host', { '/': [401, 'text/html', '<h1>Log in</h1>'] }, /answers 401/],
  ['no page', { '/': [404, 'text/html', '<h1>Not found</h1>'] }, /answers 404/],
  ['data', { '/': [200, 'application/json', '{"ok":true}'] }, /not a page/],
  ['a redirect to another host', { '/': [302, '', '', 'http://127.0.0.1:1/'] }, /answers 302/],
])('%s is not', async (_, pages, message) => {
  expect(await observe(pages)).toMatchObject({ status: 'failed', message: expect.stringMatching(message) });
});

it('a firewall that asks whether a human is there says nothing', async () => {
  expect(await observe({ '/': [429, 'text/html', 'later'] })).toMatchObject({ status: 'inconclusive' });
});

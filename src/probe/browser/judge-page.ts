/** Says what is right and wrong with a page that was looked at. Pure: the same observation gives the same findings. */
import { isCommit, sameCommit } from '../identity/build.ts';
import { assetProblem, assetsOf } from './judge-assets.ts';
import { excuseLimited, judgeLimitedDocument } from './rate-limited.ts';
import type { Finding, PageObservation } from './schema.ts';

export interface PageExpectation {
  status: number;
  /** hosts, besides the page's own, that it may load from; `host` or `host:port` */
  hosts: readonly string[];
  /** known console errors, as parts of their text */
  consoleBaseline: readonly string[];
  /** commit that the build has to carry; null where the system declares none */
  buildCommit: string | null;
}

type FindingId = Finding['id'];
type Judgement = Omit<Finding, 'id' | 'title'>;

const TITLES: Readonly<Record<FindingId, string>> = {
  document: 'the document is served',
  ready: 'the application renders in time',
  content: 'users see what the page promises',
  assets: 'every script, stylesheet, font and image loads as what it is',
  hosts: 'the page talks to declared, living hosts only',
  exceptions: 'no exception goes uncaught',
  console: 'the console shows no new error',
  'content-security-policy': 'nothing breaks the Content Security Policy',
  'build-commit': 'the build is of the expected commit',
  'return-visit': 'those who come back see the same',
};

const passed: Judgement = { status: 'passed' };

function failed(message: string, expected: string, actual: string): Judgement {
  return { status: 'failed', message, expected, actual };
}

function list(items: readonly string[]): string {
  const unique = [...new Set(items)];
  return unique.length <= 5 ? unique.join('; ') : `${unique.slice(0, 5).join('; ')}; and ${unique.length - 5} more`;
}

function judgeDocument(page: PageObservation, { status }: PageExpectation): Judgement {
  if (page.navigationError !== null)
    return failed(
      `${page.requestedUrl} did not load: ${page.navigationError}`,
      `status ${status}`,
      page.navigationError,
    );
  if (page.crashed) return failed('the page crashed the browser tab', `status ${status}`, 'crash');
  if (page.status === null)
    return { status: 'inconclusive', reason: 'blind', message: 'the browser gave no response for the document' };
  if (page.status !== status)
    return failed(`${page.requestedUrl} answered ${page.status}`, `status ${status}`, `status ${page.status}`);
  if (page.contentType !== 'text/html')
    return failed('the document is not HTML', 'text/html', page.contentType ?? 'no content type');
  return passed;
}

function judgeReady(page: PageObservation): Judgement {
  if (page.readyMs !== null && page.readyMs <= page.withinMs) return passed;
  const seen = page.visibleTextLength === 0 ? 'a blank page' : `"${page.readySelector}" is not visible`;
  return failed('the application did not render', `"${page.readySelector}" visible within ${page.withinMs} ms`, seen);
}

function judgeContent(page: PageObservation): Judgement {
  if (page.visibleTextLength === null)
    return { status: 'inconclusive', reason: 'blind', message: 'the document could not be read' };
  const missing = [
    ...page.texts.filter(({ seen }) => !seen).map(({ text }) => `no text "${text}"`),
    ...page.landmarks
      .filter(({ seen }) => !seen)
      .map(({ role, name }) => `no ${role}${name === undefined ? '' : ` "${name}"`}`),
    ...page.forbidden.filter(({ seen }) => seen).map(({ text }) => `the forbidden text "${text}"`),
    ...(page.visibleTextLength === 0 ? ['no visible text at all'] : []),
    ...(page.isolation.wanted && page.isolation.seen === false ? ['no cross-origin isolation (COOP, COEP)'] : []),
  ];
  if (missing.length === 0) return passed;
  const wanted = [...page.texts.map(({ text }) => `"${text}"`), ...page.landmarks.map(({ role }) => role)];
  return failed(
    `the page has ${list(missing)}`,
    wanted.length > 0 ? list(wanted) : 'visible text, none of it forbidden',
    list(missing),
  );
}

function judgeAssets(page: PageObservation): Judgement {
  const assets = assetsOf(page.resources);
  const problems = assets.map(assetProblem).filter((problem) => problem !== null);
  const expected = 'every asset answered with its own media type';
  if (problems.length > 0)
    return failed(list(problems), expected, `${problems.length} of ${assets.length} assets are broken`);
  if (page.truncated)
    return { status: 'inconclusive', reason: 'insufficient', message: 'the page made more requests than are kept' };
  if (assets.length === 0) return judgeNoAssets(page);
  return { status: 'passed', actual: `${assets.length} assets` };
}

/** A page without scripts and stylesheets has nothing to load; one that names them and loads none is broken. */
function judgeNoAssets({ referenced }: PageObservation): Judgement {
  if (referenced === null)
    return { status: 'inconclusive', reason: 'insufficient', message: 'it cannot be read which assets the page needs' };
  if (referenced === 0) return { status: 'passed', actual: 'it references none' };
  const message = `the page references ${referenced} ${referenced === 1 ? 'script or stylesheet' : 'scripts and stylesheets'} and loaded none`;
  return failed(message, 'every referenced asset is loaded', 'none was loaded');
}

/** The browser's words for a host that is not there or cannot be trusted. */
const DEAD_HOST = /^net::ERR_(?:NAME_|CONNECTION_|ADDRESS_|CERT_|SSL_|TIMED_OUT|EMPTY_RESPONSE|TUNNEL_|SOCKET_)/;

function judgeHosts(page: PageObservation, { hosts }: PageExpectation): Judgement {
  const isDeclared = (host: string) =>
    host === page.requestedHost || hosts.includes(host) || hosts.includes(new URL(`http://${host}`).hostname);
  const undeclared = page.resources
    .filter(({ host }) => !isDeclared(host))
    .map(({ host }) => `${host} is not declared`);
  const dead = page.resources
    .filter(({ failure }) => failure !== null && DEAD_HOST.test(failure))
    .map(({ host, failure }) => `${host}: ${failure}`);
  const problems = [...undeclared, ...dead];
  if (problems.length > 0)
    return failed(list(problems), `requests to ${[page.requestedHost, ...hosts].join(', ')}`, list(problems));
  return page.truncated
    ? { status: 'inconclusive', reason: 'insufficient', message: 'the page made more requests than are kept' }
    : passed;
}

function judgeExceptions({ exceptions }: PageObservation): Judgement {
  return exceptions.length === 0
    ? passed
    : failed(`uncaught: ${list(exceptions)}`, 'no uncaught exception', `${exceptions.length}`);
}

function judgeConsole(page: PageObservation, { consoleBaseline }: PageExpectation): Judgement {
  const isKnown = (text: string) => consoleBaseline.some((known) => text.includes(known));
  const fresh = page.console.filter(({ level, text, url }) => level === 'error' && !isKnown(`${text} ${url}`));
  if (fresh.length === 0) return passed;
  const named = fresh.map(({ text, url }) => (url === '' || text.includes(url) ? text : `${text} (${url})`));
  return failed(`new console errors: ${list(named)}`, 'no console error beyond the baseline', `${fresh.length}`);
}

function judgePolicy({ cspViolations }: PageObservation): Judgement {
  const named = (reportOnly: boolean) =>
    cspViolations
      .filter((violation) => violation.reportOnly === reportOnly)
      .map(({ directive, blocked }) => `${directive} blocks ${blocked}`);
  const enforced = named(false);
  if (enforced.length > 0) return failed(list(enforced), 'no violation', `${enforced.length}`);
  const reported = named(true);
  return reported.length === 0
    ? passed
    : {
        status: 'warned',
        message: `report only: ${list(reported)}`,
        expected: 'no violation',
        actual: `${reported.length}`,
      };
}

function judgeBuild({ buildCommit }: PageObservation, expected: string): Judgement {
  if (buildCommit === null || buildCommit === '')
    return failed('the build does not say its commit', expected, 'nothing');
  if (!isCommit(buildCommit)) return failed('what the build says is no commit id', expected, buildCommit);
  return sameCommit(buildCommit, expected)
    ? passed
    : failed('the page is built from another commit', expected, buildCommit);
}

/** A worker that was registered by the first visit answers the second one, with what it has kept. */
function judgeReturnVisit({ returnVisit }: PageObservation, { buildCommit }: PageExpectation): Judgement {
  if (returnVisit === null) return { status: 'passed', actual: 'no service worker' };
  const { error, ready, texts, forbidden } = returnVisit;
  const problems = [
    ...(error === null ? [] : [error]),
    ...(ready || error !== null ? [] : ['the application does not render']),
    ...texts.filter(({ seen }) => !seen).map(({ text }) => `no text "${text}"`),
    ...forbidden.filter(({ seen }) => seen).map(({ text }) => `the forbidden text "${text}"`),
    ...(buildCommit === null || error !== null || isOf(returnVisit.buildCommit, buildCommit)
      ? []
      : [`the build ${returnVisit.buildCommit ?? 'without a commit'}`]),
  ];
  const expected = 'what the first visit showed';
  if (problems.length === 0) return { status: 'passed', actual: 'the service worker shows the same' };
  return failed(`the service worker shows those who come back ${list(problems)}`, expected, list(problems));
}

function isOf(said: string | null, expected: string): boolean {
  return said !== null && isCommit(said) && sameCommit(said, expected);
}

/** The findings that `judgePage` will give, known before the page is opened. */
export function plannedFindings({
  buildCommit,
}: Pick<PageExpectation, 'buildCommit'>): Pick<Finding, 'id' | 'title'>[] {
  const ids = Object.keys(TITLES) as FindingId[];
  return ids.filter((id) => id !== 'build-commit' || buildCommit !== null).map((id) => ({ id, title: TITLES[id] }));
}

function judge(id: FindingId, page: PageObservation, expectation: PageExpectation): Judgement {
  return judgeLimitedDocument(page, expectation.status) ?? excuseLimited(id, page, judgeOne(id, page, expectation));
}

function judgeOne(id: FindingId, page: PageObservation, expectation: PageExpectation): Judgement {
  if (id !== 'document' && (page.navigationError !== null || page.crashed || page.status === null)) {
    return { status: 'inconclusive', reason: 'not-run', message: 'the document did not load' };
  }
  switch (id) {
    case 'document':
      return judgeDocument(page, expectation);
    case 'ready':
      return judgeReady(page);
    case 'content':
      return judgeContent(page);
    case 'assets':
      return judgeAssets(page);
    case 'hosts':
      return judgeHosts(page, expectation);
    case 'exceptions':
      return judgeExceptions(page);
    case 'console':
      return judgeConsole(page, expectation);
    case 'content-security-policy':
      return judgePolicy(page);
    case 'build-commit':
      return judgeBuild(page, expectation.buildCommit ?? '');
    case 'return-visit':
      return judgeReturnVisit(page, expectation);
  }
}

/** One finding per planned judgement, in a fixed order. A page that did not load leaves the others inconclusive. */
export function judgePage(page: PageObservation, expectation: PageExpectation): Finding[] {
  return plannedFindings(expectation).map(({ id, title }) => ({ id, title, ...judge(id, page, expectation) }));
}

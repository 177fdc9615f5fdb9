/** Faults of the layer cors: CORS. */
import type { Fault } from '../../../reference-system/attach.ts';
import { type CatalogueFault, fault, type InjectedFault } from '../fault.ts';
import { appears, edge, problem, ROUTE_NOT_FOUND } from '../inject.ts';

const ORIGIN = 'access-control-allow-origin';
const CREDENTIALS = 'access-control-allow-credentials';
const LOGIN_PAGE = { location: 'https://app.mosaic.test/login' };

/** The API host sends other headers than the service meant. */
const headers = (
  set: Readonly<Record<string, string | string[] | null>>,
  path = '/*',
  method?: string,
): InjectedFault => ({
  faults: [edge('api', path, { answer: { headers: { ...set } } }, method)],
});
/** Preflights of a path are answered like this, without CORS headers. */
const preflight = (path: string, action: Parameters<typeof appears>[1]): InjectedFault => ({
  faults: [{ ...appears(path, action), match: { method: 'OPTIONS', path } } as Fault],
});
/** Answers with one of these statuses lose a header. */
const ofErrors = (statuses: number[], more: readonly Fault[] = []): InjectedFault => ({
  faults: [edge('api', '/*', { answer: { of: statuses, headers: { [ORIGIN]: null } } }), ...more],
});
const KEPT = { 'cache-control': 'public, max-age=600' };

export const CORS_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L13-01',
    { title: 'Allow-Origin missing', severity: 'P0', layer: 'cors' },
    {
      missing: headers({ [ORIGIN]: null }),
      'wrong origin': headers({ [ORIGIN]: 'https://other.example' }),
      'http vs https': headers({ [ORIGIN]: 'http://app.mosaic.test' }),
      'missing on GET only': headers({ [ORIGIN]: null }, '/jobs', 'GET'),
      'missing on the preflight only': headers({ [ORIGIN]: null }, '/*', 'OPTIONS'),
      empty: headers({ [ORIGIN]: ' ' }),
    },
  ),
  fault(
    'L13-02',
    { title: 'Preflight 404/405', severity: 'P0', layer: 'cors' },
    {
      '404': preflight('/*', ROUTE_NOT_FOUND),
      '405': preflight('/*', problem(405)),
      redirect: preflight('/*', { status: 307, body: '', headers: LOGIN_PAGE }),
      '401': preflight('/*', problem(401)),
      '500': preflight('/*', problem(500)),
      '404 of one path': preflight('/jobs', ROUTE_NOT_FOUND),
    },
  ),
  fault(
    'L13-04',
    { title: '* with credentials', severity: 'P1', layer: 'cors' },
    {
      '*': headers({ [ORIGIN]: '*' }),
      'missing ACAC': headers({ [CREDENTIALS]: null }),
      'ACAC is "True"': headers({ [CREDENTIALS]: 'True' }),
      'ACAC is "false"': headers({ [CREDENTIALS]: 'false' }),
    },
  ),
  fault(
    'L13-06',
    { title: 'CORS ok on 200 but absent on errors', severity: 'P2', layer: 'cors', expect: 'warned' },
    {
      '401': ofErrors([401]),
      '404': ofErrors([404]),
      '500': {
        faults: [edge('api', '/jobs/2147483647', { answer: { headers: { [ORIGIN]: null } } })],
      },
    },
  ),
  fault(
    'L13-07',
    { title: 'Duplicate ACAO from proxy and app', severity: 'P1', layer: 'cors' },
    {
      dup: headers({ [ORIGIN]: ['$value', '$value'] }),
      'in one line': headers({ [ORIGIN]: '$value, $value' }),
      'with *': headers({ [ORIGIN]: ['$value', '*'] }),
    },
  ),
  fault(
    'L13-08',
    { title: 'Works on 127.0.0.1 but not on advertised host', severity: 'P2', layer: 'cors' },
    {
      'localhost vs 127': headers({ [ORIGIN]: 'http://localhost:5173' }),
      '127.0.0.1': headers({ [ORIGIN]: 'http://127.0.0.1:5173' }),
    },
  ),
  fault(
    'X13-01',
    { title: 'Everybody is let in', severity: 'P0', layer: 'cors' },
    {
      'the origin is echoed': headers({ [ORIGIN]: '$origin', [CREDENTIALS]: 'true' }),
      'null is let in': {
        faults: [edge('api', '/*', { answer: { headers: { [ORIGIN]: ['$value', 'null'] } } })],
      },
      'the preflight lets everybody in': headers({ [ORIGIN]: '$origin', [CREDENTIALS]: 'true' }, '/*', 'OPTIONS'),
    },
  ),
  fault(
    'X13-02',
    { title: 'The preflight allows less than pages need', severity: 'P1', layer: 'cors' },
    {
      'no content-type': headers({ 'access-control-allow-headers': 'x-other' }, '/*', 'OPTIONS'),
      'no authorization': headers({ 'access-control-allow-headers': 'content-type' }, '/jobs', 'OPTIONS'),
      'no headers at all': headers({ 'access-control-allow-headers': null }, '/*', 'OPTIONS'),
      '* with credentials': headers({ 'access-control-allow-headers': '*' }, '/*', 'OPTIONS'),
    },
  ),
  fault(
    'X13-03',
    { title: 'A cache may give one origin the answer to another', severity: 'P2', layer: 'cors', expect: 'warned' },
    {
      'Vary is lost': headers({ ...KEPT, vary: null }, '/jobs', 'GET'),
      'Vary is about something else': headers({ ...KEPT, vary: 'Accept-Encoding' }, '/jobs', 'GET'),
      's-maxage': headers({ 'cache-control': 's-maxage=60', vary: null }, '/jobs', 'GET'),
    },
  ),
  fault(
    'X13-04',
    { title: 'The origin is nearly right', severity: 'P1', layer: 'cors' },
    {
      'with a slash': headers({ [ORIGIN]: 'https://app.mosaic.test/' }),
      'without its port': headers({ [ORIGIN]: 'https://app.mosaic.test' }),
      'in capitals': headers({ [ORIGIN]: 'HTTPS://APP.MOSAIC.TEST' }),
      'a wildcard of subdomains': headers({ [ORIGIN]: 'https://*.mosaic.test' }),
    },
  ),
  fault(
    'X13-05',
    { title: 'The service answers no other origin', severity: 'P1', layer: 'cors' },
    {
      '502 to preflights': preflight('/*', problem(502)),
      'no answer to preflights': preflight('/*', { reset: true }),
      '503 to GET': { faults: [edge('api', '/jobs', { answer: { status: 503 } }, 'GET')] },
    },
  ),
  fault(
    'X13-06',
    { title: 'Odd but healthy ways to share', severity: 'P3', layer: 'cors', expect: 'passed' },
    {
      'Vary with more names': headers({ vary: 'Accept-Encoding, Origin' }),
      'kept, and varies': headers({ ...KEPT, vary: 'Origin' }, '/jobs', 'OPTIONS'),
      'the preflight answers 200': { faults: [edge('api', '/*', { answer: { of: [204], status: 200 } }, 'OPTIONS')] },
      'more headers than asked for': headers(
        { 'access-control-allow-headers': 'content-type, authorization, x-more' },
        '/*',
        'OPTIONS',
      ),
    },
  ),
];

/** Faults of the layer security: Security headers, sessions, rate limits, stale configuration. */
import { behaves } from '../broken.ts';
import { type CatalogueFault, fault, type InjectedFault } from '../fault.ts';
import { backendAnswers, frontendAnswers } from '../inject.ts';

const P2 = { severity: 'P2', layer: 'security' } as const;
const UNKNOWN = '/gate10-*/no/such/path';
const STACK = "TypeError: Cannot read properties of undefined (reading 'id')\n    at find (/srv/mosaic/jobs.js:10:5)";
const DEBUG = '<!doctype html><title>TypeError // Werkzeug Debugger</title>';

/** A page of the application with other headers; null takes one away. */
function page(headers: Readonly<Record<string, string | null>>): InjectedFault {
  return frontendAnswers('/', { headers });
}

export const SECURITY_FAULTS: readonly CatalogueFault[] = [
  fault(
    'X15-01',
    { ...P2, title: 'A security header protects nobody', expect: 'warned' },
    {
      'a policy that allows inline scripts': page({ 'content-security-policy': "script-src 'self' 'unsafe-inline'" }),
      'a policy that allows every host': page({ 'content-security-policy': "default-src *; frame-ancestors 'none'" }),
      'a policy that is only reported': page({
        'content-security-policy': null,
        'content-security-policy-report-only': "default-src 'self'",
      }),
      'anybody may frame the page': page({ 'content-security-policy': "default-src 'self'", 'x-frame-options': null }),
      'every referrer goes everywhere': page({ 'referrer-policy': 'unsafe-url' }),
      'another word than nosniff': page({ 'x-content-type-options': 'none' }),
      'HSTS for a minute': { ...page({ 'strict-transport-security': 'max-age=60' }), layer: 'tls' },
      'HSTS that is switched off': { ...page({ 'strict-transport-security': 'max-age=0' }), layer: 'tls' },
    },
  ),
  fault(
    'X15-02',
    { ...P2, title: 'A required security header is missing' },
    {
      'no policy': {
        ...page({ 'content-security-policy': null }),
        contract: { set: { '/security/headers': 'required' } },
      },
      'no HSTS': {
        ...page({ 'strict-transport-security': null }),
        contract: { set: { '/security/headers': 'required' } },
        layer: 'tls',
      },
    },
  ),
  fault(
    'X15-03',
    { ...P2, title: 'Errors show the inside of the program' },
    {
      'a stack trace of the backend': backendAnswers(UNKNOWN, { status: 404, body: STACK, contentType: 'text/plain' }),
      'a stack trace of the front door': frontendAnswers(UNKNOWN, {
        status: 404,
        body: STACK,
        contentType: 'text/plain',
      }),
      'a debugger': backendAnswers(UNKNOWN, { status: 500, body: DEBUG, contentType: 'text/html' }),
    },
  ),
  fault(
    'X15-04',
    { ...P2, title: 'An unknown path makes the service fail', expect: 'warned' },
    { '500': backendAnswers(UNKNOWN, { status: 500, body: '{}', contentType: 'application/json' }) },
  ),
  fault(
    'X15-05',
    { severity: 'P1', layer: 'integration', title: 'Configuration of the deployed commit names a retired host' },
    {
      'by its name': { contract: { set: { '/hosts/retired': ['api.mosaic.test'] } } },
      'by the domain': { contract: { set: { '/hosts/retired': ['*.mosaic.test'] } } },
    },
  ),
  fault(
    'X15-06',
    { ...P2, title: 'A declared rate limit is not announced', expect: 'warned', layer: 'endpoints' },
    {
      'no headers': backendAnswers('/jobs', { headers: { 'ratelimit-limit': null, 'ratelimit-policy': null } }),
      'a higher limit': backendAnswers('/jobs', { headers: { 'ratelimit-limit': '100000000' } }),
    },
  ),
  fault(
    'X15-07',
    { ...P2, title: 'A refusal shows the inside of the program' },
    {
      'a stack trace': behaves({ name: 'invalid-input', answer: 'stack-trace' }),
      'a stack trace within the problem': behaves({ name: 'invalid-input', answer: 'stack-in-detail' }),
    },
  ),
];

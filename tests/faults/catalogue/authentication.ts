/** Faults of the layer authentication: Authentication. */
import { behaves, operation, schema, variables } from '../broken.ts';
import { type CatalogueFault, type ContractPatch, fault } from '../fault.ts';
import { answers, backendAnswers, PAGE, problem, ROUTE_NOT_FOUND } from '../inject.ts';

const P0 = { severity: 'P0', layer: 'authentication' } as const;
const P1 = { severity: 'P1', layer: 'authentication' } as const;
const P2 = { severity: 'P2', layer: 'authentication' } as const;
const DAY_MS = 86_400_000;

/** A user of our own that stands in production, and what its first step asks: its credential is no longer good. */
function standing(request: Readonly<Record<string, unknown>>): {
  env: Record<string, string>;
  contract: ContractPatch;
} {
  const promise = {
    id: 'standing-user-logs-in',
    layer: 'authentication',
    title: 'The standing synthetic user logs in',
    at: 'app',
    steps: [{ precondition: true, request }],
  };
  const append = { '/promises': [promise], '/environments/embedded/secrets': ['STANDING_PASSWORD'] };
  return { env: { STANDING_PASSWORD: 'expired-since-last-spring' }, contract: { append } };
}

const standingLogin = standing({
  method: 'POST',
  path: '/auth/login',
  json: { email: 'gate10-standing@synthetic.invalid', password: '{{secret.STANDING_PASSWORD}}' },
});
const standingToken = standing({
  path: '/auth/me',
  headers: { authorization: 'Bearer {{secret.STANDING_PASSWORD}}' },
});
const firewall = (status: number, headers: Record<string, string>) =>
  operation('POST', '/auth/login', { ...PAGE, status, headers });

export const AUTHENTICATION_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L08-01',
    { ...P0, title: 'Login endpoint 500' },
    {
      '500': schema('users-column-renamed'),
      '500 of login alone': operation('POST', '/auth/login', problem(500)),
      '404': operation('POST', '/auth/login', ROUTE_NOT_FOUND),
      timeout: operation('POST', '/auth/login', { silent: true }),
    },
  ),
  fault(
    'L08-03',
    { ...P0, title: 'Auth disabled: protected route answers anonymously' },
    {
      '200': behaves({ name: 'no-auth' }),
      '200 at one of two replicas': behaves({ name: 'no-auth' }, 2),
      '200, patched in': backendAnswers(
        '/auth/me',
        answers(200, { id: '1', email: 'someone@example.com', name: 'Someone' }),
      ),
      '200 empty': backendAnswers('/files', answers(200, { items: [], total: 0 })),
      'redirect to login 200': backendAnswers('/auth/me', PAGE),
    },
  ),
  fault(
    'L08-04',
    { ...P0, title: 'Wrong password accepted' },
    {
      any: behaves({ name: 'any-password', accepts: 'any' }),
      'any, at one of two replicas': behaves({ name: 'any-password', accepts: 'any' }, 2),
      'any, patched in': backendAnswers('/auth/login', answers(200, { token: 'a'.repeat(43), token_type: 'Bearer' })),
      empty: behaves({ name: 'any-password', accepts: 'empty' }),
      'sql wildcard': behaves({ name: 'any-password', accepts: 'wildcard' }),
    },
  ),
  fault(
    'L08-05',
    { ...P1, title: 'Session lost on second instance' },
    {
      memory: behaves({ name: 'memory-sessions' }),
      'different secret': variables({ SESSION_SECRET: '{{value}}-of-another-replica' }, 2),
    },
  ),
  fault(
    'L08-06',
    { ...P1, title: 'Cookie flags broken (Secure on http, SameSite, domain)' },
    {
      Secure: behaves({ name: 'cookie', without: ['Secure'], with: [] }),
      HttpOnly: behaves({ name: 'cookie', without: ['HttpOnly'], with: [] }),
      Domain: behaves({ name: 'cookie', without: [], with: ['Domain=mosaic.test'] }),
      'SameSite=None w/o Secure': behaves({ name: 'cookie', without: ['SameSite', 'Secure'], with: ['SameSite=None'] }),
      'no flag at one of two replicas': behaves(
        { name: 'cookie', without: ['SameSite', 'Secure', 'HttpOnly'], with: [] },
        2,
      ),
    },
  ),
  fault(
    'L08-07',
    { severity: 'P1', layer: 'runtime', title: 'Server clock skew: token "not yet valid" blamed on auth' },
    {
      '+5 min': behaves({ name: 'clock', offsetMs: 300_000 }),
      '-5 min': behaves({ name: 'clock', offsetMs: -300_000 }),
      '+1 day': behaves({ name: 'clock', offsetMs: DAY_MS }),
      '+1 day at one of two replicas': behaves({ name: 'clock', offsetMs: DAY_MS + 60_000 }, 2),
    },
  ),
  fault(
    'L08-08',
    { ...P1, title: 'Synthetic user locked / rate-limited by our own runs', expect: 'inconclusive' },
    {
      '429': behaves({ name: 'lockout', after: 0, status: 429 }),
      '423': behaves({ name: 'lockout', after: 0, status: 423 }),
      captcha: behaves({ name: 'lockout', after: 0, status: 429, captcha: true }),
      '429 after two logins': behaves({ name: 'lockout', after: 2, status: 429 }),
    },
  ),
  fault(
    'L08-09',
    { ...P1, title: 'Synthetic password expired', expect: 'inconclusive' },
    {
      'deleted user': standingLogin,
      expired: standingToken,
      'at the same time as a real outage': {
        ...standingLogin,
        ...operation('POST', '/auth/login', problem(401)),
        expect: 'failed',
      },
    },
  ),
  fault(
    'L08-10',
    { ...P2, title: 'Logout does not invalidate' },
    {
      token: behaves({ name: 'sticky-session', of: 'all' }),
      'token, at one of two replicas': behaves({ name: 'sticky-session', of: 'all' }, 1),
    },
  ),
  fault('L08-12', {
    ...P0,
    title: 'storageState file stale from previous run',
    notInjectable: { '*': 'no session is kept over runs: each logs in anew, there is no such file to go stale' },
  }),
  fault(
    'X08-01',
    { ...P0, title: 'Who has just registered cannot log in' },
    {
      'password expired': behaves({ name: 'password-expired' }),
      'user deleted': behaves({ name: 'deleted-user' }),
      'a code of this service': operation('POST', '/auth/login', problem(403)),
    },
  ),
  fault(
    'X08-02',
    { ...P0, title: 'A session belongs to another user' },
    { 'both replicas': behaves({ name: 'other-user' }), 'one of two replicas': behaves({ name: 'other-user' }, 2) },
  ),
  fault(
    'X08-03',
    { ...P0, title: 'Nobody can register' },
    {
      '500': operation('POST', '/auth/register', problem(500)),
      '404': operation('POST', '/auth/register', ROUTE_NOT_FOUND),
    },
  ),
  fault(
    'X08-04',
    { ...P1, title: 'Logging out fails' },
    {
      '500': operation('POST', '/auth/logout', problem(500)),
      silent: operation('POST', '/auth/logout', { silent: true }),
    },
  ),
  fault(
    'X08-05',
    { ...P1, title: 'The session that a client brings along is the one that it is logged in with' },
    { fixation: behaves({ name: 'fixed-session' }) },
  ),
  fault(
    'X08-06',
    { ...P2, title: 'Who has an account is told to everybody' },
    { '404 for an unknown address': behaves({ name: 'user-enumeration' }) },
  ),
  fault(
    'X08-07',
    { ...P1, title: 'A firewall keeps the check out', expect: 'inconclusive' },
    {
      'it asks for a human': firewall(403, { 'cf-mitigated': 'challenge' }),
      'it asks for a human, and says accepted': firewall(202, { 'x-amzn-waf-action': 'challenge' }),
      'it shows a captcha': firewall(405, { 'x-amzn-waf-action': 'captcha' }),
    },
  ),
  fault(
    'X08-08',
    { ...P1, title: 'What a check wrote stays in the system' },
    {
      'removal fails': operation('DELETE', '/auth/me', problem(500)),
      'removal says done and does nothing': operation('DELETE', '/auth/me', { status: 204, body: '' }),
      'removal is refused': operation('DELETE', '/auth/me', problem(403)),
    },
  ),
];

/** A run in which everything that can show a secret does: requests that carry one, answers that give it back, red rows. */
import type { RouteFault } from '../../reference-system/route-fault-schema.ts';
import { encodingsOf } from './canaries.ts';
import type { Trial } from './fault.ts';

/** Eight secrets by the name of the variable that holds them, each in another place of a request. */
export const CANARIES: Readonly<Record<string, string>> = {
  CANARY_HEADER: 'canary-header-0b7c/+4f=e1',
  CANARY_QUERY: 'canary-query-77c1d2aa90f3',
  CANARY_JSON: 'canary-json-é"\\7/+9a61bc==',
  CANARY_FORM: 'canary-form-"5d02&=+/ e7f',
  CANARY_PATH: 'canary-path-31f6c9d84be2',
  CANARY_COOKIE: 'canary-cookie-c0ffee/+12ab',
  CANARY_TEXT: 'canary-text-ß÷91ed//++04',
  CANARY_TOKEN: 'canary-token-a9b8c7d6e5f40312',
};

const secret = (name: string): string => `{{secret.${name}}}`;

/** Known to gate10 only after it was captured from an answer: it is declared nowhere. */
const CAPTURED = 'CANARY_TOKEN';

/** All values in all encodings, as a system echoes them that logs what it is sent. */
function echo(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(CANARIES)
      .filter(([name]) => name !== CAPTURED)
      .map(([name, value]) => [name, encodingsOf(value)]),
  );
}

const body = JSON.stringify({ token: CANARIES[CAPTURED], said: echo() });
const at = (path: string, action: RouteFault['action']) => {
  return { kind: 'route', at: 'backend', match: { path }, action } as const;
};
const never = { status: 200, json: { '/token': 'something else', '/said': 'nothing' } };

const REQUESTS: Readonly<Record<string, object>> = {
  header: { path: '/canary/json', headers: { authorization: `Bearer ${secret('CANARY_HEADER')}` } },
  query: { path: `/canary/json?key=${secret('CANARY_QUERY')}` },
  json: { method: 'POST', path: '/canary/json', json: { user: 'gate10', password: secret('CANARY_JSON') } },
  form: {
    method: 'POST',
    path: '/canary/json',
    multipart: { file: { fileName: 'gate10.txt', contentType: 'text/plain', content: secret('CANARY_FORM') } },
  },
  path: { path: `/canary/${secret('CANARY_PATH')}` },
  cookie: { path: '/canary/json', headers: { cookie: `session=${secret('CANARY_COOKIE')}` } },
};

const promises = [
  ...Object.entries(REQUESTS).map(([id, request]) => ({
    ...{ id: `canary-${id}`, layer: 'endpoints', title: `Canary in ${id}`, at: 'api' },
    steps: [{ request, expect: never }],
    ...('method' in request && {
      writes: true,
      cleanup: [{ request: { path: '/canary/text' }, expect: { status: 200 } }],
    }),
  })),
  {
    ...{ id: 'canary-text', layer: 'endpoints', title: 'Canary in a text', at: 'api' },
    steps: [{ request: { path: '/canary/text' }, expect: { text: 'something else', headers: { 'x-echo': 'none' } } }],
  },
  {
    ...{ id: 'canary-token', layer: 'endpoints', title: 'Canary that an answer gave', at: 'api' },
    steps: [
      { request: { path: '/canary/token' }, expect: { status: 200 }, capture: { token: '/token' } },
      { request: { path: '/canary/json', headers: { authorization: 'Bearer {{token}}' } }, expect: never },
    ],
  },
];

export const CANARY_TRIAL: Trial = {
  variant: 'canaries',
  env: Object.fromEntries(Object.entries(CANARIES).filter(([name]) => name !== CAPTURED)),
  contract: {
    append: {
      '/environments/embedded/secrets': Object.keys(CANARIES).filter((name) => name !== CAPTURED),
      '/promises': promises,
    },
  },
  faults: [
    at('/canary/token', {
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ token: CANARIES[CAPTURED] }),
    }),
    at('/canary/text', {
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      body: `${CANARIES['CANARY_TEXT']}`,
      headers: { 'x-echo': `${CANARIES['CANARY_HEADER']}`, location: `/x?key=${CANARIES['CANARY_QUERY']}` },
    }),
    at('/canary/json', { status: 200, contentType: 'application/json', body }),
    at('/canary/canary-*', { status: 500, contentType: 'application/json', body }),
  ],
};

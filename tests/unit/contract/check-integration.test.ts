/** How the API tests get an account: a promise that is there, whose steps capture what their requests carry. */
import { describe, expect, it } from 'vitest';
import { load, loadError, SMALL_CONTRACT } from './contract-folder.ts';

const LOGIN = `  - id: logs-in
    layer: authentication
    title: A user logs in
    at: api
    steps:
      - { request: { method: POST, path: /login }, capture: { token: /token } }
`;

function contract(session: string, promises = LOGIN): string {
  return SMALL_CONTRACT.replace('layers:', `${promises}integration: { session: ${session} }\nlayers:`);
}

describe('the session of the API tests', () => {
  it('is made by a promise that captures what the headers use', () => {
    const text = contract('{ promise: logs-in, headers: { authorization: "Bearer {{token}}" } }');
    expect(load(text).contract.integration).toEqual({
      session: { promise: 'logs-in', headers: { authorization: 'Bearer {{token}}' } },
      stricter: [],
      shared: [],
    });
  });

  it.each([
    ['a promise that is not there', '{ promise: log-in, headers: { a: "{{token}}" } }', 'there is no promise "log-in"'],
    [
      'a name that is not captured',
      '{ promise: logs-in, headers: { a: "{{key}}" } }',
      '{{key}} is used and the promise',
    ],
    ['headers without any', '{ promise: logs-in, headers: { a: fixed } }', 'no header uses anything'],
  ])('is refused with %s', (_, session, message) => {
    expect(loadError(contract(session)).message).toContain(message);
  });
});

describe('what the API tests may write', () => {
  it('is nothing but what is declared as synthetic, unless the environment says more', () => {
    expect(load(SMALL_CONTRACT).environment.writes).toBe('synthetic');
    expect(load(`${SMALL_CONTRACT}    writes: free\n`).environment.writes).toBe('free');
  });

  it('is refused under another word', () => {
    expect(loadError(`${SMALL_CONTRACT}    writes: yes\n`).message).toContain('writes');
  });
});

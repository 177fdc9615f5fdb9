/** What a contract that writes has to hold together: marks, secrets in headers, preconditions, verification. */
import { describe, expect, it } from 'vitest';
import { load, loadError, SMALL_CONTRACT } from './contract-folder.ts';

const SECRETS = { SHOP_PASSWORD: 'correct-horse-battery' };

/** The small contract with these lines, and a secret. */
function contract(lines: string): string {
  return `${SMALL_CONTRACT.replace('layers:', `${lines}\nlayers:`)}    secrets: [SHOP_PASSWORD]\n`;
}

const MARKED = 'synthetic: { mark: "@synthetic.invalid" }\n';

function flow(...steps: string[]): string {
  const all = steps.map((step) => `      - { request: { ${step} } }`).join('\n');
  return `  - id: flow
    layer: endpoints
    title: A flow that writes
    at: api
    writes: true
    steps:
${all}
    cleanup:
      - { request: { method: DELETE, path: "/users/a@synthetic.invalid" } }
`;
}

/** `promises` continue the list of the small contract. */
function withFlow(promises: string, top = MARKED): string {
  return SMALL_CONTRACT.replace('layers:', `${promises}layers:`).replace('promises:', `${top}promises:`);
}

describe('a mark of synthetic data', () => {
  it.each([
    ['in the body', 'method: POST, path: /users, json: { user: { email: "a@synthetic.invalid" } }'],
    ['in the path', 'method: PUT, path: "/users/a@synthetic.invalid"'],
    ['in a header', 'method: POST, path: /a, headers: { x-user: "a@synthetic.invalid" }'],
    ['in a form', 'method: POST, path: /a, multipart: { email: "a@synthetic.invalid" }'],
  ])('is found %s', (_, step) => {
    expect(load(withFlow(flow(step))).contract.synthetic?.mark).toBe('@synthetic.invalid');
  });

  it('is not asked of what only reads, nor of what acts for a user that was made before', () => {
    const steps = flow('path: /a', 'method: POST, path: /users, json: { email: "a@synthetic.invalid" }').replace(
      'json: { email: "a@synthetic.invalid" } } }',
      'json: { email: "a@synthetic.invalid" } }, capture: { token: /t } }',
    );
    const acting = steps.replace(
      '    cleanup:',
      '      - { request: { method: POST, path: /orders, headers: { authorization: "{{token}}" } } }\n    cleanup:',
    );
    expect(() => load(withFlow(acting))).not.toThrow();
  });

  it.each([
    [
      'a write without it',
      flow('method: POST, path: /orders, json: { product: 1 }'),
      /promises\.1\.steps\.0\.request: a POST carries neither/,
    ],
    [
      'a cleanup without it',
      flow('method: POST, path: /users, json: { email: "a@synthetic.invalid" }').replace(
        '/users/a@synthetic.invalid',
        '/users',
      ),
      /promises\.1\.cleanup\.0\.request: a DELETE carries neither/,
    ],
  ])('refuses %s', (_, promises, message) => {
    expect(loadError(withFlow(promises)).message).toMatch(message);
    expect(() => load(withFlow(promises, ''))).not.toThrow();
  });

  it('refuses a declaration of nothing', () => {
    expect(loadError(withFlow('', 'synthetic: {}\n')).message).toContain('names no tag');
  });
});

describe('headers of questions', () => {
  it('may use a secret of the environment', () => {
    const health = 'health: { service: api, path: /health, headers: { authorization: "{{secret.SHOP_PASSWORD}}" } }';
    expect(load(contract(health), SECRETS).contract.health?.headers).toBeDefined();
  });

  it.each([
    [
      'health: { service: api, path: /health, headers: { a: "{{secret.OTHER}}" } }',
      /health\.headers: \{\{secret\.OTHER\}\} is used/,
    ],
    [
      'slis: { routes: [{ at: app, path: /, headers: { a: "{{run.id}}" } }] }',
      /slis\.routes\.0\.headers: \{\{run\.id\}\} is used/,
    ],
    [
      'synthetic: { headers: { a: "{{secret.SHOP_PASSWORD}}" } }',
      /synthetic\.headers: \{\{secret\.SHOP_PASSWORD\}\} is used/,
    ],
  ])('%s is refused', (line, message) => {
    expect(loadError(contract(line), SECRETS).message).toMatch(message);
  });
});

describe('a promise', () => {
  const step = (more: string, body: string) =>
    `  - { id: own, layer: endpoints, title: Our own log-in, at: api, steps: [{ ${more} request: { path: /, headers: { a: "${body}" } } }] }\n`;
  const own = (text: string) => `${withFlow(text, '')}    secrets: [SHOP_PASSWORD]\n`;

  it('may have a precondition that uses a credential of ours', () => {
    expect(() => load(own(step('precondition: true,', '{{secret.SHOP_PASSWORD}}')), SECRETS)).not.toThrow();
  });

  it("may not have one that uses none: its refusal would be the system's", () => {
    const message = loadError(own(step('precondition: true,', 'plain')), SECRETS).message;
    expect(message).toMatch(/precondition: a step is a precondition and uses no credential of ours/);
  });

  it('may not verify a cleanup that it has not', () => {
    const promise =
      '  - { id: own, layer: endpoints, title: Verifies, at: api, steps: [{ request: { path: / } }], verify: [{ request: { path: / } }] }\n';
    expect(loadError(withFlow(promise, '')).message).toMatch(/verifies a cleanup that it has not/);
  });

  it('may use in "verify" what its steps captured, and nothing else', () => {
    const writes = (name: string) =>
      flow('method: POST, path: /users')
        .replace('    cleanup:', `    verify: [{ request: { path: "/users/{{${name}}}" } }]\n    cleanup:`)
        .replace('path: /users } }', 'path: /users }, capture: { userId: /id } }');
    expect(() => load(withFlow(writes('userId'), ''))).not.toThrow();
    expect(loadError(withFlow(writes('other'), '')).message).toMatch(/\{\{other\}\} is used and not known here/);
  });
});

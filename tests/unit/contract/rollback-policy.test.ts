import { describe, expect, it } from 'vitest';
import { rollbackPolicySchema } from '../../../src/contract/rollback-policy-schema.ts';
import { rollbackPolicyFor } from '../response/rollback/sample-policy.ts';

const COMMAND = { kind: 'command', argv: ['deploy', '{{target.commit}}'], timeout: '1m' };
const HTTP = {
  kind: 'http',
  provider: 'render',
  api: 'https://api.render.com/v1',
  service: 'srv-1',
  token: 'RENDER',
  timeout: '5m',
};
const GIT = {
  ...{ kind: 'git', remote: 'git@example.com:shop.git', branch: 'main', timeout: '1m' },
  author: { name: 'gate10', email: 'gate10@example.com' },
};
const KUBERNETES = { kind: 'kubernetes', deployment: 'shop', namespace: 'live', timeout: '5m' };

function errors(driver: object): string[] {
  const result = rollbackPolicySchema.safeParse({ drivers: { live: driver } });
  return result.success ? [] : result.error.issues.map(({ message, path }) => `${path.slice(2).join('.')}: ${message}`);
}

describe('the rules of a rollback', () => {
  it('are there without being said, each from authority/policy.yaml', () => {
    expect(rollbackPolicyFor()).toMatchObject({
      ...{ confirm: { times: 2, of: 3 }, budget: 1, restoreWithin: 120_000, drivers: {}, compatible: [] },
      rehearsal: { maxAge: 30 * 86_400_000, environments: ['embedded', 'staging'] },
    });
  });

  it.each([
    ['command', COMMAND],
    ['http', HTTP],
    ['http on loopback', { ...HTTP, api: 'http://127.0.0.1:8080' }],
    ['git', GIT],
    ['kubernetes', KUBERNETES],
  ])('take a driver of kind %s', (_, driver) => {
    expect(errors(driver)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['an unknown kind', { kind: 'magic' }, 'kind'],
    ['no time limit', { ...COMMAND, timeout: undefined }, 'timeout'],
    ['a line for a shell', { ...COMMAND, argv: 'deploy {{target.commit}}' }, 'argv'],
    ['a program that is a placeholder', { ...COMMAND, argv: ['{{target.commit}}'] }, 'the program itself'],
    ['an unknown placeholder', { ...COMMAND, argv: ['x', '{{previous.commit}}'] }, 'a placeholder that is none of'],
    ['an address without TLS', { ...HTTP, api: 'http://api.example.com' }, 'api'],
    ['an address with a password', { ...HTTP, api: 'https://a:b@api.example.com' }, 'api'],
    ['a service that leads elsewhere', { ...HTTP, service: '../../other' }, 'service'],
    ['a token instead of the name of its variable', { ...HTTP, token: 'rnd_abc123' }, 'token'],
    ['an option instead of a remote', { ...GIT, remote: '--upload-pack=x' }, 'remote'],
    ['a program instead of a remote', { ...GIT, remote: 'ext::sh -c x' }, 'remote'],
    ['a remote with a password', { ...GIT, remote: 'https://bot:pw@example.com/shop.git' }, 'remote'],
    ['an option instead of a branch', { ...GIT, branch: '-f' }, 'branch'],
    ['an unknown key', { ...KUBERNETES, revision: 3 }, 'revision'],
  ])('refuse %s', (_, driver, said) => {
    expect(errors(driver).join('; ')).toContain(said);
  });

  it('refuse to ask for more confirmations than there are checks', () => {
    expect(rollbackPolicySchema.safeParse({ confirm: { times: 4, of: 3 } }).success).toBe(false);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadPolicy } from '../../../src/contract/load-policy.ts';
import { InputError } from '../../../src/errors.ts';

function load(text: string) {
  const dir = mkdtempSync(path.join(tmpdir(), 'gate10-policy-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(path.join(dir, 'contracts'));
  writeFileSync(path.join(dir, 'contracts/policy.yaml'), `schema: gate10/policy/v1\n${text}`);
  return loadPolicy(path.join(dir, 'contracts')).release;
}

function refusal(text: string): string {
  try {
    load(text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('The policy was accepted.');
}

const roles = (text: string): string => `release: { approvals: { roles: { manager: ${text} } } }\n`;

test('without a word, nobody may approve, one has to, and the figures are the authority’s', () => {
  const { approvals, waivers, soloMaintainer, unwaivable } = load('');
  expect(approvals).toEqual({ minimum: 1, maxAge: 7 * 86_400_000, maxClockSkew: 300_000, roles: {} });
  expect(waivers).toEqual({ maxDays: 90, maximum: 5 });
  expect(soloMaintainer).toBeUndefined();
  expect(unwaivable.layers).toEqual(['code-authority']);
});

test('a file changes only what it says', () => {
  const { approvals, waivers, soloMaintainer } = load(`release:
  approvals: { maxAge: 24h, roles: { manager: { members: [bob@example.com] } } }
  soloMaintainer: { reason: One person maintains this shop. }
  waivers: { maxDays: 30 }
`);
  expect(approvals).toMatchObject({ minimum: 1, maxAge: 86_400_000 });
  expect(approvals.roles).toEqual({ manager: { members: ['bob@example.com'], minimum: 1 } });
  expect(waivers).toEqual({ maxDays: 30, maximum: 5 });
  expect(soloMaintainer?.reason).toBe('One person maintains this shop.');
});

test.each<[string, string, RegExp]>([
  [
    'a role without members',
    roles('{ members: [] }'),
    /policy\.yaml:2:\d+: release\.approvals\.roles\.manager\.members/,
  ],
  ['a member who is a pattern', roles('{ members: ["*@example.com"] }'), /manager\.members\.0: .*an e-mail address/],
  ['a member who is no address', roles('{ members: [bob] }'), /manager\.members\.0: .*an e-mail address/],
  [
    'a member who is there twice',
    roles('{ members: [bob@example.com, BOB@example.com] }'),
    /a member of "manager" is there twice/,
  ],
  [
    'more approvals than members',
    roles('{ members: [bob@example.com], minimum: 2 }'),
    /roles\.manager\.minimum: "manager" has 1 members, and 2/,
  ],
  ['a minimum of none', roles('{ members: [bob@example.com], minimum: 0 }'), /roles\.manager\.minimum/],
  [
    'more approvals than people',
    'release: { approvals: { minimum: 2, roles: { a: { members: [bob@example.com] }, b: { members: [Bob@example.com] } } } }\n',
    /release\.approvals\.minimum: 2 people have to approve, and all roles together have 1/,
  ],
  [
    'a waiver for longer than the authority lets it',
    'release: { waivers: { maxDays: 91 } }\n',
    /waivers\.maxDays: a waiver could last 91 days, 90/,
  ],
  [
    'a role that may waive and is not there',
    'release: { waivers: { roles: [king] } }\n',
    /waivers\.roles\.0: the role "king" is not declared/,
  ],
  ['a solo maintainer without a reason', 'release: { soloMaintainer: {} }\n', /"reason" is missing/],
  [
    'a list of what nobody can waive',
    'release: { unwaivable: { layers: [], checks: [] } }\n',
    /release\.unwaivable: the key "unwaivable" is not known/,
  ],
  ['an unknown key', 'release: { approval: {} }\n', /Did you mean "approvals"/],
])('%s is refused, with its line', (_, text, said) => {
  expect(refusal(text)).toMatch(said);
});

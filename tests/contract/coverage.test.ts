/** `gate10 contract coverage` as a person uses it; what it counts is in tests/unit/run/traffic. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type ObservedExchange, toObservedLine } from '../../src/contract/observed.ts';
import { gate10 } from './support/gate10.ts';
import { folderWith } from './support/lint-text.ts';

const contract = `openapi: 3.1.1
info: { title: Trees, version: 1.0.0 }
paths: { /trees: { get: { responses: { '200': { description: ok }, '404': { description: none } } } } }
`;
const digest = createHash('sha256').update(contract).digest('hex');

function line(over: Partial<ObservedExchange> = {}): string {
  return toObservedLine({
    v: 1,
    contract: digest,
    operation: 'GET /trees',
    method: 'GET',
    path: '/trees',
    status: 200,
    contentType: null,
    request: { contentType: null, parameters: [], fields: [], valid: true },
    response: { fields: [] },
    valid: true,
    problems: [],
    ...over,
  });
}

const POLICY = 'schema: gate10/policy/v1\n';
const half = `${POLICY}apiCoverage: { statuses: 0.5 }\n`;
const reason = `${POLICY}apiCoverage: { statuses: 0.5, gaps: [{ operation: GET /trees, status: "404", reason: Nobody can miss a list. }] }\n`;

async function cover(seen: string, policy = POLICY) {
  const folder = folderWith({ 'api.yaml': contract, 'policy.yaml': policy, 'seen.ndjson': seen });
  const env = { GATE10_CONTRACTS: '.' };
  return gate10(folder, ['contract', 'coverage', 'seen.ndjson', '--contract', 'api.yaml'], { env });
}

describe('the exit code is', () => {
  test.each([
    ['0 where all was seen', line() + line({ status: 404 }), POLICY, 0, 'passed: api.yaml: operations 1 of 1 (100 %)'],
    ['0 with a warning for a gap that nobody explains', line(), half, 0, 'warned: api.yaml'],
    ['0 for one that is explained', line(), reason, 0, 'never seen: GET /trees 404 (Nobody can miss a list.)'],
    [
      '1 for an answer against the contract',
      line() + line({ status: 404 }) + line({ valid: false, problems: ['GET /trees → 200: no'] }),
      POLICY,
      1,
      'against the contract: GET /trees → 200: no',
    ],
    ['3 below a threshold', line(), POLICY, 3, 'declared statuses 1 of 2 (50 %, below 90 %)'],
    ['3 for an operation without a success', line({ status: 404 }), half, 3, 'a success of GET /trees (insufficient)'],
    ['3 where nothing was seen', '', POLICY, 3, 'operations 0 of 1 (0 %, below 100 %)'],
    [
      '3 for traffic of another version',
      line({ contract: 'b'.repeat(64) }),
      half,
      3,
      '1 exchanges were held against another version',
    ],
    ['2 for a line that is none', 'x\n', POLICY, 2, 'seen.ndjson:1: the line is not JSON'],
    ['2 for a threshold that is none', line(), `${POLICY}apiCoverage: { statuses: 90 }\n`, 2, 'policy.yaml:2'],
  ])('%s', async (_, seen, policy, code, said) => {
    const result = await cover(seen, policy);
    expect({ code: result.code, said: (result.out + result.err).includes(said) }, result.out + result.err).toEqual({
      code,
      said: true,
    });
  });

  test('2 for a folder without traffic, and for a file that is not there', async () => {
    const folder = folderWith({ 'api.yaml': contract });
    for (const place of ['.', 'nowhere.ndjson']) {
      const { code, err } = await gate10(folder, ['contract', 'coverage', place, '--contract', 'api.yaml']);
      expect({ code, said: /no observed traffic|does not exist/.test(err) }, err).toEqual({ code: 2, said: true });
    }
  });
});

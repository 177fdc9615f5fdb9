/** Blocks as other commands leave them in a state folder, for the tests of the scorecard. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readAuthority } from '../../../../src/contract/authority-file.ts';
import { policyDefaultsSchema } from '../../../../src/contract/policy-schema.ts';
import type { BlockFile } from '../../../../src/record/scorecard/block-schema.ts';
import type { BlockContext } from '../../../../src/record/scorecard/judge-block.ts';
import {
  type GatheredFacts,
  gatherFacts,
  type ScorecardRules,
} from '../../../../src/record/scorecard/scorecard-facts.ts';
import { type SuiteResult, toSuiteResult } from '../../../../src/record/suite.ts';
import { COMMIT, NOW } from '../sealed-state.ts';

export const DEFAULTS = readAuthority('policy.yaml', policyDefaultsSchema).scorecard;
export const MINUTES_AGO = '2026-11-21T10:01:00.000Z';

export function block(over: Partial<BlockFile> = {}): BlockFile {
  return {
    schema: 'gate10/coverage/v1',
    generated_at: MINUTES_AGO,
    status: 'passed',
    because: [],
    commit: COMMIT,
    inputs: [],
    totals: { lines: 0.93 },
    ...over,
  };
}

/** As `gate10 slo` leaves it, with one objective. */
export function slo(over: { verdict?: string; environment?: string; system?: string; status?: string } = {}) {
  const { verdict = 'passed', environment = 'embedded', system = 'mosaic', status = verdict } = over;
  const objective = { id: 'login', target: 0.99, value: 1, unit: 'ratio', error_budget: { minutes: 432, left: 0.4 } };
  return {
    ...{ schema: 'gate10/slo/v1', generated_at: MINUTES_AGO, system, environment, verdict, because: [], inputs: [] },
    objectives: [{ ...objective, status }],
  };
}

export function context(over: Partial<BlockContext> = {}): BlockContext {
  return { system: 'mosaic', environment: 'embedded', commit: COMMIT, now: NOW, policy: DEFAULTS, ...over };
}

export function rules(over: Partial<ScorecardRules['policy']> = {}): ScorecardRules {
  return { policy: { ...DEFAULTS, ...over }, waivers: [] };
}

export function gather(stateDir: string, over: Partial<ScorecardRules['policy']> = {}): GatheredFacts {
  return gatherFacts({ ...context(), stateDir, rules: rules(over) });
}

/** Text and bytes stay as they are. */
export function put(stateDir: string, name: string, value: unknown): void {
  const file = path.join(stateDir, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value));
}

export function read<T = Record<string, unknown>>(stateDir: string, name: string): T {
  return JSON.parse(readFileSync(path.join(stateDir, name), 'utf8'));
}

export function suite(over: Partial<Omit<SuiteResult, 'verdict'>> = {}): SuiteResult {
  return toSuiteResult({
    suite: 'secrets',
    startedAt: '2026-11-21T10:00:30.000Z',
    endedAt: MINUTES_AGO,
    commit: COMMIT,
    dirty: false,
    checks: [{ name: 'one', status: 'passed', message: 'it is well' }],
    inputs: [],
    ...over,
  });
}

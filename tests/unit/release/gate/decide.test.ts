/** The decision table: one thing is spoiled, and the gate says which, in the same words each time. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/release/gate/decide.ts';
import { gateDecisionSchema, gateInputsSchema } from '../../../../src/release/gate/schema.ts';
import { CLAIMS_CASES } from './claims-cases.ts';
import { goodInputs, lose } from './gate-stand.ts';
import { MANIFEST_CASES } from './manifest-cases.ts';
import { METRIC_CASES } from './metric-cases.ts';
import { PEOPLE_CASES } from './people-cases.ts';
import { PROOF_CASES } from './proof-cases.ts';

const CASES = [...MANIFEST_CASES, ...CLAIMS_CASES, ...PEOPLE_CASES, ...PROOF_CASES, ...METRIC_CASES];
const CODES = { passed: 0, warned: 0, failed: 1, inconclusive: 3 };

describe('a release gate', () => {
  it.each(CASES.map(([what, ...rest]) => [what, rest] as const))('%s', (_, [spoil, verdict, ...codes]) => {
    const inputs = goodInputs();
    spoil(inputs);
    expect(gateInputsSchema.safeParse(inputs).error).toBeUndefined();
    const decision = decide(inputs);
    expect(gateDecisionSchema.parse(decision)).toEqual(decision);
    expect(decision).toMatchObject({ verdict, exitCode: CODES[verdict] });
    const said = new Set(decision.reasons.map(({ code }) => code));
    expect(codes.filter((code) => !said.has(code))).toEqual([]);
  });

  it('has a table of at least 120 cases, each with a name of its own', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(120);
    expect(new Set(CASES.map(([what]) => what)).size).toBe(CASES.length);
  });

  it('names of every metric the query, and where it was asked', () => {
    for (const [what, spoil] of METRIC_CASES) {
      const inputs = goodInputs();
      spoil(inputs);
      const said = decide(inputs).reasons.filter(({ rule }) => rule === 'metrics');
      expect(said.length, what).toBe(inputs.policy.rules.metrics?.length ?? 0);
      for (const [index, { query, environment }] of (inputs.policy.rules.metrics ?? []).entries())
        expect(said[index]?.message, what).toContain(`Asked of ${environment}: ${query}`);
    }
  });

  it('gives the same bytes for the same inputs, and other ones for others', () => {
    const inputs = goodInputs();
    const text = JSON.stringify(decide(inputs));
    expect(JSON.stringify(decide(gateInputsSchema.parse(JSON.parse(JSON.stringify(inputs)))))).toBe(text);
    expect(JSON.stringify(decide({ ...inputs, now: '2026-11-22T09:00:00.001Z' }))).not.toBe(text);
  });

  it('never opens where any input is missing', () => {
    for (const name of ['manifest', 'claims', 'scorecard', 'proof', 'signOff', 'rehearsal'] as const) {
      const inputs = goodInputs();
      lose(inputs, name);
      expect(decide(inputs).exitCode, name).not.toBe(0);
    }
  });

  it('says of everything that closes it what to do', () => {
    for (const [what, spoil] of CASES) {
      const inputs = goodInputs();
      spoil(inputs);
      const silent = decide(inputs).reasons.filter(
        ({ status, code, fix }) =>
          (status === 'failed' || status === 'inconclusive') &&
          fix === undefined &&
          code !== 'artifacts-unseen' &&
          code !== 'proven',
      );
      expect(silent, what).toEqual([]);
    }
  });
});

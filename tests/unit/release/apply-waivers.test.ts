/** A waived failure stays visible, nothing else is waived, and what nobody needs is reported. */
import { describe, expect, test } from 'vitest';
import { LAYERS } from '../../../src/contract/layers.ts';
import { loadPolicy } from '../../../src/contract/load-policy.ts';
import { planConfirm } from '../../../src/probe/identity/confirm.ts';
import { planSettle } from '../../../src/probe/identity/settle.ts';
import { applyWaivers } from '../../../src/release/apply-waivers.ts';
import type { WaiverInForce } from '../../../src/release/sign-off-schema.ts';
import { whyUnwaivable } from '../../../src/release/unwaivable.ts';
import { integrityFindingSchema } from '../../../src/run/schema.ts';
import { load, SMALL_CONTRACT } from '../contract/contract-folder.ts';

const { unwaivable } = loadPolicy('/nowhere').release;

const waiver = (covers: WaiverInForce['covers']): WaiverInForce => ({
  file: 'sign-off/w.dsse.json',
  covers,
  owner: 'Shop team',
  reason: 'The proxy adds the header with the next release.',
  approver: 'bob@example.com',
  role: 'release-manager',
  key: 'SHA256:x',
  signedAt: '2026-11-22T11:00:00.000Z',
  expires: '2026-12-22',
  ownWork: false,
});

const row = (id: string, changes: Partial<Parameters<typeof applyWaivers>[0][number]> = {}) => ({
  id,
  layer: 'tls' as const,
  severity: 'P1' as const,
  status: 'failed' as const,
  ...changes,
});

type Row = Parameters<typeof applyWaivers>[0][number];

test.each<[string, WaiverInForce['covers'], Row, boolean]>([
  ['the check of exactly that id', { check: 'tls.app.hsts' }, row('tls.app.hsts'), true],
  ['the same check of severity P0', { check: 'tls.app.hsts' }, row('tls.app.hsts', { severity: 'P0' }), true],
  ['no check whose id begins alike', { check: 'tls.app' }, row('tls.app.hsts'), false],
  ['no check whose id ends alike', { check: 'app.hsts' }, row('tls.app.hsts'), false],
  ['no check in other letters', { check: 'tls.App.hsts' }, row('tls.app.hsts'), false],
  ['a check of its layer', { layer: 'tls' }, row('tls.app.hsts'), true],
  ['no check of its layer of severity P0', { layer: 'tls' }, row('tls.app.hsts', { severity: 'P0' }), false],
  ['no check of another layer', { layer: 'dns' }, row('tls.app.hsts'), false],
  [
    'nothing that could not be judged',
    { check: 'tls.app.hsts' },
    row('tls.app.hsts', { status: 'inconclusive' }),
    false,
  ],
  ['nothing that only warned', { check: 'tls.app.hsts' }, row('tls.app.hsts', { status: 'warned' }), false],
  ['no identity by its layer', { layer: 'runtime' }, row('runtime.no-restart', { layer: 'runtime' }), false],
  ['no identity by its id', { check: 'runtime.answers' }, row('runtime.answers', { layer: 'runtime' }), false],
  ['no row of a layer that its id hides', { check: 'tls.x' }, row('tls.x', { layer: 'code-authority' }), false],
])('a waiver covers %s', (_, covers, one, isWaived) => {
  const inForce = [waiver(covers)];
  const { waived, standing, unused } = applyWaivers([one], inForce, unwaivable);
  expect(waived.map(({ check, by }) => [check.id, by])).toEqual(isWaived ? [[one.id, inForce[0]]] : []);
  expect(standing.map(({ id }) => id)).toEqual(isWaived || one.status !== 'failed' ? [] : [one.id]);
  expect(unused).toEqual(isWaived ? [] : inForce);
});

test('without a waiver everything that failed still fails', () => {
  const { waived, standing } = applyWaivers([row('tls.a.b'), row('dns.a', { layer: 'dns' })], [], unwaivable);
  expect([waived, standing.map(({ id }) => id)]).toEqual([[], ['tls.a.b', 'dns.a']]);
});

test('of two that cover a check, that of the check itself is used', () => {
  const [whole, exact] = [waiver({ layer: 'tls' }), waiver({ check: 'tls.a.b' })];
  const { waived, unused } = applyWaivers([row('tls.a.b')], [whole, exact], unwaivable);
  expect([waived[0]?.by, unused]).toEqual([exact, [whole]]);
});

describe('nobody can waive', () => {
  const system = load(
    SMALL_CONTRACT.replace('commit: /sha }', 'commit: /sha, environment: /env, instance: /id, startedAt: /since }')
      .replace('  endpoints: declared', '  endpoints: declared\n  integration: declared\n  runtime: declared')
      .replace('  live:\n', '  live:\n    expect: { environment: live }\n'),
  );
  const identity = [...planSettle(system), ...planConfirm(system)];

  test.each(identity.map(({ id }) => id))('%s, which says what was looked at', (check) => {
    expect(whyUnwaivable({ check }, unwaivable)).toMatch(/says which build/);
  });

  test('any of these, and they are all there are', () => {
    expect(identity.map(({ id }) => id).sort()).toEqual([
      'code-authority.environment',
      'code-authority.environment-again',
      'code-authority.served-commit',
      'code-authority.served-commit-again',
      'integration.front-door-answers',
      'runtime.answers',
      'runtime.no-restart',
      'runtime.replicas-one-build',
    ]);
    const known = new Set(identity.map(({ id }) => id));
    expect(unwaivable.checks.filter((id) => !known.has(id))).toEqual([]);
  });

  test.each([
    ...integrityFindingSchema.shape.code.options,
    ...[
      'controls',
      'controls.good',
      'history',
      'ledger',
      'run',
      'verdict',
      'scorecard.production',
      'manifest',
      '*',
      '',
    ],
    ...['TLS.app', ' tls.app', 'tls.', 'code-authority.pushed'],
  ])('"%s"', (check) => {
    expect(whyUnwaivable({ check }, unwaivable)).toBeDefined();
  });

  test.each(LAYERS.map((layer) => [layer, layer === 'code-authority'] as const))(
    'the layer %s: %s',
    (layer, isUnwaivable) => {
      expect(whyUnwaivable({ layer }, unwaivable) !== undefined).toBe(isUnwaivable);
      expect(whyUnwaivable({ check: `${layer}.something` }, unwaivable) !== undefined).toBe(isUnwaivable);
    },
  );
});

/** What a change board reads of a release: what is known, what is not, and that nothing in it is markup. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from '../../../src/contract/canonical.ts';
import type { GateDecided } from '../../../src/ledger/gate-event.ts';
import type { RollbackSettled } from '../../../src/ledger/rollback-events.ts';
import type { Incident } from '../../../src/record/schema.ts';
import { decide } from '../../../src/release/gate/decide.ts';
import { readDecision } from '../../../src/release/gate/read-decision.ts';
import type { GateInputs } from '../../../src/release/gate/schema.ts';
import {
  newestDecision,
  type ReleaseSummary,
  rollbacksOf,
  toBoardLines,
} from '../../../src/release/pipeline/summarise-release.ts';
import { toHandoff } from '../../../src/release/pipeline/to-handoff.ts';
import { temporaryFolder } from '../ledger/sample-events.ts';
import { WICKED } from '../response/notify/sample-message.ts';
import { rows } from '../response/rollback/sample-rollbacks.ts';
import { BEFORE, COMMIT, digest, goodInputs, goodManifest, NOW } from './gate/gate-stand.ts';

/** Approved, with a waiver, a variable, a migration and a threshold that changed; every word of a person is `word`. */
function inputsOf(word = 'because it has to be'): GateInputs {
  const inputs = goodInputs();
  const signed = { file: 'sign-off/a.json', role: 'engineering', key: 'SHA256:k', signedAt: NOW, ownWork: false };
  const manifest = {
    ...goodManifest(),
    configuration: {
      files: [{ path: 'contracts/system.yaml', before: digest('6'), after: digest('7') }],
      variables: { added: ['NEW_KEY'], removed: ['OLD_KEY'] },
    },
    thresholdChanges: [{ path: 'contracts/policy.yaml', rfc: { path: 'decisions/0007.md', sha256: digest('8') } }],
    migrations: [{ path: 'm/0005.sql', sha256: digest('9'), reversible: false, compatible: true, because: word }],
  };
  if (inputs.signOff.state !== 'read' || inputs.manifest.state !== 'read') throw new Error('the stand has both');
  const signOff = {
    ...inputs.signOff.value,
    approvals: [{ ...signed, approver: 'bob@example.com', until: NOW, note: word }],
    waivers: [
      {
        ...signed,
        approver: 'bob@example.com',
        covers: { check: 'endpoints.x' },
        owner: word,
        reason: word,
        expires: '2026-12-01',
      },
    ],
  };
  return {
    ...inputs,
    manifest: { state: 'read', value: { ...inputs.manifest.value, manifest } },
    signOff: { state: 'read', value: signOff },
  };
}

function decidedOn(inputs: GateInputs, change: Partial<GateDecided> = {}): GateDecided {
  const decision = decide(inputs);
  return {
    type: 'gate.decided',
    ...{ id: inputs.id, system: 'careers', environment: 'production', release: 'v1.4.0', commit: COMMIT, at: NOW },
    ...{
      verdict: decision.verdict,
      exitCode: decision.exitCode,
      shadow: false,
      because: [],
      traceId: decision.traceId,
    },
    ...{ manifestSha256: digest('5'), inputsSha256: decision.inputsSha256, thresholds: [] },
    decisionSha256: sha256Hex(`${JSON.stringify(decision, null, 2)}\n`),
    ...change,
  };
}

const rolledBack = (change: Partial<RollbackSettled> = {}): RollbackSettled => ({
  type: 'rollback.settled',
  ...{ rollbackId: 'rb-1', system: 'careers', environment: 'production', outcome: 'restored', reason: 'proven' },
  ...{ because: 'it is back', failed: { commit: COMMIT, runId: 'r2' }, target: { commit: BEFORE, runId: 'r1' } },
  ...{ proofRun: 'r3', at: NOW },
  ...change,
});

const incident = (reality: string) =>
  ({ id: '2026-11-22_production-tls', openedAt: NOW, closedAt: null, reality }) as unknown as Incident;

function summaryOf(word?: string, change: Partial<ReleaseSummary> = {}): ReleaseSummary {
  const inputs = inputsOf(word);
  return {
    ...{
      gate: decidedOn(inputs, word === undefined ? {} : { release: word }),
      kept: { inputs, decision: decide(inputs) },
    },
    incidents: [incident(word ?? 'tls: expired')],
    rollbacks: [rolledBack(word === undefined ? {} : { because: word, reason: word })],
    ...change,
  };
}

function handoff(release: ReleaseSummary | undefined): string {
  const about = { system: 'careers', environment: 'production', commit: COMMIT, at: NOW, levels: [], files: [] };
  return toHandoff({ ...about, release, slis: [] });
}

describe('a change board reads', () => {
  it('release, gate, approvals, waivers, incidents and rollback', () => {
    expect(toBoardLines(summaryOf())).toEqual([
      `Release: v1.4.0, manifest ${digest('5')}`,
      expect.stringMatching(/^Gate: \w+ \(gate-20261122090000-00000001, 2026-11-22T09:00:00\.000Z\), \d+ warnings?$/),
      'Approved by: bob@example.com as engineering',
      'Waivers: endpoints.x until 2026-12-01: because it has to be (owner because it has to be, approved by bob@example.com)',
      'Incidents: 2026-11-22_production-tls',
      `Rollback: restored (proven), from aaaaaaaaaaaa to bbbbbbbbbbbb, ${NOW} (rb-1)`,
    ]);
  });

  it.each<[string, Partial<ReleaseSummary>, RegExp]>([
    [
      'that no gate decided',
      { gate: null, kept: { unknown: 'x' } },
      /^Release, gate, approvals and waivers: not known, the history has no decision/m,
    ],
    [
      'that nobody knows who approved',
      { kept: { unknown: 'its files are away' } },
      /^Approved by: not known \(its files are away\)$/m,
    ],
    ['that nobody knows what was waived', { kept: { unknown: 'its files are away' } }, /^Waivers: not known/m],
    ['that nobody knows how many warnings there were', { kept: { unknown: 'x' } }, /number of warnings not known$/m],
    [
      'that it was in the shadow',
      { gate: decidedOn(inputsOf(), { shadow: true }) },
      /in the shadow, which opens nothing/,
    ],
    [
      'that the gate had no name of it',
      { gate: { ...decidedOn(inputsOf()), release: undefined, manifestSha256: undefined } },
      /^Release: not known, manifest not known$/m,
    ],
    ['that there was no incident', { incidents: [] }, /^Incidents: none$/m],
  ])('%s', (_, change, said) => {
    expect(toBoardLines(summaryOf(undefined, change)).join('\n')).toMatch(said);
  });

  it('of a rollback only where there is one', () => {
    expect(toBoardLines(summaryOf(undefined, { rollbacks: [] })).join('\n')).not.toContain('Rollback');
  });

  it('the newest decision about that commit, and one in the shadow only where there is no other', () => {
    const inputs = inputsOf();
    const all = [
      decidedOn(inputs, { id: 'shadow-1', shadow: true }),
      decidedOn(inputs, { id: 'real-1' }),
      decidedOn(inputs, { id: 'real-2' }),
      decidedOn(inputs, { id: 'other', commit: BEFORE }),
      decidedOn(inputs, { id: 'shadow-2', shadow: true }),
    ];
    expect(newestDecision(rows(...all), COMMIT)?.id).toBe('real-2');
    expect(newestDecision(rows(...all.filter(({ shadow }) => shadow)), COMMIT)?.id).toBe('shadow-2');
    expect(newestDecision(rows(...all), 'c'.repeat(40))).toBeNull();
    expect(newestDecision(rows(...all), '2.4.0')).toBeNull();
  });

  it('of the rollbacks that its own runs began or proved', () => {
    const all = rows(
      rolledBack(),
      rolledBack({ rollbackId: 'rb-2', failed: { commit: BEFORE, runId: 'r9' }, proofRun: 'r10' }),
    );
    expect(rollbacksOf(all, ['r2']).map(({ rollbackId }) => rollbackId)).toEqual(['rb-1']);
    expect(rollbacksOf(all, ['r10']).map(({ rollbackId }) => rollbackId)).toEqual(['rb-2']);
    expect(rollbacksOf(all, [])).toEqual([]);
  });
});

describe('a decision that was kept', () => {
  const inputs = inputsOf();
  const keep = (text: string, id = inputs.id): string => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'decisions', id), { recursive: true });
    writeFileSync(path.join(folder, 'decisions', id, 'inputs.json'), text);
    return folder;
  };

  it('is read where it is what the history knows', () => {
    const kept = readDecision(keep(`${canonicalJson(inputs)}\n`), decidedOn(inputs));
    expect('unknown' in kept ? kept : kept.inputs).toEqual(inputs);
  });

  it.each<[string, string, Partial<GateDecided>, RegExp]>([
    ['it is not there', canonicalJson(inputs), { id: 'gate-2' }, /not in this state folder/],
    ['it was changed', canonicalJson(inputsOf('another word')), {}, /not what the history says/],
    ['it was decided otherwise', canonicalJson(inputs), { decisionSha256: digest('0') }, /not what the history says/],
    ['its id leads elsewhere', canonicalJson(inputs), { id: '../../etc' }, /names no file/],
    ['it is no JSON', '{', { inputsSha256: sha256Hex('{') }, /not what the history says/],
  ])('is not known where %s', (_, text, change, why) => {
    expect(readDecision(keep(text), decidedOn(inputs, change))).toEqual({ unknown: expect.stringMatching(why) });
  });
});

describe('gate10 handoff', () => {
  it('says what changes, who agreed, and what went wrong', () => {
    const lines = handoff(summaryOf()).split('\n');
    for (const line of [
      '- Name: v1.4.0',
      `- Before: ${BEFORE}`,
      '- Configuration: contracts/system.yaml changed',
      '- Variables added: NEW\\_KEY',
      '- Threshold: contracts/policy.yaml changed, by decisions/0007.md',
      '- Migration: m/0005.sql: NOT reversible, compatible: because it has to be',
      '- bob&#64;example.com as engineering, 2026-11-22T09:00:00.000Z: because it has to be',
      '- 2026-11-22\\_production-tls: from 2026-11-22T09:00:00.000Z and OPEN: tls: expired',
    ])
      expect(lines).toContain(line);
    expect(lines.filter((line) => line.startsWith('## '))).toEqual(
      ['Release', 'Gate', 'Approvals', 'Waivers', 'Service levels', 'Incidents', 'Rollbacks', 'Evidence'].map(
        (title) => `## ${title}`,
      ),
    );
  });

  it('says what is not known, and does not make it up', () => {
    const text = handoff(undefined);
    expect(text.match(/not known/gi)?.length).toBeGreaterThanOrEqual(6);
    expect(text).not.toMatch(/approved by|passed|proven/i);
  });

  it.each(WICKED)('takes nothing for markup that people wrote: %s', (_, text) => {
    const [plain, wicked] = [handoff(summaryOf('word')).split('\n'), handoff(summaryOf(text)).split('\n')];
    expect(wicked).toHaveLength(plain.length);
    const shape = (lines: readonly string[]) => lines.map((line) => /^(?:- |## |# |$|None\.$)/.exec(line)?.[0]);
    expect(shape(wicked)).toEqual(shape(plain));
    const all = wicked.join('\n');
    expect(all).not.toMatch(
      /<[a-z!/@]|(?<!\\)\]\(|:\/\/|@|(?<!\\)[`*!]|[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/u,
    );
  });
});

/** Forged, replayed, expired, of the wrong person, role, release or manifest: each is refused by its name, and nothing is complete by it. */
import { sign } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { preAuthEncoding, writeEnvelope } from '../../../src/release/attest/dsse.ts';
import { PAYLOAD_TYPE, type WaiverClaims } from '../../../src/release/attest/schema.ts';
import { toApproval, toPayload } from '../../../src/release/attest/statement.ts';
import { REFUSALS, type RefusalCode } from '../../../src/release/refusal.ts';
import {
  approveByAll,
  envelopeOf,
  MANIFEST,
  PEOPLE,
  POLICY,
  type Project,
  project,
  SIGNERS,
  sshEnvelopeOf,
  sshKey,
} from './sign-off-stand.ts';

const { alice, bob, carol, dora, mallory } = PEOPLE;
const BOB = 'sign-off/bob.dsse.json';

/** With Carol's approval beside it: only Bob's is missing. */
function withoutBob(given?: Parameters<typeof project>[0]): Project {
  const made = project(given);
  made.put('carol', made.approval({ approver: carol.principal, role: 'operations' }));
  return made;
}

/** What Bob signed, put together from parts that do not belong together. */
function putTogether(made: Project, signature: (payload: Buffer) => Uint8Array): Project {
  const payload = toPayload(made.approval());
  made.write(BOB, writeEnvelope(payload, signature(payload), ''));
  return made;
}

function withSigners(change: (line: string) => string): string {
  return SIGNERS.replace(bob.line, change(bob.line));
}

const bobsOptions = (options: string): string =>
  withSigners((line) => line.replace(' ssh-ed25519', ` ${options} ssh-ed25519`));

const approvals: readonly (readonly [RefusalCode, string, () => Project])[] = [
  [
    'forged',
    'whose words were changed after it was signed',
    () => putTogether(withoutBob(), () => sign(null, Buffer.from('other words'), bob.key)),
  ],
  [
    'forged',
    'that somebody unknown signed in his name',
    () => {
      const made = withoutBob();
      made.put('bob', made.approval(), mallory.key);
      return made;
    },
  ],
  [
    'forged',
    'that another signer signed in his name',
    () => {
      const made = withoutBob();
      made.put('bob', made.approval(), carol.key);
      return made;
    },
  ],
  [
    'forged',
    'with the signature of a former one',
    () => {
      const made = withoutBob();
      const former = toPayload(made.approval({ signedAt: '2026-11-22T10:00:00.000Z' }));
      return putTogether(made, () => sign(null, preAuthEncoding(PAYLOAD_TYPE, former), bob.key));
    },
  ],
  [
    'forged',
    'that was signed without its type',
    () => putTogether(withoutBob(), (payload) => sign(null, payload, bob.key)),
  ],
  [
    'forged',
    'that was signed as another type',
    () => putTogether(withoutBob(), (payload) => sign(null, preAuthEncoding('text/plain', payload), bob.key)),
  ],
  ['forged', 'with zeros for a signature', () => putTogether(withoutBob(), () => Buffer.alloc(64))],
  ['forged', 'with a byte for a signature', () => putTogether(withoutBob(), () => Buffer.alloc(1))],
  [
    'forged',
    'with a half SSH signature',
    () => putTogether(withoutBob(), () => Buffer.from('SSHSIG\u0000\u0000\u0000\u0001\u0000\u0000\u00ff', 'latin1')),
  ],
  [
    'unknown-signer',
    'of somebody who is not in the file',
    () => {
      const made = withoutBob();
      made.put('bob', made.approval({ approver: mallory.principal }));
      return made;
    },
  ],
  [
    'unknown-signer',
    'of somebody who was taken out of the file',
    () => {
      const made = withoutBob({ signers: withSigners(() => '') });
      made.put('bob', made.approval());
      return made;
    },
  ],
  [
    'key-not-valid',
    'by a key that may sign for git only',
    () => {
      const made = withoutBob({ signers: bobsOptions('namespaces="git"') });
      made.put('bob', made.approval());
      return made;
    },
  ],
  [
    'key-not-valid',
    'by a key that was taken back meanwhile',
    () => {
      const made = withoutBob({ signers: bobsOptions('valid-before="202611221130Z"') });
      made.put('bob', made.approval());
      return made;
    },
  ],
  [
    'key-not-valid',
    'from before its key was given',
    () => {
      const made = withoutBob({ signers: bobsOptions('valid-after="202611221130Z"') });
      made.put('bob', made.approval());
      return made;
    },
  ],
  ...(
    [
      ['other-system', 'of another system', { system: 'warehouse' }],
      ['other-release', 'of another release', { release: '2026.11.21-1' }],
      ['other-environment', 'for another environment', { environment: 'staging' }],
      ['wrong-role', 'in a role that nobody declared', { role: 'king' }],
      ['wrong-role', 'in a role that every object has', { role: 'constructor' }],
      ['wrong-role', 'in a role that he is no member of', { approver: carol.principal }],
      ['self-approval', 'of the author', { approver: alice.principal }],
      ['future', 'of tomorrow', { signedAt: '2026-11-23T12:00:00.000Z' }],
      ['future', 'of a moment beyond what clocks may differ', { signedAt: '2026-11-22T12:05:00.001Z' }],
      ['expired', 'older than the policy lets it be', { signedAt: '2026-11-15T12:00:00.000Z' }],
      ['expired', 'that has ended by its own words', { expiresAt: '2026-11-22T12:00:00.000Z' }],
    ] as const
  ).map(
    ([code, title, changes]) =>
      [
        code,
        title,
        () => {
          const made = withoutBob();
          made.put('bob', made.approval(changes));
          return made;
        },
      ] as const,
  ),
  [
    'other-digest',
    'of the manifest before it',
    () => {
      const made = withoutBob();
      const { predicate } = made.approval();
      made.put('bob', toApproval('f'.repeat(64), predicate as Parameters<typeof toApproval>[1]));
      return made;
    },
  ],
  [
    'other-digest',
    'of a manifest that has one more space now',
    () => {
      const made = project();
      made.put('bob', made.approval());
      writeFileSync(made.manifestFile, ` ${readFileSync(made.manifestFile, 'utf8')}`);
      return made;
    },
  ],
  [
    'self-approval',
    'of an author who is named by his address alone',
    () => {
      const made = withoutBob({ manifest: { authors: ['X <x@example.com>', ' BOB@example.COM '] } });
      made.put('bob', made.approval());
      return made;
    },
  ],
  [
    'unknown-authors',
    'of a release whose authors are not known',
    () => {
      const made = withoutBob({ manifest: { authors: [] } });
      made.put('bob', made.approval());
      return made;
    },
  ],
  [
    'duplicate',
    'that was copied, so that one counts as two',
    () => {
      const made = project({ policy: POLICY.replace('operations: {', 'operations: { minimum: 2,') });
      approveByAll(made);
      copyFileSync(
        path.join(made.folder, 'sign-off/carol.dsse.json'),
        path.join(made.folder, 'sign-off/dora.dsse.json'),
      );
      return made;
    },
  ],
  [
    'duplicate',
    'of one person in both roles',
    () => {
      const made = project();
      made.put('one', made.approval());
      made.put('two', made.approval({ role: 'operations' }));
      return made;
    },
  ],
];

describe('an approval', () => {
  test.each(approvals)('is refused as %s: one %s', async (code, _, arrange) => {
    const signOff = await arrange().read();
    expect(signOff.refused.map((one) => one.code)).toContain(code);
    expect(signOff.outcome).toBe('incomplete');
    expect(signOff.missing).not.toEqual([]);
  });

  test.each<[string, (made: Project, keys: Record<'bob' | 'carol', string>) => string]>([
    ['in the namespace of git', (made, keys) => sshEnvelopeOf(made.approval(), keys.bob, 'git')],
    ['by another key', (made, keys) => sshEnvelopeOf(made.approval(), keys.carol)],
    [
      'over other words',
      (made, keys) => {
        const other = JSON.parse(sshEnvelopeOf(made.approval({ note: 'other words' }), keys.bob));
        const payload = toPayload(made.approval()).toString('base64');
        return JSON.stringify({ ...other, payload });
      },
    ],
    [
      'that was cut',
      (made, keys) => {
        const whole = JSON.parse(sshEnvelopeOf(made.approval(), keys.bob));
        const sig = Buffer.from(whole.signatures[0].sig, 'base64').subarray(0, -20).toString('base64');
        return JSON.stringify({ ...whole, signatures: [{ sig }] });
      },
    ],
    [
      'with a bit that was turned',
      (made, keys) => {
        const whole = JSON.parse(sshEnvelopeOf(made.approval(), keys.bob));
        const bytes = Buffer.from(whole.signatures[0].sig, 'base64');
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9);
        return JSON.stringify({ ...whole, signatures: [{ sig: bytes.toString('base64') }] });
      },
    ],
  ])('is refused as forged: an SSH signature %s', async (_, envelope) => {
    const made = project();
    const bobs = sshKey(made.folder, 'bob@example.com');
    const carols = sshKey(made.folder, 'carol@example.com');
    made.write('contracts/allowed_signers', `${bobs.line}\n${carols.line}\n`);
    made.write(BOB, envelope(made, { bob: bobs.file, carol: carols.file }));
    const { refused, approvals: counted } = await made.read();
    expect(refused).toMatchObject([{ code: 'forged', approver: 'bob@example.com', file: BOB }]);
    expect(counted).toEqual([]);
  });
});

const inCode: readonly (readonly [RefusalCode, string, Partial<WaiverClaims>])[] = [
  ['other-system', 'for another system', { system: 'warehouse' }],
  ['other-release', 'for another release', { release: '2026.11.21-1' }],
  ['other-environment', 'for another environment', { environment: 'staging' }],
  ['wrong-role', 'by somebody who is no member', { approver: carol.principal }],
  ['wrong-role', 'in a role that may not waive', { approver: carol.principal, role: 'operations' }],
  ['unknown-signer', 'by somebody unknown', { approver: mallory.principal }],
  ['self-approval', 'by the owner of the risk', { owner: 'bob@example.com' }],
  ['self-approval', 'by the owner, under his full name', { owner: 'Bob Builder <BOB@example.com>' }],
  ['self-approval', 'by an author of the release', { approver: alice.principal }],
  ['unwaivable', 'of the layer that says which build it is', { covers: { layer: 'code-authority' } }],
  ['unwaivable', 'of the commit served', { covers: { check: 'code-authority.served-commit' } }],
  [
    'unwaivable',
    'of a build that changes from replica to replica',
    { covers: { check: 'runtime.replicas-one-build' } },
  ],
  ['unwaivable', 'of the controls', { covers: { check: 'controls' } }],
  ['unwaivable', 'of a finding of integrity', { covers: { check: 'missing-row' } }],
  ['unwaivable', 'of the history', { covers: { check: 'ledger.truncated' } }],
  ['unwaivable', 'of a block of the scorecard', { covers: { check: 'scorecard.vulnerabilities' } }],
  ['unwaivable', 'of a layer by the name of a check', { covers: { check: 'tls' } }],
  ['future', 'of tomorrow', { signedAt: '2026-11-23T12:00:00.000Z' }],
  ['expired', 'that ends today', { expires: '2026-11-22' }],
  ['expired', 'that ended before it began', { expires: '2026-01-01' }],
  ['too-long', 'for more than 90 days', { expires: '2027-02-21' }],
  ['too-long', 'for ever', { expires: '9999-12-31' }],
];

describe('a waiver', () => {
  test.each(inCode)('is refused as %s: one %s', async (code, _, changes) => {
    const made = project();
    approveByAll(made);
    made.put('waiver', made.waiver(changes));
    const signOff = await made.read();
    expect(signOff.refused).toMatchObject([{ code, kind: 'waiver', file: 'sign-off/waiver.dsse.json' }]);
    expect(signOff.waivers).toEqual([]);
    expect(signOff.outcome).toBe('complete');
  });

  test.each<[RefusalCode, string, (made: Project) => void, number]>([
    ['forged', 'in the name of another', (made) => made.put('waiver', made.waiver(), dora.key), 0],
    [
      'other-digest',
      'of the manifest before it was changed',
      (made) => {
        made.put('waiver', made.waiver());
        writeFileSync(made.manifestFile, `${readFileSync(made.manifestFile, 'utf8')}\n`);
      },
      0,
    ],
    [
      'duplicate',
      'of what is waived already',
      (made) => {
        made.put('one', made.waiver());
        made.put('two', made.waiver({ approver: dora.principal, signedAt: '2026-11-22T10:00:00.000Z' }));
      },
      1,
    ],
    [
      'over-cap',
      'more than the policy lets a release have',
      (made) => {
        for (const check of ['tls.a.b', 'tls.c.d', 'tls.e.f']) made.put(check, made.waiver({ covers: { check } }));
      },
      2,
    ],
  ])('is refused as %s: one %s', async (code, _, arrange, inForce) => {
    const made = project();
    arrange(made);
    const { refused, waivers } = await made.read();
    expect(refused.map((one) => one.code)).toEqual([code]);
    expect(waivers).toHaveLength(inForce);
  });
});

test('each reason for a refusal has a case here', () => {
  const codes = [...approvals, ...inCode].map(([code]) => code);
  expect(new Set([...codes, 'other-digest', 'duplicate', 'over-cap'])).toEqual(new Set(REFUSALS));
});

test('changing anything in the manifest makes every approval void', async () => {
  const changes = Object.entries({
    release: '2026.11.22-2',
    commit: 'b'.repeat(40),
    previous: null,
    artifacts: [],
    rollback: { target: null, automatic: false },
    dashboards: ['https://example.com/board'],
    thresholds: [{ path: 'contracts/policy.yaml', sha256: '1'.repeat(64) }],
  });
  const made = project();
  approveByAll(made);
  expect((await made.read()).outcome).toBe('complete');
  for (const [key, value] of changes) {
    made.write('release-manifest.json', `${JSON.stringify({ ...MANIFEST, [key]: value }, null, 2)}\n`);
    const { outcome, approvals: counted, refused } = await made.read();
    expect([key, outcome, counted.length, refused.length]).toEqual([key, 'incomplete', 0, 2]);
  }
});

test('a statement that is signed twice over is the same envelope', () => {
  const { approval } = project();
  expect(envelopeOf(approval())).toBe(envelopeOf(approval()));
});

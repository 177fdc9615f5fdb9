/** What a gate asks: complete, not complete, or not to be verified on this machine; and why. */
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { toPayload } from '../../../src/release/attest/statement.ts';
import {
  approveByAll,
  envelopeOf,
  MANIFEST,
  NOW,
  PEOPLE,
  type Project,
  project,
  SIGNERS,
  sshEnvelopeOf,
  sshKey,
} from './sign-off-stand.ts';

const { alice, bob, carol, dora } = PEOPLE;
/** A PATH without any program. */
const NOWHERE = '/var/empty';

describe('the sign-off', () => {
  test('is complete when everybody who has to has approved', async () => {
    const made = project();
    approveByAll(made);
    const signOff = await made.read();
    expect(signOff).toMatchObject({
      schema: 'gate10/sign-off/v1',
      outcome: 'complete',
      release: '2026.11.22-1',
      manifestSha256: made.sha256,
      missing: [],
      refused: [],
      unverifiable: [],
      waivers: [],
    });
    expect(signOff.approvals.map(({ approver, role, until }) => [approver, role, until])).toEqual([
      ['bob@example.com', 'release-manager', '2026-11-29T11:00:00.000Z'],
      ['carol@example.com', 'operations', '2026-11-29T11:00:00.000Z'],
    ]);
  });

  test('is not complete where nobody signed, and says what is missing', async () => {
    const { outcome, missing } = await project().read();
    expect(outcome).toBe('incomplete');
    expect(missing).toEqual([
      '"release-manager": 0 of 1 (alice@example.com, bob@example.com, dora@example.com)',
      '"operations": 0 of 1 (carol@example.com, bob@example.com)',
      'in all: 0 of 2',
    ]);
  });

  test.each<[string, string]>([
    ['no policy at all', 'schema: gate10/policy/v1\n'],
    ['a policy without roles', 'schema: gate10/policy/v1\nrelease: { approvals: { minimum: 1 } }\n'],
  ])('is never complete by %s', async (_, policy) => {
    const made = project({ policy });
    approveByAll(made);
    const { outcome, missing, refused } = await made.read();
    expect([outcome, missing.length, refused.length]).toEqual(['incomplete', 1, 2]);
  });

  test('has a waiver in force, with its owner and reason', async () => {
    const made = project();
    approveByAll(made);
    made.put('waiver', made.waiver({ expires: '2027-02-20' }));
    expect((await made.read()).waivers).toMatchObject([
      { covers: { check: 'tls.app.hsts' }, owner: 'Shop team', approver: 'bob@example.com', expires: '2027-02-20' },
    ]);
  });

  test('lets an author approve in solo-maintainer mode only, and shows it', async () => {
    const policy = `schema: gate10/policy/v1
release:
  soloMaintainer: { reason: One person maintains this shop. }
  approvals: { roles: { maintainer: { members: [alice@example.com] } } }
`;
    const made = project({ policy });
    made.put('alice', made.approval({ approver: alice.principal, role: 'maintainer' }));
    made.put('waiver', made.waiver({ approver: alice.principal, role: 'maintainer', owner: 'alice@example.com' }));
    expect(await made.read()).toMatchObject({
      outcome: 'complete',
      approvals: [{ approver: 'alice@example.com', ownWork: true }],
      waivers: [{ approver: 'alice@example.com', ownWork: true }],
      soloMaintainer: { reason: 'One person maintains this shop.' },
    });
  });

  test('goes by the newest word of a person', async () => {
    const made = project();
    made.put('1', made.approval({ role: 'operations', signedAt: '2026-11-22T09:00:00.000Z' }));
    made.put('2', made.approval({ signedAt: '2026-11-22T10:00:00.000Z' }));
    made.put('3', made.approval({ approver: carol.principal, role: 'operations' }));
    expect((await made.read()).outcome).toBe('complete');
  });

  test('takes a redeployment of the same commit, which has no commits of its own', async () => {
    const made = project({ manifest: { authors: [], previous: { commit: MANIFEST.commit } } });
    approveByAll(made);
    expect((await made.read()).outcome).toBe('complete');
  });

  test('forgives a clock that is a little ahead', async () => {
    const made = project();
    approveByAll(made);
    expect((await made.read(new Date('2026-11-22T10:55:00.000Z'))).outcome).toBe('complete');
    expect((await made.read(new Date('2026-11-22T10:54:59.999Z'))).outcome).toBe('incomplete');
  });

  test('does not depend on the order of the files', async () => {
    const made = project();
    const names = ['b', 'a'];
    for (const name of names) made.put(name, made.approval({ note: name }));
    made.put('c', made.approval({ approver: carol.principal, role: 'operations' }));
    expect((await made.read()).approvals[0]).toMatchObject({ file: 'sign-off/a.dsse.json', note: 'a' });
  });
});

describe('signatures of SSH keys', () => {
  test.each(['ed25519', 'ecdsa', 'rsa'])('count: %s', async (type) => {
    const made = project();
    const { file, line } = sshKey(made.folder, 'bob@example.com', { type });
    made.write('contracts/allowed_signers', `# who may sign\n${SIGNERS.replace(bob.line, line)}`);
    made.put('carol', made.approval({ approver: carol.principal, role: 'operations' }));
    made.write('sign-off/bob.dsse.json', sshEnvelopeOf(made.approval(), file));
    expect(await made.read()).toMatchObject({ outcome: 'complete', refused: [] });
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('gate10-signature-'))).toEqual([]);
  });

  test('cannot be verified without ssh-keygen, which is never taken for good', async () => {
    const made = project();
    const { file, line } = sshKey(made.folder, 'bob@example.com');
    made.write('contracts/allowed_signers', SIGNERS.replace(bob.line, line));
    made.write('sign-off/bob.dsse.json', sshEnvelopeOf(made.approval(), file));
    // Carol has not signed either: whatever Bob's is worth, it is not complete
    expect(await made.read(NOW, NOWHERE)).toMatchObject({ outcome: 'incomplete', approvals: [] });
    made.put('carol', made.approval({ approver: carol.principal, role: 'operations' }));
    const signOff = await made.read(NOW, NOWHERE);
    expect(signOff.outcome).toBe('unverifiable');
    expect(signOff.approvals.map(({ approver }) => approver)).toEqual(['carol@example.com']);
    expect(signOff.unverifiable).toEqual([
      {
        file: 'sign-off/bob.dsse.json',
        kind: 'approval',
        approver: 'bob@example.com',
        why: 'ssh-keygen is not installed, or not on PATH (OpenSSH 8.2 or newer)',
      },
    ]);
  });

  test('of a waiver that cannot be verified leave the whole unverifiable, and the waiver out of force', async () => {
    const made = project();
    approveByAll(made);
    const { file, line } = sshKey(made.folder, 'dora@example.com');
    made.write('contracts/allowed_signers', SIGNERS.replace(dora.line, line));
    made.write('sign-off/w.dsse.json', sshEnvelopeOf(made.waiver({ approver: 'dora@example.com' }), file));
    expect(await made.read(NOW, NOWHERE)).toMatchObject({ outcome: 'unverifiable', waivers: [] });
    expect(await made.read()).toMatchObject({ outcome: 'complete', waivers: [{ approver: 'dora@example.com' }] });
  });
});

/** `[title, what is arranged, code, file:line]` */
type BadInput = readonly [string, (made: Project) => void, string, RegExp];

const envelope = (made: Project): Record<string, unknown> => JSON.parse(envelopeOf(made.approval()));
const asFile = (made: Project, content: unknown): void =>
  made.write('sign-off/x.dsse.json', typeof content === 'string' ? content : JSON.stringify(content, null, 2));
const withPayload = (made: Project, payload: string | Uint8Array): void =>
  asFile(made, { ...envelope(made), payload: Buffer.from(payload).toString('base64') });
const changed = (
  made: Project,
  change: (statement: Record<string, Record<string, unknown>>) => void,
  waiver = false,
): void => {
  const statement = JSON.parse(toPayload(waiver ? made.waiver() : made.approval()).toString());
  change(statement);
  withPayload(made, JSON.stringify(statement));
};
const manifest = (made: Project, change: object): void =>
  made.write('release-manifest.json', JSON.stringify({ ...MANIFEST, ...change }, null, 2));

const X = /^sign-off\/x\.dsse\.json:[1-9]/;
const PAYLOAD = /^sign-off\/x\.dsse\.json:3:\d+ payload/;
const FILE = /^sign-off\/x\.dsse\.json /;

const envelopes: readonly BadInput[] = [
  ['is empty', (made) => asFile(made, ''), 'cut-off', X],
  ['was cut off', (made) => asFile(made, envelopeOf(made.approval()).slice(0, 90)), 'cut-off', X],
  ['is YAML', (made) => asFile(made, 'payloadType: x\n'), 'not-json', X],
  ['is a list', (made) => asFile(made, []), 'wrong-type', X],
  [
    'has a key twice',
    (made) => asFile(made, '{"payload": "e30=",\n"payload": "e30="}'),
    'duplicate-key',
    /x\.dsse\.json:2/,
  ],
  ['has a key that reaches a prototype', (made) => asFile(made, '{"__proto__": {}}'), 'forbidden-key', X],
  ['nests deeper than anybody can follow', (made) => asFile(made, '['.repeat(9000) + ']'.repeat(9000)), 'too-deep', X],
  ['has a key too many', (made) => asFile(made, { ...envelope(made), note: 1 }), 'unknown-key', X],
  ['is of another type', (made) => asFile(made, { ...envelope(made), payloadType: 'text/plain' }), 'wrong-value', X],
  ['is not signed', (made) => asFile(made, { ...envelope(made), signatures: [] }), 'wrong-value', X],
  [
    'is signed by two at once',
    (made) => asFile(made, { ...envelope(made), signatures: [{ sig: 'AA==' }, { sig: 'AA==' }] }),
    'wrong-value',
    X,
  ],
  ['has base64 without its end', (made) => asFile(made, { ...envelope(made), payload: 'e30' }), 'not-base64', PAYLOAD],
  ['has base64 for addresses', (made) => asFile(made, { ...envelope(made), payload: '_-8=' }), 'not-base64', PAYLOAD],
  [
    'has base64 with a line end',
    (made) => asFile(made, { ...envelope(made), payload: 'e3\n0=' }),
    'not-base64',
    PAYLOAD,
  ],
  [
    'has base64 with bits left over',
    (made) => asFile(made, { ...envelope(made), payload: 'e31=' }),
    'not-base64',
    PAYLOAD,
  ],
  ['is too large', (made) => asFile(made, 'x'.repeat(65_537)), 'too-large', FILE],
  [
    'is a folder',
    (made) => mkdirSync(path.join(made.folder, 'sign-off/x.dsse.json'), { recursive: true }),
    'not-a-file',
    FILE,
  ],
  [
    'is a link',
    (made) => {
      made.write('elsewhere.json', envelopeOf(made.approval()));
      mkdirSync(path.join(made.folder, 'sign-off'));
      symlinkSync('../elsewhere.json', path.join(made.folder, 'sign-off/x.dsse.json'));
    },
    'not-a-file',
    FILE,
  ],
  [
    'lies behind a link',
    (made) => {
      made.write('other/x.dsse.json', envelopeOf(made.approval()));
      symlinkSync('other', path.join(made.folder, 'sign-off'));
    },
    'not-a-file',
    /^sign-off /,
  ],
];

const statements: readonly BadInput[] = [
  ['is not UTF-8', (made) => withPayload(made, Uint8Array.of(0xff, 0xfe)), 'wrong-encoding', PAYLOAD],
  ['is not JSON', (made) => withPayload(made, 'hello'), 'not-json', PAYLOAD],
  ['has a key twice', (made) => withPayload(made, '{"_type":"a","_type":"b"}'), 'duplicate-key', PAYLOAD],
  [
    'is of another in-toto type',
    (made) => changed(made, (all) => Object.assign(all, { _type: 'https://in-toto.io/Statement/v0.1' })),
    'wrong-value',
    PAYLOAD,
  ],
  [
    'says something else',
    (made) => changed(made, (all) => Object.assign(all, { predicateType: 'https://slsa.dev/provenance/v1' })),
    'wrong-value',
    PAYLOAD,
  ],
  [
    'is about two things',
    (made) => changed(made, (all) => Object.assign(all, { subject: [all['subject']?.[0], all['subject']?.[0]] })),
    'wrong-value',
    PAYLOAD,
  ],
  ['is about nothing', (made) => changed(made, (all) => Object.assign(all, { subject: [] })), 'wrong-value', PAYLOAD],
  [
    'names a release on the way up',
    (made) => changed(made, (all) => Object.assign(all['predicate'] ?? {}, { release: '../x' })),
    'wrong-value',
    PAYLOAD,
  ],
  [
    'is signed at no time of the calendar',
    (made) => changed(made, (all) => Object.assign(all['predicate'] ?? {}, { signedAt: '2026-02-30T00:00:00Z' })),
    'wrong-value',
    PAYLOAD,
  ],
  [
    'has a key too many',
    (made) => changed(made, (all) => Object.assign(all['predicate'] ?? {}, { force: true })),
    'unknown-key',
    PAYLOAD,
  ],
  [
    'is a note that moves the cursor',
    (made) => changed(made, (all) => Object.assign(all['predicate'] ?? {}, { note: '\u001b[2K' })),
    'wrong-value',
    PAYLOAD,
  ],
  ['never ends', (made) => changed(made, (all) => delete all['predicate']?.['expires'], true), 'missing-key', PAYLOAD],
  [
    'ends on no day',
    (made) => changed(made, (all) => Object.assign(all['predicate'] ?? {}, { expires: 'tomorrow' }), true),
    'wrong-value',
    PAYLOAD,
  ],
  [
    'has no reason',
    (made) => changed(made, (all) => Object.assign(all['predicate'] ?? {}, { reason: '          ' }), true),
    'wrong-value',
    PAYLOAD,
  ],
  ['has no owner', (made) => changed(made, (all) => delete all['predicate']?.['owner'], true), 'missing-key', PAYLOAD],
  [
    'covers a pattern',
    (made) => changed(made, (all) => Object.assign(all['predicate'] ?? {}, { covers: { check: 'tls.*' } }), true),
    'wrong-value',
    PAYLOAD,
  ],
  [
    'covers a layer that there is not',
    (made) => changed(made, (all) => Object.assign(all['predicate'] ?? {}, { covers: { layer: '*' } }), true),
    'wrong-value',
    PAYLOAD,
  ],
];

const files: readonly BadInput[] = [
  ['a manifest that is not there', (made) => rmSync(made.manifestFile), 'missing-file', /^release-manifest\.json /],
  [
    'a manifest that was cut off',
    (made) => made.write('release-manifest.json', '{"schema": "gate10'),
    'cut-off',
    /^release-manifest\.json:1/,
  ],
  [
    'a manifest with a key twice',
    (made) => made.write('release-manifest.json', '{"release": "a",\n "release": "b"}'),
    'duplicate-key',
    /json:2/,
  ],
  [
    'a manifest with a path on the way up',
    (made) => manifest(made, { artifacts: [{ path: '../x', sha256: '0'.repeat(64), bytes: 1 }] }),
    'wrong-value',
    /json:\d+:\d+ artifacts\.0\.path/,
  ],
  [
    'a manifest that goes back to itself',
    (made) => manifest(made, { rollback: { target: MANIFEST.commit, automatic: false } }),
    'wrong-value',
    /json:\d+:\d+ rollback\.target/,
  ],
  [
    'no allowed signers',
    (made) => rmSync(path.join(made.contractsDir, 'allowed_signers')),
    'missing-file',
    /^contracts\/allowed_signers /,
  ],
  [
    'a signer who is everybody',
    (made) => made.write('contracts/allowed_signers', `\n${bob.line.replace('bob@', '*@')}\n`),
    'allowed-signers',
    /^contracts\/allowed_signers:2 /,
  ],
];

describe.each([
  ['an envelope that', envelopes],
  ['a statement that', statements],
  ['what lies beside it:', files],
])('%s', (_, cases) => {
  test.each(cases)('%s is named with its place', async (_title, arrange, code, place) => {
    const made = project();
    arrange(made);
    const { problems } = await made.read().then(
      () => ({ problems: [] }),
      (error: unknown) => {
        if (error instanceof InputError) return error;
        throw error;
      },
    );
    expect(problems.map((problem) => problem.code)).toContain(code);
    const places = problems.map(
      ({ file, line, column, path: at }) => `${[file, line, column].filter(Boolean).join(':')} ${at ?? ''}`,
    );
    for (const one of places) expect(one).toMatch(place);
  });
});

test('everything that is wrong is said at once', async () => {
  const made = project();
  made.write('release-manifest.json', '{}');
  made.write('contracts/allowed_signers', 'nobody\n');
  made.write('sign-off/a.dsse.json', 'a');
  made.write('sign-off/b.dsse.json', 'b');
  const error = await made.read().catch((thrown: unknown) => thrown as InputError);
  const named = new Set((error as InputError).problems.map(({ file }) => file));
  const expected = [
    'release-manifest.json',
    'contracts/allowed_signers',
    'sign-off/a.dsse.json',
    'sign-off/b.dsse.json',
  ];
  expect([...named]).toEqual(expected);
});

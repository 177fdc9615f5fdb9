/** Input that is wrong is named with its file and line, exit 2, whatever stands in it; nothing of it is run or written. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { envelopeOf, MANIFEST, PEOPLE, type Project, project } from './sign-off-stand.ts';

const { bob } = PEOPLE;

/** `[title, what is arranged, code, file:line]` */
type BadInput = readonly [string, (made: Project) => void, string, RegExp];

const envelope = (made: Project): Record<string, unknown> => JSON.parse(envelopeOf(made.approval()));
const asFile = (made: Project, content: unknown): void =>
  made.write('sign-off/x.dsse.json', typeof content === 'string' ? content : JSON.stringify(content, null, 2));
const withPayload = (made: Project, payload: string | Uint8Array): void =>
  asFile(made, { ...envelope(made), payload: Buffer.from(payload).toString('base64') });
type Arrange = (made: Project) => void;
/** Members that are `undefined` are left out. */
const inStatement = (changes: object): Arrange => {
  return (made) => withPayload(made, JSON.stringify({ ...made.approval(), ...changes }));
};
const inApproval = (changes: object): Arrange => {
  return (made) => inStatement({ predicate: { ...made.approval().predicate, ...changes } })(made);
};
const inWaiver = (changes: object): Arrange => {
  return (made) => {
    const waiver = made.waiver();
    withPayload(made, JSON.stringify({ ...waiver, predicate: { ...waiver.predicate, ...changes } }));
  };
};
const twoSubjects: Arrange = (made) => {
  const [subject] = made.approval().subject;
  inStatement({ subject: [subject, subject] })(made);
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
    'is one of too many',
    (made) => {
      for (let at = 0; at <= 200; at += 1) made.write(`sign-off/${at}.dsse.json`, '');
    },
    'too-many',
    /^sign-off /,
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
  ['is of another in-toto', inStatement({ _type: 'https://in-toto.io/Statement/v0.1' }), 'wrong-value', PAYLOAD],
  ['says something else', inStatement({ predicateType: 'https://slsa.dev/provenance/v1' }), 'wrong-value', PAYLOAD],
  ['is about two things', twoSubjects, 'wrong-value', PAYLOAD],
  ['is about nothing', inStatement({ subject: [] }), 'wrong-value', PAYLOAD],
  ['names a release on the way up', inApproval({ release: '../x' }), 'wrong-value', PAYLOAD],
  ['is signed on no day of the calendar', inApproval({ signedAt: '2026-02-30T00:00:00Z' }), 'wrong-value', PAYLOAD],
  ['is signed by a pattern', inApproval({ approver: '*@example.com' }), 'wrong-value', PAYLOAD],
  ['has a key too many', inApproval({ force: true }), 'unknown-key', PAYLOAD],
  ['is a note that moves the cursor', inApproval({ note: '\u001b[2K' }), 'wrong-value', PAYLOAD],
  ['never ends', inWaiver({ expires: undefined }), 'missing-key', PAYLOAD],
  ['ends on no day', inWaiver({ expires: 'tomorrow' }), 'wrong-value', PAYLOAD],
  ['has a blank reason', inWaiver({ reason: '          ' }), 'wrong-value', PAYLOAD],
  ['has no reason', inWaiver({ reason: undefined }), 'missing-key', PAYLOAD],
  ['has no owner', inWaiver({ owner: undefined }), 'missing-key', PAYLOAD],
  ['covers nothing', inWaiver({ covers: undefined }), 'wrong-value', PAYLOAD],
  ['covers a check and a layer', inWaiver({ covers: { check: 'tls.a.b', layer: 'dns' } }), 'wrong-value', PAYLOAD],
  ['covers a pattern', inWaiver({ covers: { check: 'tls.*' } }), 'wrong-value', PAYLOAD],
  ['covers a layer that there is not', inWaiver({ covers: { layer: '*' } }), 'wrong-value', PAYLOAD],
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

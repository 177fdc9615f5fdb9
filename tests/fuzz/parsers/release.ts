/** What a release is decided by: manifest, statements and their signatures, scorecard, kept inputs. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sha256Hex } from '../../../src/contract/canonical.ts';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { scorecardSchema } from '../../../src/record/scorecard/scorecard-schema.ts';
import { sealRun } from '../../../src/record/seal.ts';
import { parseAllowedSigners } from '../../../src/release/attest/allowed-signers.ts';
import { readEnvelope, writeEnvelope } from '../../../src/release/attest/dsse.ts';
import { PAYLOAD_TYPE, signedStatementSchema } from '../../../src/release/attest/schema.ts';
import { keyOfSshSignature, readStrings, toEd25519Key, typeOfKey } from '../../../src/release/attest/ssh-wire.ts';
import { readStatement, toApproval, toPayload, toWaiver } from '../../../src/release/attest/statement.ts';
import { decide } from '../../../src/release/gate/decide.ts';
import { obtainScorecard } from '../../../src/release/gate/obtain-scorecard.ts';
import { gateDecisionSchema, gateInputsSchema } from '../../../src/release/gate/schema.ts';
import { toManifestText } from '../../../src/release/manifest/build-manifest.ts';
import { readManifest } from '../../../src/release/manifest/read-manifest.ts';
import { releaseManifestSchema } from '../../../src/release/manifest/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { goodInputs, goodManifest } from '../../unit/release/gate/gate-stand.ts';
import { healthyRecord } from '../../unit/verdict/sample-record.ts';
import { Finding, type FuzzParser, fair, fromFile, judged, mustEqual, type Outcome, textOf } from '../fuzz-parser.ts';
import { mustBeStrict } from '../strict-json.ts';

const CLAIMS = {
  ...{ system: 'shop', release: 'v1', environment: 'production', approver: 'bob@example.com', role: 'release-manager' },
  signedAt: '2026-11-22T11:00:00.000Z',
};
const STATEMENTS = [
  toApproval('0'.repeat(64), CLAIMS),
  toWaiver('0'.repeat(64), {
    ...CLAIMS,
    covers: { check: 'tls.app.hsts' },
    ...{ owner: 'Shop team', reason: 'The proxy adds the header with the next release.', expires: '2026-12-22' },
  }),
];
const KEY = `AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
const SIGNERS = `# who may sign
bob@example.com ssh-ed25519 ${KEY}
carol@example.com namespaces="gate10@v1",valid-after="20260101Z" ssh-ed25519 ${KEY.slice(0, -4)}BBBB carol
`;

/** A scorecard as a run leaves it. */
export async function sampleScorecard(): Promise<string> {
  return (await sealedFiles()).scorecard;
}

interface SealedFiles {
  readonly scorecard: string;
  readonly record: string;
}

let sealed: Promise<SealedFiles> | undefined;

export function sealedFiles(): Promise<SealedFiles> {
  sealed ??= sealInto(mkdtempSync(path.join(tmpdir(), 'gate10-fuzz-')));
  return sealed;
}

async function sealInto(stateDir: string): Promise<SealedFiles> {
  const now = () => new Date('2026-11-21T10:00:01.000Z');
  const record = healthyRecord();
  const ledger = await openLedger({ stateDir, now });
  try {
    await sealRun({ stateDir, ledger, record, verdict: judge(record), now });
    const read = (file: string): string => readFileSync(path.join(stateDir, file), 'utf8');
    return { scorecard: read('readiness-scorecard.json'), record: read(`runs/${record.runId}/record.json`) };
  } finally {
    await ledger.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function envelopeOutcome(text: string): Outcome {
  const read = readEnvelope(text, 'x');
  if (!read.ok) return fair(read.problems);
  mustBeStrict(Buffer.from(text));
  const stated = readStatement(read.envelope);
  if (!stated.ok) return fair(stated.problems);
  mustBeStrict(read.envelope.payload);
  mustEqual(signedStatementSchema.parse(stated.statement), stated.statement, 'the statement, parsed again');
  const again = readEnvelope(writeEnvelope(toPayload(stated.statement), read.envelope.signature, ''), 'x');
  const restated = again.ok ? readStatement(again.envelope) : again;
  mustEqual('statement' in restated && restated.statement, stated.statement, 'the statement, written and read');
  return 'read';
}

/** Key and signature of SSH as bytes, in hex for a text. */
function wireOutcome(bytes: Uint8Array): Outcome {
  const given = Buffer.from(bytes);
  const strings = readStrings(given);
  const [type, key, signer] = [typeOfKey(given), toEd25519Key(given), keyOfSshSignature(given)];
  if (strings !== undefined && strings.reduce((sum, one) => sum + one.length + 4, 0) !== given.length)
    throw new Finding('the strings are not all that was given');
  if (key !== undefined && type !== 'ssh-ed25519') throw new Finding(`a key of ed25519 that calls itself ${type}`);
  return type === undefined && signer === undefined ? 'refused' : 'read';
}

export const RELEASE: readonly FuzzParser[] = [
  {
    ...{ name: 'manifest', reads: 'release-manifest.json', form: 'json', inCi: 5000 },
    samples: () => [toManifestText(goodManifest())],
    words: ['../x', '"automatic": true', 'null'],
    open: fromFile('release-manifest.json', (file, bytes) =>
      judged(
        () => readManifest(file),
        ({ manifest, sha256 }) => {
          mustBeStrict(bytes, { bom: true });
          mustEqual(releaseManifestSchema.parse(manifest), manifest, 'the manifest, parsed again');
          mustEqual(sha256, sha256Hex(bytes), 'the digest');
          writeFileSync(file, toManifestText(manifest));
          mustEqual(readManifest(file).manifest, manifest, 'the manifest, written and read');
        },
      ),
    ),
  },
  {
    ...{ name: 'envelope', reads: 'sign-off/*.dsse.json: approvals and waivers', form: 'json', inCi: 5000 },
    samples: () => STATEMENTS.map((statement) => writeEnvelope(toPayload(statement), Buffer.alloc(64, 7), '')),
    words: ['payload', 'e30=', '=='],
    open: () => (bytes) => envelopeOutcome(textOf(bytes)),
  },
  {
    ...{ name: 'statement', reads: 'what an envelope carries: an approval or a waiver', form: 'json', inCi: 5000 },
    samples: () => STATEMENTS.map((statement) => toPayload(statement).toString('utf8')),
    words: ['"covers"', 'tls.*', '2026-02-30', '\u202e'],
    open: () => (bytes) => {
      const payload = Buffer.from(bytes).toString('base64');
      return envelopeOutcome(JSON.stringify({ payloadType: PAYLOAD_TYPE, payload, signatures: [{ sig: 'AA==' }] }));
    },
  },
  {
    ...{ name: 'allowed-signers', reads: 'contracts/allowed_signers', form: 'text', inCi: 5000 },
    samples: () => [SIGNERS],
    words: ['*@', 'cert-authority', 'namespaces="', 'valid-before="20260230Z"', KEY, ','],
    open: () => (bytes) => {
      const read = parseAllowedSigners(textOf(bytes), 'x');
      if (!read.ok) return fair(read.problems);
      for (const { principal, key, type } of read.signers) {
        mustEqual(typeOfKey(key), type, 'the type of a key');
        if (/[*?!,\s]/.test(principal)) throw new Finding(`a signer who may be anybody: ${principal}`);
      }
      return 'read';
    },
  },
  {
    ...{ name: 'ssh-wire', reads: 'keys and signatures of SSH, in bytes', form: 'text', inCi: 5000 },
    samples: () => [Buffer.from(KEY, 'base64').toString('latin1'), 'SSHSIG\0\0\0\u0001\0\0\0\u000bssh-ed25519'],
    words: ['\0\0\0\u000bssh-ed25519', '\0\0\0 ', 'SSHSIG', '\0\0\0\0'],
    open: () => (bytes) => wireOutcome(bytes),
  },
  {
    ...{ name: 'scorecard', reads: 'readiness-scorecard.json, as the gate takes it', form: 'json', inCi: 5000 },
    samples: async () => [await sampleScorecard()],
    words: ['"overall_passed": true', '"passed"', 'NaN', '"required": false'],
    open: fromFile('card.json', (file, bytes) => {
      const manifest = { ...goodManifest(), scorecard: { path: 'card.json', sha256: '0'.repeat(64) } };
      const found = obtainScorecard({ manifest, sha256: '', folder: path.dirname(file) }, ['production']);
      if (found.state !== 'read') {
        if (!('why' in found) || found.why === '') throw new Finding('it is refused without a reason');
        return 'refused';
      }
      mustBeStrict(bytes, { bom: true });
      const card = scorecardSchema.parse(JSON.parse(textOf(bytes).replace(/^\ufeff/, '')));
      const isGood = (status: string): boolean => status === 'passed' || status === 'warned';
      const open = Object.entries(card.blocks).some(([, block]) => block.required && !isGood(block.status));
      if (found.value.outcome === 'passed' && (open || card.blocks.production === undefined))
        throw new Finding('it passes, and something that is required does not');
      return 'read';
    }),
  },
  {
    ...{
      name: 'gate-inputs',
      reads: 'the kept inputs of a decision, and the decision on them',
      form: 'json',
      inCi: 5000,
    },
    samples: () => [JSON.stringify(goodInputs(), null, 2)],
    words: ['"state": "missing"', '"passed"', '"proven"'],
    open: () => (bytes) => {
      let value: unknown;
      try {
        value = JSON.parse(textOf(bytes));
      } catch {
        return 'refused';
      }
      const parsed = gateInputsSchema.safeParse(value);
      if (!parsed.success) return 'refused';
      const decision = gateDecisionSchema.parse(decide(parsed.data));
      const states = (['manifest', 'scorecard', 'proof', 'signOff'] as const).map((name) => parsed.data[name].state);
      const isOpen = decision.exitCode === 0;
      if (isOpen && states.some((state) => state !== 'read')) throw new Finding('it opens without all of its inputs');
      mustEqual(
        decide(gateInputsSchema.parse(JSON.parse(JSON.stringify(parsed.data)))),
        decision,
        'the decision, made again',
      );
      return 'read';
    },
  },
];

/** A folder inside of another; made. */
export function made(folder: string, ...names: string[]): string {
  const at = path.join(folder, ...names);
  mkdirSync(at, { recursive: true });
  return at;
}

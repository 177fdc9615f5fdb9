/**
 * Whatever stands in the place of an envelope or of the list of signers: it is read, or refused with its place, in time;
 * never an exception. `GATE10_FUZZ_CASES=100000` for more; `GATE10_SEED` looks elsewhere.
 */
import { describe, expect, test } from 'vitest';
import { runProcess } from '../../../../src/probe/run-process.ts';
import { parseAllowedSigners } from '../../../../src/release/attest/allowed-signers.ts';
import { readEnvelope } from '../../../../src/release/attest/dsse.ts';
import { signedStatementSchema } from '../../../../src/release/attest/schema.ts';
import { keyOfSshSignature, toEd25519Key, typeOfKey } from '../../../../src/release/attest/ssh-wire.ts';
import { readStatement, toPayload } from '../../../../src/release/attest/statement.ts';
import { verifyEnvelope } from '../../../../src/release/attest/verify-envelope.ts';
import fc from '../../seeded.ts';
import { envelopeOf, NOW, project, SIGNERS } from '../sign-off-stand.ts';

const CASES = { numRuns: Number(process.env['GATE10_FUZZ_CASES'] || 5000) };
const LIMIT_MS = 1000;

/** Processor time of this thread, so that other work on the machine does not count. */
function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\u0000',
  '\\ud800',
  '\t',
  '\r\n',
  '\ufeff',
  '=',
  '/',
  '1e999',
  '&a',
  '*a',
  '<<',
  '---',
  '*',
  '__proto__',
];

/** A text that is nearly right: pieces of it cut out, doubled, or replaced. */
function damaged(text: string): fc.Arbitrary<string> {
  const put = fc.oneof(
    fc.constantFrom(...PIECES),
    fc.string({ maxLength: 10, unit: 'binary' }),
    fc.constant(text.slice(0, 200)),
  );
  const edit = fc.record({ at: fc.nat(text.length), cut: fc.nat(40), put });
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) => edits.reduce((now, one) => now.slice(0, one.at) + one.put + now.slice(one.at + one.cut), text));
}

/** Read or refused; a problem has its code, what is wrong, and where. */
function isFair(text: string): void {
  const startMs = spentMs();
  const read = readEnvelope(text, 'x');
  const stated = read.ok ? readStatement(read.envelope) : read;
  expect(spentMs() - startMs).toBeLessThan(LIMIT_MS);
  if ('statement' in stated) {
    expect(signedStatementSchema.parse(stated.statement)).toEqual(stated.statement);
    return;
  }
  const problems = 'problems' in stated ? stated.problems : [];
  expect(problems.length).toBeGreaterThan(0);
  for (const { code, what, file, line } of problems)
    expect([code !== '', what !== '', file, (line ?? 0) > 0]).toEqual([true, true, 'x', true]);
}

describe('an envelope', () => {
  test('that was damaged is read or refused', () => {
    const { approval, waiver } = project();
    const texts = fc.oneof(...[approval(), waiver()].map((statement) => damaged(envelopeOf(statement))));
    fc.assert(fc.property(texts, isFair), CASES);
  });

  test('with any statement in it is read or refused', () => {
    const { approval, waiver } = project();
    const texts = fc.oneof(...[approval(), waiver()].map((statement) => damaged(toPayload(statement).toString())));
    const asEnvelope = (text: string): string => {
      const payload = Buffer.from(text).toString('base64');
      return JSON.stringify({ payloadType: 'application/vnd.in-toto+json', payload, signatures: [{ sig: 'AA==' }] });
    };
    fc.assert(
      fc.property(texts, (text) => isFair(asEnvelope(text))),
      CASES,
    );
  });

  test('of any bytes is read or refused', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.json({ maxDepth: 5 }));
    fc.assert(fc.property(texts, isFair), CASES);
  });
});

test('any list of signers is read or refused with a line', () => {
  fc.assert(
    fc.property(fc.oneof(damaged(SIGNERS), fc.string({ unit: 'binary', maxLength: 400 })), (text) => {
      const startMs = spentMs();
      const read = parseAllowedSigners(text, 'x');
      expect(spentMs() - startMs).toBeLessThan(LIMIT_MS);
      if (read.ok) expect(read.signers.every(({ key, type }) => typeOfKey(key) === type)).toBe(true);
      else expect(read.problems.every(({ line, what }) => (line ?? 0) > 0 && what !== '')).toBe(true);
    }),
    CASES,
  );
});

test('any bytes are a key or a signature of SSH, or none', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .uint8Array({ maxLength: 60 })
      .map((rest) => Buffer.concat([Buffer.from('SSHSIG\u0000\u0000\u0000\u0001', 'latin1'), rest])),
  );
  fc.assert(
    fc.property(bytes, (given) => {
      const key = Buffer.from(given);
      expect([typeof typeOfKey(key), typeof keyOfSshSignature(key), typeof toEd25519Key(key)]).not.toContain(
        'function',
      );
    }),
    CASES,
  );
});

test('with any bit of it turned, an envelope is nobody’s any more', async () => {
  const { approval } = project();
  const statement = approval();
  const read = readEnvelope(envelopeOf(statement), 'x');
  const signers = parseAllowedSigners(SIGNERS, 'x');
  if (!read.ok || !signers.ok) throw new Error('The samples are wrong.');
  const tool = { run: runProcess, env: {} };
  const verifier = { ...tool, signers: signers.signers, now: NOW };
  expect(await verifyEnvelope(read.envelope, statement, verifier)).toMatchObject({ outcome: 'verified' });
  const { payload, signature } = read.envelope;
  const whole = Buffer.concat([payload, signature]);
  const anyBit = fc.record({ at: fc.nat(whole.length - 1), bit: fc.nat(7) });
  await fc.assert(
    fc.asyncProperty(anyBit, async ({ at, bit }) => {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
      const turned = { payload: bytes.subarray(0, payload.length), signature: bytes.subarray(payload.length) };
      expect(await verifyEnvelope(turned, statement, verifier)).toMatchObject({ outcome: 'refused', code: 'forged' });
    }),
    CASES,
  );
});

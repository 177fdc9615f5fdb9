import { expect, test } from 'vitest';
import { preAuthEncoding, readEnvelope, writeEnvelope } from '../../../../src/release/attest/dsse.ts';
import { readStatement } from '../../../../src/release/attest/statement.ts';
import { envelopeOf, project } from '../sign-off-stand.ts';

test('the pre-authentication encoding is that of the standard (protocol.md, test vectors)', () => {
  const bytes = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
  expect(bytes.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

test('lengths are counted in bytes', () => {
  expect(preAuthEncoding('ä', Buffer.from('é€')).toString()).toBe('DSSEv1 2 ä 5 é€');
});

test('an envelope is read as it was written, indented in any way', () => {
  const text = writeEnvelope(Buffer.from('{}'), Buffer.from([1, 2, 3]), 'SHA256:x');
  for (const form of [
    text,
    JSON.stringify(JSON.parse(text)),
    JSON.stringify(JSON.parse(text), null, '\t'),
    text.replaceAll('\n', '\r\n'),
  ]) {
    const read = readEnvelope(form, 'x');
    expect(read).toMatchObject({
      ok: true,
      envelope: { payload: Buffer.from('{}'), signature: Buffer.from([1, 2, 3]) },
    });
  }
});

test('a statement comes out of its envelope as it went in', () => {
  const statement = project().waiver();
  const read = readEnvelope(envelopeOf(statement), 'x');
  expect(read.ok && readStatement(read.envelope)).toEqual({ ok: true, statement });
});

/** The scanner finds what is planted: in each encoding, beside other text, in archives. Else its silence says nothing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodingsOf, findCanaries } from '../../faults/canaries.ts';

const VALUE = 'Canary/é "7" +k&y=';
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-canary-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const plant = (name: string, content: string | Buffer): void => {
  mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
  writeFileSync(path.join(dir, name), content);
};
const find = () => findCanaries([dir], { key: VALUE });

describe('a planted canary', () => {
  it.each(Object.entries(encodingsOf(VALUE)))('as %s is found', (encoding, forms) => {
    expect(forms.length).toBeGreaterThan(0);
    for (const form of forms) {
      plant('log.txt', `before ${form} behind`);
      expect(find().map((hit) => hit.encoding)).toContain(encoding);
    }
  });

  it.each(['', 'u', 'us', 'use', 'user'])('is found in a Basic pair with the user name "%s"', (user) => {
    plant('log.txt', `Authorization: Basic ${Buffer.from(`${user}:${VALUE}`).toString('base64')}`);
    expect(find()).toContainEqual({ file: 'log.txt', canary: 'key', encoding: 'base64' });
  });

  it('is found in a hidden file, in a name, in a zip, in a zip in a zip and in a gzip', () => {
    const zipped = zip('inner/trace.json', JSON.stringify({ token: VALUE }));
    plant('.last-run.json', VALUE);
    plant('a/trace.zip', zipped);
    plant('b/report.zip', zip('c/trace.zip', zipped));
    plant('record.json.gz', gzipSync(VALUE));
    const files = new Set(find().map(({ file }) => file));
    expect([...files].sort()).toEqual([
      '.last-run.json',
      'a/trace.zip!/inner/trace.json',
      'b/report.zip!/c/trace.zip!/inner/trace.json',
      'record.json.gz!',
    ]);
  });

  it('is not found where it is not', () => {
    plant('log.txt', 'Canary/e "7" and [redacted:key]');
    plant('a/trace.zip', zip('inner/trace.json', '{}'));
    expect(find()).toEqual([]);
  });

  it('in an archive that cannot be read is not passed over', () => {
    plant('torn.zip', zip('x', VALUE).subarray(0, 60));
    expect(find).toThrow(/zip/);
  });
});

/** A zip file with one deflated member. */
function zip(name: string, content: string | Buffer): Buffer {
  const data = Buffer.from(content);
  const [packed, title] = [deflateRawSync(data), Buffer.from(name)];
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(title.length, 22);
  const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, title, packed]);
  const central = Buffer.concat([Buffer.from('504b01021400', 'hex'), common, Buffer.alloc(14), title]);
  const end = Buffer.alloc(22);
  end.write('504b0506', 0, 'hex');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

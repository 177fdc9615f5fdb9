/**
 * Secrets that must not be found: canary values in every form in which they travel, searched in every file that a run
 * leaves, archives opened. The forms are made here, not taken from the redactor: it is what is on trial.
 */
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';

export interface Hit {
  /** with the members of archives: `trace.zip!/resources/x.json` */
  readonly file: string;
  readonly canary: string;
  readonly encoding: string;
}

/** The eight ways of writing a secret, by name; a base64 form is found at whatever place in a triple it begins. */
export function encodingsOf(value: string): Readonly<Record<string, readonly string[]>> {
  const bytes = Buffer.from(value, 'utf8');
  const hex = bytes.toString('hex');
  return {
    raw: [value],
    url: [encodeURIComponent(value), encodeURIComponent(value).replace(/%20/g, '+')],
    'every byte percent-encoded': [hex.replace(/../g, '%$&'), hex.replace(/../g, '%$&').toUpperCase()],
    'JSON string': [JSON.stringify(value).slice(1, -1)],
    'JSON string, ASCII only': [toAsciiJson(value)],
    base64: [0, 1, 2].map((lead) => base64Core(bytes, lead)),
    base64url: [0, 1, 2].map((lead) => base64Core(bytes, lead).replaceAll('+', '-').replaceAll('/', '_')),
    hex: [hex, hex.toUpperCase()],
  };
}

/** Every hit in every file below the folders; files that look like archives are opened, archives in archives, too. */
export function findCanaries(folders: readonly string[], canaries: Readonly<Record<string, string>>): Hit[] {
  const needles = Object.entries(canaries).flatMap(([canary, value]) =>
    Object.entries(encodingsOf(value)).flatMap(([encoding, forms]) =>
      forms.map((form) => ({ canary, encoding, form: Buffer.from(form) })),
    ),
  );
  return folders.flatMap((folder) =>
    listFiles(folder).flatMap((file) =>
      unpack(file, readFileSync(path.join(folder, file))).flatMap(({ name, bytes }) =>
        needles
          .filter(({ form }) => bytes.includes(form) || name.includes(form.toString()))
          .map(({ canary, encoding }) => ({ file: name, canary, encoding })),
      ),
    ),
  );
}

function listFiles(folder: string): string[] {
  const all = globSync('**/*', { cwd: folder, exclude: () => false });
  const hidden = globSync('**/.*', { cwd: folder });
  return [...new Set([...all, ...hidden])].filter((file) => statSync(path.join(folder, file)).isFile());
}

interface Member {
  readonly name: string;
  readonly bytes: Buffer;
}

function unpack(name: string, bytes: Buffer): Member[] {
  const whole = { name, bytes };
  if (bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b)
    return [whole, ...unpack(`${name}!`, gunzipSync(bytes))];
  if (bytes.length < 22 || bytes.readUInt32LE(0) !== LOCAL_HEADER) return [whole];
  return [whole, ...readZip(bytes).flatMap((member) => unpack(`${name}!/${member.name}`, member.bytes))];
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;

/** By the central directory (APPNOTE 4.3.12). Throws on a form that it does not know: unread is not clean. */
function readZip(zip: Buffer): Member[] {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error('Failed to read a zip file: it has no end of its directory.');
  const count = zip.readUInt16LE(end + 10);
  const members: Member[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (zip.readUInt32LE(at) !== CENTRAL_HEADER) throw new Error('Failed to read a zip file: its directory is torn.');
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const [nameSize, extraSize, noteSize] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as Three;
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameSize);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + size);
    if (method !== 0 && method !== 8) throw new Error(`Failed to read ${name} of a zip file: method ${method}.`);
    members.push({ name, bytes: method === 8 ? inflateRawSync(packed) : packed });
    at += 46 + nameSize + extraSize + noteSize;
  }
  return members;
}

type Three = [number, number, number];

function toAsciiJson(value: string): string {
  const escaped = JSON.stringify(value).slice(1, -1);
  return escaped.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What stays the same whatever stands before and behind the value. */
function base64Core(bytes: Buffer, lead: number): string {
  const whole = Buffer.concat([Buffer.alloc(lead), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return whole.slice(Math.ceil((lead * 8) / 6), Math.floor(((lead + bytes.length) * 8) / 6));
}

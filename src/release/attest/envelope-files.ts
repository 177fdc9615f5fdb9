/** The folder `sign-off/` beside a manifest: every envelope in it, read and not yet believed; and a new one put into it. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sha256Hex } from '../../contract/canonical.ts';
import { readSource } from '../../contract/yaml-source.ts';
import { InputError, OwnFaultError, type Problem } from '../../errors.ts';
import { createDurably, ensureFolder } from '../../ledger/durable-file.ts';
import { guarded } from '../../ledger/own-fault.ts';
import { plainLine } from '../../run/plain-text.ts';
import { type Envelope, MAX_ENVELOPE_BYTES, readEnvelope } from './dsse.ts';
import { APPROVAL_TYPE, type SignedStatement } from './schema.ts';
import { readStatement } from './statement.ts';

const SIGN_OFF_FOLDER = 'sign-off';
const ENDING = '.dsse.json';
/** A release has a handful; each may cost a process. */
const MAX_FILES = 200;

export interface SignedFile {
  /** `sign-off/<name>` */
  readonly file: string;
  readonly envelope: Envelope;
  readonly statement: SignedStatement;
}

/** In the order of their names; none where there is no folder. Throws InputError with all problems at once. */
export function readEnvelopeFiles(manifestFile: string): readonly SignedFile[] {
  const folder = folderBeside(manifestFile);
  if (folder === undefined) return [];
  const names = guarded(`read ${SIGN_OFF_FOLDER}`, () => readdirSync(folder))
    .filter((name) => name.endsWith(ENDING))
    .sort();
  if (names.length > MAX_FILES) {
    const what = `the folder holds ${names.length} envelopes`;
    const fix = 'Move those of former releases away.';
    throw new InputError([{ code: 'too-many', file: SIGN_OFF_FOLDER, what, expected: `at most ${MAX_FILES}`, fix }]);
  }
  const read = names.map((name) => readOne(folder, name));
  const problems = read.flatMap((one) => ('problems' in one ? one.problems : []));
  if (problems.length > 0) throw new InputError(problems);
  return read.flatMap((one) => ('problems' in one ? [] : [one]));
}

/** The name an envelope gets: whose word about which release; the digest tells two words of one person apart. */
export function envelopeFile({ predicateType, predicate }: SignedStatement, payload: Uint8Array): string {
  const kind = predicateType === APPROVAL_TYPE ? 'approval' : 'waiver';
  const who = predicate.approver
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60);
  return `${SIGN_OFF_FOLDER}/${kind}-${predicate.release}-${who}-${sha256Hex(payload).slice(0, 8)}${ENDING}`;
}

/** Never overwrites another one. Throws InputError where there is one, or where the folder is none; OwnFaultError. */
export function writeEnvelopeFile(manifestFile: string, file: string, text: string): void {
  ensureFolder(path.join(path.dirname(manifestFile), SIGN_OFF_FOLDER));
  folderBeside(manifestFile);
  const place = path.join(path.dirname(manifestFile), file);
  if (createDurably(place, text)) return;
  if (lstatSync(place).isFile() && readFileSync(place, 'utf8') === text) return;
  const what = 'there is another file of this name';
  throw new InputError([{ code: 'file-exists', file, what, fix: 'Look at it; move it away if it is none of yours.' }]);
}

/** Never a link: what is signed lies beside the manifest, and nowhere else. undefined = there is none. */
function folderBeside(manifestFile: string): string | undefined {
  const folder = path.join(path.dirname(manifestFile), SIGN_OFF_FOLDER);
  const stat = guarded(`look at ${SIGN_OFF_FOLDER}`, () => lstatSync(folder, { throwIfNoEntry: false }));
  if (stat === undefined) return undefined;
  if (stat.isDirectory()) return folder;
  throw new InputError([notPlain(SIGN_OFF_FOLDER, 'this is no folder', 'a folder, and no link to one')]);
}

function readOne(folder: string, name: string): SignedFile | { readonly problems: readonly Problem[] } {
  const place = path.join(folder, name);
  const file = plainLine(`${SIGN_OFF_FOLDER}/${name}`);
  if (!isPlainFile(place))
    return { problems: [notPlain(file, 'this is no regular file', 'a file, and no link to one')] };
  const source = readSource(place, file, MAX_ENVELOPE_BYTES);
  if (!source.ok) return source;
  const read = readEnvelope(source.text, file);
  if (!read.ok) return read;
  const { envelope } = read;
  const stated = readStatement(envelope);
  return stated.ok ? { file, envelope, statement: stated.statement } : stated;
}

function isPlainFile(place: string): boolean {
  const stat = lstatSync(place, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new OwnFaultError(`Failed to read ${SIGN_OFF_FOLDER}: a file went away meanwhile. Run again.`);
  return stat.isFile();
}

function notPlain(file: string, what: string, expected: string): Problem {
  return { code: 'not-a-file', file, what, expected };
}

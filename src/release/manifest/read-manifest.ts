/** Reads a release manifest: the file that approvals sign and the gate decides about. */
import path from 'node:path';
import { sha256Hex } from '../../contract/canonical.ts';
import { toProblems } from '../../contract/issues.ts';
import { readSource } from '../../contract/yaml-source.ts';
import { InputError, type Problem } from '../../errors.ts';
import { parseStrictJson } from '../attest/strict-json.ts';
import { type ReleaseManifest, releaseManifestSchema } from './schema.ts';

export interface ReadManifest {
  readonly manifest: ReleaseManifest;
  /** of the bytes of the file */
  readonly sha256: string;
  /** Absolute: what the manifest names lies below it. */
  readonly folder: string;
}

/** A release has hundreds of artifacts, each with its digest. */
const MAX_MANIFEST_BYTES = 16_000_000;

/** `file` is absolute, `shownAs` how problems name it. Throws InputError with every problem, each with its line. */
export function readManifest(file: string, shownAs: string = path.basename(file)): ReadManifest {
  const source = readSource(file, shownAs, MAX_MANIFEST_BYTES);
  if (!source.ok) throw new InputError(source.problems.map(withCommand));
  const parsed = parseStrictJson(source.text, shownAs);
  if (!parsed.ok) throw new InputError(parsed.problems);
  const checked = releaseManifestSchema.safeParse(parsed.document.value);
  if (!checked.success) throw new InputError(toProblems(checked.error.issues, parsed.document, releaseManifestSchema));
  return { manifest: checked.data, sha256: sha256Hex(source.bytes), folder: path.dirname(file) };
}

function withCommand(problem: Problem): Problem {
  return problem.code === 'missing-file' ? { ...problem, fix: 'Make it: gate10 manifest --release <name>.' } : problem;
}

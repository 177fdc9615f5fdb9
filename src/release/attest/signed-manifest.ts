/** The release manifest as signatures see it: its content, and the digest of its bytes. */
import { sha256Hex } from '../../contract/canonical.ts';
import { toProblems } from '../../contract/issues.ts';
import { readSource } from '../../contract/yaml-source.ts';
import { InputError } from '../../errors.ts';
import type { Target } from '../judge-claims.ts';
import { releaseManifestSchema } from '../manifest/schema.ts';
import { parseStrictJson } from './strict-json.ts';

const MAX_MANIFEST_BYTES = 16_000_000;

/** `shownAs` is how problems name it. Throws InputError. What the manifest names is not looked at. */
export function readSignedManifest(file: string, shownAs: string): Target {
  const source = readSource(file, shownAs, MAX_MANIFEST_BYTES);
  if (!source.ok) throw new InputError(source.problems);
  const parsed = parseStrictJson(source.text, shownAs);
  if (!parsed.ok) throw new InputError(parsed.problems);
  const checked = releaseManifestSchema.safeParse(parsed.document.value);
  if (!checked.success) throw new InputError(toProblems(checked.error.issues, parsed.document, releaseManifestSchema));
  return { manifest: checked.data, sha256: sha256Hex(source.bytes) };
}

/** The scorecard that the manifest names, as far as it can be believed: its summary is recomputed from its blocks. */
import path from 'node:path';
import { sha256Hex } from '../../contract/canonical.ts';
import { doubtfulKey } from '../../contract/doubtful-key.ts';
import { readSource } from '../../contract/yaml-source.ts';
import { findObstacles } from '../../record/scorecard/overall.ts';
import { type Scorecard, scorecardSchema } from '../../record/scorecard/scorecard-schema.ts';
import type { ReadManifest } from '../manifest/read-manifest.ts';
import type { Obtained } from './schema.ts';

const FIX = 'gate10 scorecard, then gate10 manifest';
const MAX_BYTES = 20_000_000;

/** `required` = what the policy asks for now, whatever the scorecard says that it asked for. */
export function obtainScorecard(
  { manifest, folder }: ReadManifest,
  required: readonly string[],
): Obtained<'scorecard'> {
  const unusable = (why: string): Obtained<'scorecard'> => ({ state: 'unusable', why, fix: FIX });
  if (manifest.scorecard === null) return { state: 'missing', why: 'the manifest names no scorecard', fix: FIX };
  const { path: name } = manifest.scorecard;
  const source = readSource(path.join(folder, name), name, MAX_BYTES);
  if (!source.ok) {
    const [problem] = source.problems;
    const why = `${name}: ${problem?.what ?? 'it cannot be read'}`;
    return problem?.code === 'missing-file' ? { state: 'missing', why, fix: FIX } : unusable(why);
  }
  const value = toJson(source.text);
  if (value !== undefined && doubtfulKey(source.text) !== undefined)
    return unusable(`${name} has a key that is there twice, or that no scorecard has`);
  const parsed = scorecardSchema.safeParse(value);
  if (!parsed.success) return unusable(`${name} is not a scorecard that this gate10 knows`);
  return { state: 'read', value: { sha256: sha256Hex(source.bytes), ...toFacts(parsed.data, required) } };
}

function toFacts(card: Scorecard, required: readonly string[]) {
  const blocks = Object.entries(card.blocks).map(([name, block]) => [
    name,
    { ...block, required: block.required || required.includes(name) },
  ]);
  const obstacles = findObstacles(Object.fromEntries(blocks) as Scorecard['blocks'], undefined);
  const absent = required.filter((name) => !Object.hasOwn(card.blocks, name)).map((name) => `${name} is not in it`);
  const open = [...obstacles, ...absent];
  const isBroken = Object.values(Object.fromEntries(blocks) as Scorecard['blocks']).some(
    ({ required: isRequired, status }) => isRequired && status === 'failed',
  );
  const isSaid = card.overall_passed || open.length > 0;
  return {
    commit: card.commit,
    environment: card.environment,
    generatedAt: card.generated_at,
    outcome: open.length === 0 && isSaid ? ('passed' as const) : isBroken ? ('failed' as const) : ('unjudged' as const),
    obstacles: isSaid ? open : card.overall_because,
  };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `readiness_scorecards/`: every scorecard that said something new, one file each, never written twice. */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../contract/canonical.ts';
import { verdictSchema } from '../../contract/verdict-words.ts';
import { OwnFaultError } from '../../errors.ts';
import { createDurably, ensureFolder } from '../../ledger/durable-file.ts';
import { plainLine } from '../../run/plain-text.ts';
import { toFilePart } from '../export-files.ts';
import type { Scope } from '../production-runs.ts';
import type { Scorecard } from './scorecard-schema.ts';

export const ARCHIVE = 'readiness_scorecards';

/** The part of an archived scorecard that a trend needs: older and newer forms have it too. */
const archivedSchema = z.looseObject({
  schema: z.string().startsWith('gate10/scorecard/'),
  release: z.string(),
  run_id: z.string(),
  system: z.string(),
  environment: z.string(),
  commit: z.string().nullable(),
  generated_at: z.iso.datetime(),
  verdict: verdictSchema,
  overall_passed: z.boolean(),
  layer_coverage: z.looseObject({ proven: z.int(), of: z.int() }),
  suites: z.array(z.looseObject({ name: z.string(), p95_latency_ms: z.number().optional() })),
});
export type ArchivedScorecard = z.output<typeof archivedSchema>;

export interface Archived {
  /** newest first, one of each run: what was said of it last */
  readonly scorecards: readonly ArchivedScorecard[];
  /** files that could not be read, with the reason */
  readonly unreadable: readonly string[];
}

/** How many files are opened at most: a state folder may be years old. */
const MAX_READ = 1000;
const MAX_SAME_MOMENT = 100;

/** `20261121T100500000Z_staging_341b59a6895a`: sorts by time. */
export function toArchiveName({ generated_at, environment, commit, release }: Scorecard): string {
  const time = generated_at.replaceAll(/[-:.]/g, '');
  return `${time}_${toFilePart(environment)}_${toFilePart((commit ?? release).slice(0, 12))}`;
}

/** Makes a folder of the state folder; a link that leads elsewhere is refused. Throws OwnFaultError. */
export function ownFolder(stateDir: string, name: string): string {
  const folder = path.join(stateDir, name);
  if (existsSync(folder) && !lstatSync(folder).isDirectory()) {
    throw new OwnFaultError(`Failed to write to ${folder}: it is not a folder. Move it away and run again.`);
  }
  ensureFolder(folder);
  return folder;
}

/** Returns the path relative to the state folder; undefined where the newest of the same run says the same. Throws OwnFaultError. */
export function archiveScorecard(stateDir: string, scorecard: Scorecard): string | undefined {
  const folder = ownFolder(stateDir, ARCHIVE);
  const [last] = readArchive(stateDir, scorecard, new Date(scorecard.generated_at), 1).scorecards;
  if (last !== undefined && last.run_id === scorecard.run_id && isSame(last, scorecard)) return undefined;
  const name = toArchiveName(scorecard);
  const text = `${JSON.stringify(scorecard, null, 2)}\n`;
  for (let turn = 0; turn < MAX_SAME_MOMENT; turn++) {
    const file = turn === 0 ? `${name}.json` : `${name}-${turn}.json`;
    if (createDurably(path.join(folder, file), text)) return path.join(ARCHIVE, file);
  }
  throw new OwnFaultError(`Failed to archive a scorecard: ${folder} holds ${MAX_SAME_MOMENT} of ${name} already.`);
}

function isSame(a: object, b: object): boolean {
  const timeless = (value: object): string => {
    const { generated_at: _time, ...rest } = JSON.parse(JSON.stringify(value));
    return canonicalJson(rest);
  };
  return timeless(a) === timeless(b);
}

/** The newest `count` runs of one system and environment, none of the future. Never throws. */
export function readArchive(stateDir: string, scope: Scope, now: Date, count: number): Archived {
  const scorecards: ArchivedScorecard[] = [];
  const unreadable: string[] = [];
  for (const name of listNames(path.join(stateDir, ARCHIVE))) {
    if (scorecards.length >= count) break;
    const read = readArchived(path.join(stateDir, ARCHIVE, name));
    if (typeof read === 'string') unreadable.push(`${name}: ${read}`);
    else if (Date.parse(read.generated_at) > now.getTime()) unreadable.push(`${name}: it was made in the future`);
    else if (isOf(read, scope) && !scorecards.some(({ run_id }) => run_id === read.run_id)) scorecards.push(read);
  }
  return { scorecards, unreadable };
}

function isOf({ system, environment }: ArchivedScorecard, scope: Scope): boolean {
  return system === scope.system && environment === scope.environment;
}

function listNames(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /^\d{8}T\d{9}Z_.*\.json$/.test(name));
    return names.sort().reverse().slice(0, MAX_READ);
  } catch {
    return [];
  }
}

function readArchived(file: string): ArchivedScorecard | string {
  try {
    const checked = archivedSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (checked.success) return checked.data;
    const [issue] = checked.error.issues;
    return plainLine(`${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
  } catch (error) {
    return plainLine(error instanceof Error ? error.message : String(error));
  }
}

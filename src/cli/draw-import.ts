/** What an import did, for people and for programs. */
import { formatProblem } from '../errors.ts';
import type { ImportCounts } from '../record/import/import-records.ts';
import type { Stage } from '../record/import/stage.ts';
import { plainLine } from '../run/plain-text.ts';

export interface ImportResult {
  readonly format: string;
  readonly file: string | null;
  /** of the file's bytes; null where there was no file */
  readonly sha256: string | null;
  readonly system: string;
  readonly environment: string;
  readonly counts: ImportCounts;
  readonly staged: ReturnType<Stage['counts']>;
  /** undefined = nothing was to be recorded (`--dry-run`) */
  readonly appended: { readonly added: number; readonly known: number } | undefined;
  readonly notes: readonly string[];
}

export function toImportDocument({ counts, staged, appended, ...rest }: ImportResult): Record<string, unknown> {
  return {
    schema: 'gate10/import/v1',
    ...rest,
    dry_run: appended === undefined,
    records: counts.records,
    deployments: staged['deployment.recorded'],
    incidents: staged['incident.recorded'],
    recorded: appended?.added ?? 0,
    known: appended?.known ?? null,
    repeated: counts.repeated,
    left_out: Object.fromEntries(counts.leftOut),
    invalid: counts.invalid,
    problems: counts.problems.map(formatProblem),
    from: counts.from,
  };
}

export function drawImport({
  format,
  file,
  system,
  environment,
  counts,
  staged,
  appended,
  notes,
}: ImportResult): string {
  const told = `${count(staged['deployment.recorded'], 'deployment')} and ${count(staged['incident.recorded'], 'incident')}`;
  const done =
    appended === undefined
      ? 'Nothing was recorded (--dry-run).'
      : `Recorded ${appended.added}, known already ${appended.known}.`;
  const lines = [
    `${format}${file === null ? '' : ` ${file}`}: ${count(counts.records, 'record')}, ${told} of ${system} in ${environment}.`,
    done,
    ...(counts.repeated > 0 ? [`The same again, counted once: ${counts.repeated}.`] : []),
    ...[...counts.leftOut].map(([why, n]) => `Left out: ${n} ${why}.`),
    ...(counts.invalid > 0 ? [`Wrong and left out (--skip-invalid): ${counts.invalid}.`] : []),
    ...(counts.from.length > 1 ? [`They come from ${counts.from.length} sources: ${counts.from.join(', ')}.`] : []),
    ...notes.map((note) => `Note: ${note}.`),
    'Told, not proven: no run of gate10 judged them, and "gate10 verify" does not read them.',
  ];
  return lines.map((line) => `${plainLine(line, 1000)}\n`).join('');
}

function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

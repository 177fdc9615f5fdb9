/** A file that a scanner wrote → what it found, or why that cannot be known. */
import { toProblems } from '../../contract/issues.ts';
import { parseYaml, type YamlDocument } from '../../contract/yaml-document.ts';
import { readSource } from '../../contract/yaml-source.ts';
import type { Problem } from '../../errors.ts';
import { bandit } from './bandit.ts';
import type { ScanReport } from './finding.ts';
import { npmAudit } from './npm-audit.ts';
import { osvScanner } from './osv-scanner.ts';
import { isMapping, type Reader } from './reader.ts';
import { safetyCheck, safetyList, safetyScan } from './safety.ts';
import { sarif } from './sarif.ts';
import type { SeverityScale } from './severity.ts';
import { trivy } from './trivy.ts';

const READERS: readonly Reader[] = [
  npmAudit,
  trivy,
  sarif,
  bandit,
  safetyScan,
  safetyCheck,
  safetyList,
  osvScanner,
] as readonly Reader[];

/** Scans of large images are large. */
const MAX_REPORT_BYTES = 100_000_000;

export type ReadReport =
  | { readonly outcome: 'read'; readonly report: ScanReport; readonly bytes: Uint8Array }
  /** The scanner did not do its work: nothing is known. `why` is a sentence without its full stop. */
  | { readonly outcome: 'nothing'; readonly why: string }
  /** The file is none of a scanner that is known here. */
  | { readonly outcome: 'wrong'; readonly problems: readonly Problem[] };

/** `file` is absolute; `shownAs` is how messages name it. Never throws. */
export function readReport(file: string, shownAs: string, scale: SeverityScale): ReadReport {
  const source = readSource(file, shownAs, MAX_REPORT_BYTES);
  if (!source.ok) {
    const isMissing = source.problems.some(({ code }) => code === 'missing-file');
    if (isMissing) return { outcome: 'nothing', why: 'there is no such file' };
    return { outcome: 'wrong', problems: source.problems };
  }
  const { text, bytes } = source;
  if (text.trim() === '') return { outcome: 'nothing', why: 'the file is empty' };
  const parsed = parseJson(text);
  if ('why' in parsed) return { outcome: 'nothing', why: parsed.why };
  if ('problem' in parsed) return { outcome: 'wrong', problems: [{ file: shownAs, ...parsed.problem }] };
  const failure = failureOf(parsed.value);
  if (failure !== undefined) return { outcome: 'nothing', why: failure };
  const reader = READERS.find(({ recognises }) => recognises(parsed.value));
  if (reader === undefined) return { outcome: 'wrong', problems: [unknownFormat(shownAs)] };
  const checked = reader.schema.safeParse(parsed.value);
  if (checked.success) return { outcome: 'read', report: reader.read(checked.data, scale), bytes };
  const problems = toProblems(checked.error.issues, placesIn(text, shownAs, parsed.value), reader.schema);
  return { outcome: 'wrong', problems: problems.map((one) => ({ ...one, what: `${one.what} for ${reader.format}` })) };
}

type Parsed = { readonly value: unknown } | { readonly why: string } | { readonly problem: Omit<Problem, 'file'> };

function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const message = (error as Error).message;
    const isCut = /^\s*[[{]/.test(text) && /Unexpected end|Unterminated/.test(message);
    if (isCut || isCutAfterValue(text, message)) return { why: 'the file ends in the middle: it was cut off' };
    const at = Number(/at position (\d+)/.exec(message)?.[1] ?? 0);
    const before = text.slice(0, at).split('\n');
    const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    const fix = 'Have the scanner write JSON, and nothing else, into the file.';
    return {
      problem: { code: 'not-json', ...place, what: 'this is not JSON', expected: 'the JSON of a scanner', fix },
    };
  }
}

/** `{"a": 1` and `{"a": tr`: the error is at the very end of the text. */
function isCutAfterValue(text: string, message: string): boolean {
  const at = Number(/at position (\d+)/.exec(message)?.[1] ?? -1);
  return /^\s*[[{]/.test(text) && at >= text.trimEnd().length;
}

/** npm prints an error in the place of a report where the registry refuses; others do alike. */
function failureOf(value: unknown): string | undefined {
  if (!isMapping(value) || !('error' in value) || 'vulnerabilities' in value) return undefined;
  const { error, message } = value;
  const detail = isMapping(error) ? (error['summary'] ?? error['detail'] ?? error['code']) : error;
  const said = [message, detail].find((text) => typeof text === 'string' && text !== '');
  return `the scanner failed (${typeof said === 'string' ? said : 'it does not say why'})`;
}

function unknownFormat(file: string): Problem {
  const formats = READERS.map(({ format }) => format).join(', ');
  const what = 'this is no report that is known here';
  return { code: 'unknown-report', file, line: 1, what, expected: `the JSON of one of: ${formats}` };
}

/** Where things lie in the text; the first line for all where even that cannot be told. */
function placesIn(text: string, file: string, value: unknown): YamlDocument {
  const parsed = parseYaml(text, file, { foreign: true });
  if (parsed.ok) return { ...parsed.document, value };
  return { file, value, place: () => ({ line: 1, column: 1, keyLine: 1, keyColumn: 1 }) };
}

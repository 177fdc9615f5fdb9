/** One API contract under a ruleset, with Spectral. Takes seconds of one processor for large documents. */
import type { ISpectralDiagnostic } from '@stoplight/spectral-core';
import { type OpenedOpenApi, openOpenApi, readOpened } from '../openapi.ts';
import type { LintFinding, LintSeverity } from './finding.ts';
import { type FollowedDocument, followReferences } from './follow-references.ts';
import { overriddenSeverity, type RulesetFile } from './ruleset.ts';
import { loadSpectral } from './spectral.ts';
import { lineOf, SEVERITIES, setRuleset } from './spectral-ruleset.ts';

export interface LintOrder {
  /** relative to `root`; references may lead to other files of `root` */
  readonly file: string;
  readonly root: string;
  readonly ruleset: RulesetFile;
  /** what `overrides` of the ruleset call `root`, relative to the ruleset's own folder; '' = the same folder */
  readonly rootForOverrides: string;
}

const OVERRIDES: Readonly<Record<string, LintSeverity>> = {
  error: 'error',
  warn: 'warning',
  info: 'information',
  hint: 'hint',
};

/** In the order of the document. Throws InputError for a document that cannot be used, or a wrong ruleset. */
export async function lintDocument(order: LintOrder): Promise<LintFinding[]> {
  const opened = openOpenApi(order.file, order.root);
  readOpened(opened);
  const followed = followReferences(opened);
  const parts = await loadSpectral();
  const own: LintFinding[] = [];
  const spectral = new parts.Spectral({ resolver: resolverOf(followed) as never });
  setRuleset(spectral, order.ruleset, parts, { opened, followed, own });
  const results = (await spectral.run(asParsed(opened) as never)) as ISpectralDiagnostic[];
  const found = [...results.map((result) => toFinding(result, opened, followed)), ...own];
  return sorted(found.flatMap((finding) => withOverride(finding, order)));
}

/** Spectral asks nobody for documents: everything was read before, under limits. */
function resolverOf({ value }: FollowedDocument): object {
  const graph = null;
  return { uriCache: {}, resolve: async () => ({ result: value, graph, errors: [], refMap: {}, runner: null }) };
}

/** Already parsed; places are looked up afterwards. */
function asParsed({ source, name }: OpenedOpenApi): object {
  const nowhere = { line: 0, character: 0 };
  return {
    parsed: { data: source.value, diagnostics: [], ast: null, lineMap: [], comments: {} },
    getLocationForJsonPath: () => ({ range: { start: nowhere, end: nowhere } }),
    source: name,
  };
}

function toFinding(result: ISpectralDiagnostic, opened: OpenedOpenApi, followed: FollowedDocument): LintFinding {
  const { code, message, severity, path } = result;
  const place = lineOf(followed.locate(path), opened);
  return { rule: String(code), severity: SEVERITIES[severity] ?? 'error', message, ...place };
}

function withOverride(finding: LintFinding, { ruleset, rootForOverrides }: LintOrder): LintFinding[] {
  const file = rootForOverrides === '' ? finding.file : `${rootForOverrides}/${finding.file}`;
  const changed = overriddenSeverity(ruleset, { ...finding, file });
  if (changed === undefined || changed === true) return [finding];
  const severity = changed === false ? undefined : OVERRIDES[changed];
  return severity === undefined ? [] : [{ ...finding, severity }];
}

/** Each once: what many operations refer to is found by each of them. */
function sorted(findings: readonly LintFinding[]): LintFinding[] {
  const keyed = new Map(findings.map((one) => [`${one.rule} ${one.file}#${one.pointer} ${one.message}`, one]));
  return [...keyed.values()].sort(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column || a.rule.localeCompare(b.rule),
  );
}

/** SARIF 2.1.0 (OASIS), whichever tool wrote it. § = its sections. */
import type { z } from 'zod';
import { isMapping } from '../json-report.ts';
import { ADVISORY, type Finding, named } from './finding.ts';
import { defineReader } from './reader.ts';
import { type SarifResult, type SarifRule, type SarifRun, sarifSchema } from './sarif-schema.ts';
import { firstKnown, fromScore, type SeverityScale } from './severity.ts';

export const sarif = defineReader<z.output<typeof sarifSchema>>({
  format: 'SARIF',
  recognises: (document) => isMapping(document) && Array.isArray(document['runs']) && 'version' in document,
  schema: sarifSchema,
  read: ({ runs }, scale) => {
    const names = [...new Set(runs.map(({ tool }) => tool.driver.name))];
    const doubts = runs.length === 0 ? ['it holds no run'] : runs.flatMap(doubtsOf);
    const findings = runs.flatMap((run) => toFindings(run, scale));
    const ended = runs.flatMap(({ invocations }) => (invocations ?? []).flatMap(({ endTimeUtc }) => endTimeUtc ?? []));
    return { tool: names.join(', ') || 'SARIF', findings, madeAt: ended.sort()[0], doubts };
  },
});

/** §3.14.23: a run that found nothing has an empty list; none at all, or null, is a run that did not get that far. */
function doubtsOf(run: SarifRun): string[] {
  const { name } = run.tool.driver;
  const doubts = run.results ? [] : [`${name} has no list of results, so it did not finish`];
  for (const invocation of run.invocations ?? []) {
    if (!invocation.executionSuccessful) doubts.push(`${name} says itself that it did not run successfully`);
    const notes = [
      ...(invocation.toolExecutionNotifications ?? []),
      ...(invocation.toolConfigurationNotifications ?? []),
    ];
    const errors = notes.filter(({ level }) => level === 'error');
    doubts.push(...errors.map(({ message }) => `${name} reports an error (${message?.text ?? 'without a text'})`));
  }
  return doubts;
}

function toFindings(run: SarifRun, scale: SeverityScale): Finding[] {
  return (run.results ?? []).filter(isThere).map((result) => {
    const rule = ruleOf(result, run);
    const id = result.ruleId ?? result.rule?.id ?? rule?.id ?? 'no-rule';
    const score = scoreOf(result.properties) ?? scoreOf(rule?.properties);
    const place = result.locations?.[0]?.physicalLocation;
    const suppression = (result.suppressions ?? []).filter(({ status }) => (status ?? 'accepted') === 'accepted');
    return {
      ...named([...(id.match(ADVISORY) ?? []), id]),
      severity: firstKnown(fromScore(score, scale), levelOf(result, rule, scale)),
      cvss: score,
      title: result.message?.text ?? rule?.shortDescription?.text,
      versions: [],
      fixedIn: [],
      file: place?.artifactLocation?.uri,
      line: place?.region?.startLine,
      tools: [run.tool.driver.name],
      ...(suppression.length > 0 && suppression.length === result.suppressions?.length
        ? { suppressed: suppression.map(({ justification }) => justification ?? '').join('; ') }
        : {}),
    };
  });
}

/** §3.27.9, §3.27.24: what passed, only informs or has gone since the baseline is no finding. */
function isThere({ kind, baselineState }: SarifResult): boolean {
  return !['pass', 'informational', 'notApplicable'].includes(kind ?? 'fail') && baselineState !== 'absent';
}

/** §3.27.7: by its index, else by its id (one of its parts, §3.52.4), in the tool component that is named. */
function ruleOf({ ruleId, ruleIndex, rule }: SarifResult, { tool }: SarifRun): SarifRule | undefined {
  const component = rule?.toolComponent?.index;
  const owners = component === undefined ? [tool.driver] : [tool.extensions?.[component]];
  const index = rule?.index ?? ruleIndex ?? -1;
  const byIndex = owners.flatMap((owner) => owner?.rules?.[index] ?? [])[0];
  if (byIndex !== undefined) return byIndex;
  const id = ruleId ?? rule?.id;
  const all = [tool.driver, ...(tool.extensions ?? [])].flatMap(({ rules }) => rules ?? []);
  return all.find((one) => one.id === id) ?? all.find((one) => id?.startsWith(`${one.id}/`));
}

/** §3.27.10: the level of a result, else of its rule, else "warning". Open and in review = nobody has rated it yet. */
function levelOf({ level, kind }: SarifResult, rule: SarifRule | undefined, scale: SeverityScale): Finding['severity'] {
  if (kind === 'open' || kind === 'review') return 'unknown';
  return scale.sarifLevels[level ?? rule?.defaultConfiguration?.level ?? 'warning'];
}

/** GitHub code scanning's `security-severity`: a CVSS score, written as text. */
function scoreOf(properties: Readonly<Record<string, unknown>> | null | undefined): number | undefined {
  const score = Number.parseFloat(String(properties?.['security-severity'] ?? ''));
  return score >= 0 && score <= 10 ? score : undefined;
}

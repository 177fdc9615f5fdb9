/** Findings as SARIF 2.1.0 (OASIS), which code hosts show beside the lines; what a baseline covers is there as suppressed. */
import type { LintFinding, LintSeverity } from './finding.ts';

const LEVELS: Readonly<Record<LintSeverity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** `prefix` = the folder that the files of findings are relative to, as seen from the repository; '' = the same. */
export function toSarif(open: readonly LintFinding[], covered: readonly LintFinding[], prefix: string): object {
  const rules = [...new Set([...open, ...covered].map(({ rule }) => rule))].sort();
  const suppressed = [{ kind: 'external', justification: 'known: lint-baseline.yaml' }];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'gate10 contract lint', rules: rules.map((id) => ({ id })) } },
        results: [
          ...open.map((finding) => toResult(finding, prefix)),
          ...covered.map((finding) => ({ ...toResult(finding, prefix), suppressions: suppressed })),
        ],
      },
    ],
  };
}

function toResult({ rule, severity, message, file, pointer, line, column }: LintFinding, prefix: string): object {
  return {
    ruleId: rule,
    level: LEVELS[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(prefix === '' ? file : `${prefix}/${file}`) },
          region: { startLine: line, startColumn: column },
        },
        logicalLocations: [{ fullyQualifiedName: pointer, kind: 'member' }],
      },
    ],
  };
}

/** `gate10 vulnerabilities`: what scanners reported, against the policy. No scanner is run here. */
import path from 'node:path';
import type { Command } from 'commander';
import { sha256Hex } from '../contract/canonical.ts';
import { loadPolicy } from '../contract/load-policy.ts';
import { InputError } from '../errors.ts';
import type { SuiteCheck } from '../record/suite.ts';
import { judgeFindings, unusedWaivers } from '../record/vulnerabilities/judge-findings.ts';
import { mergeFindings } from '../record/vulnerabilities/merge-findings.ts';
import { type ReadReport, readReport } from '../record/vulnerabilities/read-report.ts';
import { type CliContext, contractsDir } from './context.ts';
import { endSuite, repositoryState, type SuiteOutput } from './suite-output.ts';

/** Exit codes: 0 nothing blocks · 1 something does · 2 a file is no report, or the policy is wrong · 3 it is not known. */
export function registerVulnerabilities(program: Command, context: CliContext): void {
  program
    .command('vulnerabilities')
    .description('judge the reports of scanners: npm audit, Trivy, OSV-Scanner, bandit, safety (JSON), SARIF')
    .argument('<files...>', 'what the scanners wrote')
    .option('--json', 'print the record as JSON')
    .option('--no-record', 'leave no record of this run')
    .action((files: string[], options: SuiteOutput) => judge(files, options, context));
}

const DAY_MS = 86_400_000;

interface Read {
  readonly name: string;
  readonly result: ReadReport;
}

async function judge(files: readonly string[], options: SuiteOutput, context: CliContext): Promise<void> {
  const startedAt = context.now().toISOString();
  const policy = loadPolicy(contractsDir(context));
  const names = [...new Set(files)];
  const reads = names.map((name): Read => {
    const file = path.resolve(context.cwd, name);
    return { name, result: readReport(file, name, policy.vulnerabilities) };
  });
  const problems = reads.flatMap(({ result }) => (result.outcome === 'wrong' ? result.problems : []));
  if (problems.length > 0) throw new InputError(problems);
  const findings = reads.flatMap(({ result }) => (result.outcome === 'read' ? result.report.findings : []));
  const merged = mergeFindings(findings);
  const { maxAge } = policy.vulnerabilities;
  const checks = [
    ...reads.map((read) => toCheck(read, context.now(), maxAge)),
    ...judgeFindings(merged, policy, context.now()),
  ];
  const inputs = reads.flatMap(({ name, result }) =>
    result.outcome === 'read' ? [{ file: name, sha256: sha256Hex(result.bytes) }] : [],
  );
  const summary = summarise(merged.length, findings.length, names.length, unusedWaivers(merged, policy));
  const state = await repositoryState(context.cwd, context);
  endSuite({ suite: 'vulnerabilities', startedAt, checks, inputs, ...state }, summary, options, context);
}

function summarise(findings: number, before: number, reports: number, unused: readonly string[]): string {
  const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  const once = before > findings ? ` (${before} before the same were counted once)` : '';
  const waivers = unused.length === 0 ? '' : ` Waivers about none of them: ${unused.join(', ')}.`;
  return `${count(findings, 'finding')} in ${count(reports, 'report')}${once}.${waivers}`;
}

/** Whether the report says that nothing else is there. */
function toCheck({ name, result }: Read, now: Date, maxAgeMs: number): SuiteCheck {
  const check = { name: `report ${name}`, file: name };
  if (result.outcome !== 'read') {
    const why = result.outcome === 'nothing' ? result.why : 'it is no report';
    return { ...check, status: 'inconclusive', reason: 'not-run', message: `${name}: nothing is known, ${why}.` };
  }
  const { tool, findings, doubts, madeAt } = result.report;
  const extra = { tool, findings: findings.length, madeAt };
  if (doubts.length > 0) {
    const message = `${name} (${tool}): ${doubts.join('; ')}.`;
    return { ...check, status: 'inconclusive', reason: 'insufficient', message, extra };
  }
  const ageDays = daysBetween(madeAt, now);
  if (ageDays !== undefined && ageDays > maxAgeMs / DAY_MS) {
    const message = `${name} (${tool}): made on ${madeAt}, ${Math.floor(ageDays)} days ago; ${maxAgeMs / DAY_MS} are allowed. Scan again.`;
    return { ...check, status: 'inconclusive', reason: 'stale', message, extra };
  }
  return { ...check, status: 'passed', message: `${name} (${tool}): read, ${findings.length} findings.`, extra };
}

/** A time without a zone (safety 2) is taken for UTC; undefined = not known. */
function daysBetween(madeAt: string | undefined, now: Date): number | undefined {
  if (madeAt === undefined) return undefined;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(madeAt);
  const madeMs = Date.parse(hasZone ? madeAt : `${madeAt.replace(' ', 'T')}Z`);
  return Number.isNaN(madeMs) ? undefined : (now.getTime() - madeMs) / DAY_MS;
}

/** `npm audit --json`, report version 2 (npm 7 and later). */
import { z } from 'zod';
import { isMapping } from '../json-report.ts';
import { ADVISORY, type Finding, named } from './finding.ts';
import { defineReader } from './reader.ts';
import { firstKnown, fromScore, fromWord, type SeverityScale } from './severity.ts';

const advisory = z.looseObject({
  source: z.union([z.number(), z.string()]).optional(),
  name: z.string(),
  title: z.string().optional(),
  url: z.string().nullish(),
  severity: z.string(),
  cvss: z.looseObject({ score: z.number() }).nullish(),
});

const vulnerable = z.looseObject({
  name: z.string(),
  severity: z.string(),
  via: z.array(z.union([z.string(), advisory])),
  nodes: z.array(z.string()).default([]),
  fixAvailable: z.union([z.boolean(), z.looseObject({ name: z.string(), version: z.string() })]).optional(),
});
type Vulnerable = z.output<typeof vulnerable>;

const schema = z.looseObject({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(z.string(), vulnerable),
  metadata: z.looseObject({
    vulnerabilities: z.looseObject({ total: z.int() }),
    dependencies: z.looseObject({ total: z.int() }),
  }),
});

export const npmAudit = defineReader({
  format: 'npm audit',
  recognises: (document) => isMapping(document) && 'auditReportVersion' in document,
  schema,
  read: (report, scale) => {
    const packages = Object.values(report.vulnerabilities);
    const { vulnerabilities, dependencies } = report.metadata;
    const doubts: string[] = [];
    if (dependencies.total === 0 && packages.length === 0) doubts.push('it looked at no dependency');
    if (vulnerabilities.total > packages.length) {
      doubts.push(`it counts ${vulnerabilities.total} vulnerable packages and lists ${packages.length}`);
    }
    const findings = packages.flatMap((one) => toFindings(one, report.vulnerabilities, scale));
    return { tool: 'npm audit', findings, doubts };
  },
});

/** A text in `via` names another package of the report, where the advisory is; one that leads nowhere is a finding itself. */
function toFindings(one: Vulnerable, all: Readonly<Record<string, Vulnerable>>, scale: SeverityScale): Finding[] {
  const own = one.via.filter((via) => typeof via !== 'string');
  const fixedIn = typeof one.fixAvailable === 'object' ? [`${one.fixAvailable.name} ${one.fixAvailable.version}`] : [];
  const common = { package: one.name, versions: [], fixedIn, tools: ['npm audit'] };
  const isExplained = own.length > 0 || one.via.some((via) => typeof via === 'string' && Object.hasOwn(all, via));
  if (!isExplained) return [{ ...named([`npm:${one.name}`]), severity: fromWord(one.severity), ...common }];
  return own.map(({ source, name, title, url, severity, cvss }) => {
    // npm writes a score of 0 where there is none
    const score = cvss?.score || undefined;
    return {
      ...named([...((url ?? '').match(ADVISORY) ?? []), source === undefined ? undefined : `npm:${source}`]),
      severity: firstKnown(fromWord(severity), fromScore(score, scale)),
      ...common,
      cvss: score,
      title,
      package: name,
    };
  });
}

/** `safety scan --output json` (safety 3), `safety check --output json` (safety 2), and the list of safety 1. */
import { z } from 'zod';
import { isMapping } from '../json-report.ts';
import { type Finding, named } from './finding.ts';
import { defineReader } from './reader.ts';
import { firstKnown, fromScore, fromWord, type SeverityScale } from './severity.ts';

const cvss = z.looseObject({ base_score: z.number().nullish(), base_severity: z.string().nullish() }).nullish();
const rated = z.looseObject({ cvssv2: cvss, cvssv3: cvss }).nullish();

const known = z.looseObject({
  id: z.union([z.string(), z.number()]).transform(String),
  cve: z.looseObject({ name: z.string().nullish(), cvssv2: cvss, cvssv3: cvss }).nullish(),
  ignored: z.looseObject({ reason: z.string().nullish() }).nullish(),
});

const specification = z.looseObject({
  raw: z.string(),
  vulnerabilities: z
    .looseObject({
      known_vulnerabilities: z.array(known),
      remediation: z
        .looseObject({ recommended: z.string().nullish(), vulnerabilities_found: z.int().nullish() })
        .nullish(),
    })
    .nullish(),
});

const file = z.looseObject({
  location: z.string(),
  results: z.looseObject({
    dependencies: z.array(z.looseObject({ name: z.string(), specifications: z.array(specification) })),
  }),
});

const scanSchema = z.looseObject({
  meta: z.looseObject({ timestamp: z.string().optional() }).optional(),
  scan_results: z.looseObject({
    files: z.array(file).nullish(),
    projects: z.array(z.looseObject({ files: z.array(file).nullish() })).nullish(),
  }),
});

export const safetyScan = defineReader({
  format: 'safety scan',
  recognises: (document) => isMapping(document) && 'scan_results' in document,
  schema: scanSchema,
  read: ({ meta, scan_results: scan }, scale) => {
    const files = [...(scan.files ?? []), ...(scan.projects ?? []).flatMap(({ files: list }) => list ?? [])];
    const findings = files.flatMap(({ location, results }) =>
      results.dependencies.flatMap(({ name, specifications }) =>
        specifications.flatMap((one) => fromSpecification(one, name, location, scale)),
      ),
    );
    // safety lists affected dependencies only, and every file that it looked at
    const doubts = files.length === 0 ? ['it looked at no file'] : [];
    const specifications = files.flatMap(({ results }) => results.dependencies.flatMap((one) => one.specifications));
    for (const { raw, vulnerabilities } of specifications) {
      const counted = vulnerabilities?.remediation?.vulnerabilities_found ?? 0;
      const listed = vulnerabilities?.known_vulnerabilities.length ?? 0;
      if (counted > listed) doubts.push(`it counts ${counted} vulnerabilities in ${raw} and lists ${listed}`);
      else if (!vulnerabilities) doubts.push(`it names ${raw} and says nothing about its vulnerabilities`);
    }
    return { tool: 'safety', findings, madeAt: meta?.timestamp, doubts };
  },
});

function fromSpecification(
  { raw, vulnerabilities }: z.output<typeof specification>,
  name: string,
  location: string,
  scale: SeverityScale,
): Finding[] {
  const recommended = vulnerabilities?.remediation?.recommended;
  const version = /==\s*([^\s;,]+)/.exec(raw)?.[1];
  return (vulnerabilities?.known_vulnerabilities ?? []).map(({ id, cve, ignored }) => ({
    ...named([cve?.name, `safety:${id}`]),
    ...toRating(cve, scale),
    package: name,
    versions: version === undefined ? [] : [version],
    fixedIn: recommended ? [recommended] : [],
    file: location,
    tools: ['safety'],
    ...(ignored ? { suppressed: ignored.reason ?? '' } : {}),
  }));
}

const checked = z.looseObject({
  vulnerability_id: z.union([z.string(), z.number()]).transform(String),
  package_name: z.string(),
  analyzed_version: z.string().nullish(),
  fixed_versions: z.array(z.string()).nullish(),
  CVE: z.string().nullish(),
  severity: rated,
  ignored: z.boolean().nullish(),
  ignored_reason: z.string().nullish(),
});

const checkSchema = z.looseObject({
  report_meta: z.looseObject({
    timestamp: z.string().optional(),
    packages_found: z.int(),
    vulnerabilities_found: z.int().nullish(),
  }),
  vulnerabilities: z.array(checked),
  ignored_vulnerabilities: z.array(checked).nullish(),
});

export const safetyCheck = defineReader({
  format: 'safety check',
  recognises: (document) => isMapping(document) && 'report_meta' in document,
  schema: checkSchema,
  read: ({ report_meta: meta, vulnerabilities, ignored_vulnerabilities: ignored }, scale) => {
    const doubts = meta.packages_found === 0 ? ['it looked at no package'] : [];
    const counted = meta.vulnerabilities_found ?? 0;
    if (counted > vulnerabilities.length) {
      doubts.push(`it counts ${counted} vulnerabilities and lists ${vulnerabilities.length}`);
    }
    const findings = [...vulnerabilities, ...(ignored ?? [])].map((one) => fromChecked(one, scale));
    return { tool: 'safety', findings, madeAt: meta.timestamp, doubts };
  },
});

function fromChecked(one: z.output<typeof checked>, scale: SeverityScale): Finding {
  return {
    ...named([one.CVE, `safety:${one.vulnerability_id}`]),
    ...toRating(one.severity, scale),
    package: one.package_name,
    versions: one.analyzed_version ? [one.analyzed_version] : [],
    fixedIn: one.fixed_versions ?? [],
    tools: ['safety'],
    ...(one.ignored ? { suppressed: one.ignored_reason ?? '' } : {}),
  };
}

/** Package, affected versions, installed version, advisory, id; later versions add the CVE. */
const listed = z.tuple([z.string(), z.string(), z.string(), z.string(), z.coerce.string()], z.unknown());

export const safetyList = defineReader({
  format: 'safety check (version 1)',
  recognises: (document) => Array.isArray(document) && document.every((one) => Array.isArray(one)),
  schema: z.array(listed),
  read: (list) => ({
    tool: 'safety',
    findings: list.map(([name, , version, title, id, ...rest]): Finding => {
      const cve = rest.find((value) => typeof value === 'string' && value.startsWith('CVE-'));
      const ids = named([typeof cve === 'string' ? cve : undefined, `safety:${id}`]);
      return { ...ids, severity: 'unknown', title, package: name, versions: [version], fixedIn: [], tools: ['safety'] };
    }),
    doubts: list.length === 0 ? ['an empty list does not say that it looked at any package'] : [],
  }),
});

function toRating(
  found: { cvssv2?: z.output<typeof cvss>; cvssv3?: z.output<typeof cvss> } | null | undefined,
  scale: SeverityScale,
): Pick<Finding, 'severity' | 'cvss'> {
  const best = found?.cvssv3 ?? found?.cvssv2;
  const score = best?.base_score ?? undefined;
  return { severity: firstKnown(fromWord(best?.base_severity), fromScore(score, scale)), cvss: score };
}

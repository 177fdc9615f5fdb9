/** `trivy --format json`, SchemaVersion 2: images, file systems, repositories, and clusters (`trivy k8s`). */
import { z } from 'zod';
import { isMapping } from '../json-report.ts';
import { ADVISORY, type Finding, named } from './finding.ts';
import { defineReader } from './reader.ts';
import { firstKnown, fromScore, fromWord, type SeverityScale } from './severity.ts';

const cvss = z.looseObject({ V3Score: z.number().optional(), V40Score: z.number().optional() });
const lines = { StartLine: z.int().optional() };

const vulnerability = z.looseObject({
  VulnerabilityID: z.string(),
  PkgName: z.string(),
  PkgIdentifier: z.looseObject({ PURL: z.string().optional() }).optional(),
  InstalledVersion: z.string().optional(),
  FixedVersion: z.string().optional(),
  Status: z.string().optional(),
  Severity: z.string().optional(),
  Title: z.string().optional(),
  VendorIDs: z.array(z.string()).nullish(),
  References: z.array(z.string()).nullish(),
  DataSource: z.looseObject({ ID: z.string().optional() }).nullish(),
  CVSS: z.record(z.string(), cvss).nullish(),
});
const misconfiguration = z.looseObject({
  ID: z.string(),
  Title: z.string().optional(),
  Severity: z.string().optional(),
  Status: z.string().optional(),
  CauseMetadata: z.looseObject(lines).optional(),
});
const secret = z.looseObject({
  RuleID: z.string(),
  Title: z.string().optional(),
  Severity: z.string().optional(),
  ...lines,
});

const result = z.looseObject({
  Target: z.string(),
  Vulnerabilities: z.array(vulnerability).nullish(),
  Misconfigurations: z.array(misconfiguration).nullish(),
  Secrets: z.array(secret).nullish(),
});
type Result = z.output<typeof result>;

const results = z.array(result).nullish();
const metadata = z.looseObject({ OS: z.looseObject({ EOSL: z.boolean().optional() }).nullish() });
const metadatas = z.union([metadata, z.array(metadata)]).nullish();
const resources = z
  .array(z.looseObject({ Results: results, Metadata: metadatas, Error: z.string().optional() }))
  .nullish();
const schema = z.looseObject({
  SchemaVersion: z.literal(2).optional(),
  CreatedAt: z.string().optional(),
  ArtifactName: z.string().optional(),
  ClusterName: z.string().optional(),
  Metadata: metadatas,
  Results: results,
  // of a cluster; the last two are of older versions
  Resources: resources,
  Findings: resources,
  Vulnerabilities: resources,
  Misconfigurations: resources,
});

export const trivy = defineReader({
  format: 'Trivy',
  recognises: (document) => isMapping(document) && ('ArtifactName' in document || 'ClusterName' in document),
  schema,
  read: (report, scale) => {
    const { Resources, Findings, Vulnerabilities, Misconfigurations } = report;
    const parts = [Resources, Findings, Vulnerabilities, Misconfigurations].flatMap((list) => list ?? []);
    const read = [report, ...parts].flatMap(({ Results }) => Results ?? []);
    const errors = parts.flatMap(({ Error: message }) => (message ? [message] : []));
    const doubts = errors.map((message) => `a part could not be scanned (${message})`);
    if (read.length === 0) doubts.push('it looked at nothing: there are no "Results"');
    if ([report, ...parts].some(({ Metadata }) => [Metadata ?? []].flat().some(({ OS }) => OS?.EOSL))) {
      doubts.push('the operating system has reached its end of life, nobody reports its vulnerabilities any more');
    }
    const findings = read.flatMap((one) => toFindings(one, scale));
    return { tool: 'trivy', findings, madeAt: report.CreatedAt, doubts };
  },
});

function toFindings(one: Result, scale: SeverityScale): Finding[] {
  const common = { file: one.Target, tools: ['trivy'], versions: [], fixedIn: [] };
  return [
    ...(one.Vulnerabilities ?? [])
      .filter(({ Status: status }) => status !== 'not_affected')
      .map((found): Finding => ({ ...common, ...fromVulnerability(found, scale) })),
    ...(one.Misconfigurations ?? [])
      .filter(({ Status: status }) => status === undefined || status === 'FAIL')
      .map(({ ID, Title, Severity, CauseMetadata }): Finding => {
        return {
          ...common,
          ...named([ID]),
          severity: fromWord(Severity),
          title: Title,
          line: CauseMetadata?.StartLine,
        };
      }),
    ...(one.Secrets ?? []).map(({ RuleID, Title, Severity, StartLine }): Finding => {
      return { ...common, ...named([RuleID]), severity: fromWord(Severity), title: Title, line: StartLine };
    }),
  ];
}

function fromVulnerability(found: z.output<typeof vulnerability>, scale: SeverityScale) {
  const scores = Object.values(found.CVSS ?? {}).flatMap(({ V3Score, V40Score }) => [V3Score ?? V40Score ?? []].flat());
  const score = scores.length === 0 ? undefined : Math.max(...scores);
  return {
    ...named([found.VulnerabilityID, ...sameAdvisory(found)]),
    severity: firstKnown(fromWord(found.Severity), fromScore(score, scale)),
    cvss: score,
    title: found.Title,
    package: found.PkgName,
    purl: found.PkgIdentifier?.PURL,
    versions: found.InstalledVersion === undefined ? [] : [found.InstalledVersion],
    fixedIn: (found.FixedVersion ?? '').split(/,\s*/).filter(Boolean),
  };
}

/** Trivy lists related advisories too; of GitHub's own database, the one GHSA that is referred to is the same one. */
function sameAdvisory({ VendorIDs, References, DataSource }: z.output<typeof vulnerability>): readonly string[] {
  const vendor = (VendorIDs ?? []).filter((id) => id.startsWith('GHSA-'));
  if (vendor.length > 0 || DataSource?.ID !== 'ghsa') return vendor;
  const referred = (References ?? []).flatMap((url) => url.match(ADVISORY) ?? []).filter((id) => /^GHSA-/i.test(id));
  const once = [...new Set(referred)];
  return once.length === 1 ? once : [];
}

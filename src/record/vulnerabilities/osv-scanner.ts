/** `osv-scanner --format json`, versions 1 and 2. */
import { z } from 'zod';
import { isMapping } from '../json-report.ts';
import { type Finding, named } from './finding.ts';
import { defineReader } from './reader.ts';
import { firstKnown, fromScore, fromWord, type SeverityScale } from './severity.ts';

const event = z.looseObject({ fixed: z.string().optional() });
const affected = z.looseObject({
  package: z.looseObject({ name: z.string(), purl: z.string().optional() }).optional(),
  ranges: z.array(z.looseObject({ type: z.string().optional(), events: z.array(event).default([]) })).nullish(),
});
const vulnerability = z.looseObject({
  id: z.string(),
  aliases: z.array(z.string()).nullish(),
  summary: z.string().optional(),
  affected: z.array(affected).nullish(),
  database_specific: z.looseObject({ severity: z.unknown().optional() }).nullish(),
});
type Vulnerability = z.output<typeof vulnerability>;

const scanned = z.looseObject({
  package: z.looseObject({ name: z.string(), version: z.string().optional(), ecosystem: z.string().optional() }),
  vulnerabilities: z.array(vulnerability).nullish(),
  groups: z
    .array(
      z.looseObject({
        ids: z.array(z.string()).min(1),
        aliases: z.array(z.string()).nullish(),
        max_severity: z.string().optional(),
      }),
    )
    .nullish(),
});
type Scanned = z.output<typeof scanned>;

const schema = z.looseObject({
  results: z.array(
    z.looseObject({ source: z.looseObject({ path: z.string() }), packages: z.array(scanned).nullish() }),
  ),
});

export const osvScanner = defineReader({
  format: 'OSV-Scanner',
  recognises: (document) =>
    isMapping(document) &&
    Array.isArray(document['results']) &&
    !('metrics' in document) &&
    document['results'].every((one) => isMapping(one) && 'source' in one),
  schema,
  read: ({ results }, scale) => {
    const packages = results.flatMap(({ source, packages: list }) =>
      (list ?? []).map((one) => ({ file: source.path, one })),
    );
    const doubts =
      packages.length === 0
        ? ['it does not say that it looked at any package (run osv-scanner with --all-packages, so that it does)']
        : [];
    return { tool: 'osv-scanner', findings: packages.flatMap(({ file, one }) => toFindings(one, file, scale)), doubts };
  },
});

/** One for each group of advisories that osv-scanner holds for the same; for each advisory where it makes no groups. */
function toFindings(
  { package: found, vulnerabilities, groups }: Scanned,
  file: string,
  scale: SeverityScale,
): Finding[] {
  const all = vulnerabilities ?? [];
  const grouped = new Set((groups ?? []).flatMap(({ ids }) => ids));
  const alone = all
    .filter(({ id }) => !grouped.has(id))
    .map(({ id }) => ({ ids: [id], aliases: [], max_severity: '' }));
  return [...(groups ?? []), ...alone].map((group): Finding => {
    const members = all.filter(({ id }) => group.ids.includes(id));
    const score = /^\d/.test(group.max_severity ?? '') ? Number.parseFloat(group.max_severity ?? '') : undefined;
    return {
      ...named([...group.ids, ...(group.aliases ?? []), ...members.flatMap(({ aliases }) => aliases ?? [])]),
      severity: firstKnown(fromScore(score, scale), ...members.map(severityOf)),
      cvss: score,
      title: members.find(({ summary }) => summary)?.summary,
      package: found.name,
      purl: members.flatMap((one) => affectedOf(one, found.name)).find(({ package: of }) => of?.purl)?.package?.purl,
      versions: found.version ? [found.version] : [],
      fixedIn: [...new Set(members.flatMap((one) => fixesOf(one, found.name)))],
      file,
      tools: ['osv-scanner'],
    };
  });
}

/** GitHub's database says a word; OpenSSF's list of malicious packages none, and each of them is as bad as can be. */
function severityOf({ id, aliases, database_specific: extra }: Vulnerability): Finding['severity'] {
  if ([id, ...(aliases ?? [])].some((name) => name.startsWith('MAL-'))) return 'critical';
  return typeof extra?.severity === 'string' ? fromWord(extra.severity) : 'unknown';
}

function affectedOf({ affected: list }: Vulnerability, name: string) {
  return (list ?? []).filter(({ package: of }) => of?.name === name);
}

/** Versions; commits (ranges of type GIT) say nothing to a person. */
function fixesOf(one: Vulnerability, name: string): string[] {
  return affectedOf(one, name)
    .flatMap(({ ranges }) => ranges ?? [])
    .filter(({ type }) => type !== 'GIT')
    .flatMap(({ events }) => events.flatMap(({ fixed }) => (fixed === undefined ? [] : [fixed])));
}

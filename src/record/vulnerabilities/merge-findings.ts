/** The same vulnerability, found by several scanners, is one. */
import { SEVERITIES } from '../../contract/policy-schema.ts';
import { ADVISORY, type Finding, named } from './finding.ts';

/**
 * Same = an advisory id in common, in the same package (a scanner that names no package is taken for any); what has no
 * advisory id: the same rule in the same place. The worst severity counts. Ordered: worst first, then by id.
 */
export function mergeFindings(findings: readonly Finding[]): readonly Finding[] {
  const merged: Finding[] = [];
  const byKey = new Map<string, Set<number>>();
  // those with a package first, so that the order of the reports does not matter
  const inOrder = [...findings].sort((a, b) => Number(a.package === undefined) - Number(b.package === undefined));
  for (const finding of inOrder) {
    const keys = keysOf(finding);
    const candidates = [...new Set(keys.flatMap((key) => [...(byKey.get(key) ?? [])]))].sort((a, b) => a - b);
    const same = candidates.find((index) => isSamePackage(merged[index], finding));
    const index = same ?? merged.length;
    const before = merged[index];
    const now = before === undefined ? finding : join(before, finding);
    merged[index] = now;
    for (const key of keysOf(now)) byKey.set(key, (byKey.get(key) ?? new Set()).add(index));
  }
  return merged.sort((a, b) => rank(a) - rank(b) || compare(a.id, b.id) || compare(a.package ?? '', b.package ?? ''));
}

function keysOf(finding: Finding): readonly string[] {
  const advisories = [finding.id, ...finding.aliases].filter(isAdvisory);
  if (advisories.length > 0) return advisories;
  return [[finding.id, finding.file === undefined ? '' : plainPath(finding.file), finding.line ?? ''].join('\n')];
}

function isAdvisory(name: string): boolean {
  return name.match(ADVISORY)?.[0] === name;
}

function isSamePackage(a: Finding | undefined, b: Finding): boolean {
  if (a?.package === undefined || b.package === undefined) return true;
  return plainName(a.package) === plainName(b.package);
}

/** PEP 503: a run of `-`, `_` and `.` in the name of a Python package is the same as one `-`; npm has no capitals. */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** `file:///src/src/a.py`, `./a.py` and `a.py` may be the same file: what is certain is cut off. */
function plainPath(file: string): string {
  return file.replace(/^file:\/\//, '').replace(/^(?:\.\/)+/, '');
}

function join(a: Finding, b: Finding): Finding {
  const all = <T>(one: readonly T[], other: readonly T[]): T[] => [...new Set([...one, ...other])];
  const scores = [a.cvss, b.cvss].filter((score) => score !== undefined);
  // told to ignore by all of them, or by none
  const isSuppressed = a.suppressed !== undefined && b.suppressed !== undefined;
  const { suppressed: _, ...rest } = a;
  return {
    ...b,
    ...dropUndefined(rest),
    ...named([a.id, ...a.aliases, b.id, ...b.aliases]),
    severity: rank(a) <= rank(b) ? a.severity : b.severity,
    cvss: scores.length === 0 ? undefined : Math.max(...scores),
    versions: all(a.versions, b.versions),
    fixedIn: all(a.fixedIn, b.fixedIn),
    tools: all(a.tools, b.tools),
    suppressed: isSuppressed ? (a.suppressed ?? b.suppressed) : undefined,
  };
}

function dropUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Partial<T>;
}

/** An unknown severity comes last: where another scanner knows it, that counts. */
function rank({ severity }: Finding): number {
  return SEVERITIES.indexOf(severity);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Findings against the policy: what blocks, what a waiver lets pass, what is only shown. */
import type { Policy } from '../../contract/load-policy.ts';
import type { Waiver } from '../../contract/waiver-schema.ts';
import type { SuiteCheck } from '../suite.ts';
import type { Finding } from './finding.ts';

/** One check for each finding. `now` decides which waivers hold. */
export function judgeFindings(findings: readonly Finding[], policy: Policy, now: Date): readonly SuiteCheck[] {
  return findings.map((finding) => {
    const { id, aliases, severity, cvss, title, package: of, purl, versions, fixedIn, file, line, tools } = finding;
    const waivers = policy.waivers.filter((waiver) => isAbout(waiver, finding));
    const extra = { id, aliases, severity, cvss, title, package: of, purl, versions, fixedIn, tools };
    return {
      name: [id, of ?? file ?? '', line ?? ''].filter((part) => part !== '').join(' '),
      ...judge(finding, waivers, policy.vulnerabilities, now),
      file,
      line,
      extra,
    };
  });
}

/** Waivers that are about none of these findings: their reports were not given, or they can go. */
export function unusedWaivers(findings: readonly Finding[], { waivers }: Policy): readonly string[] {
  return waivers
    .filter((waiver) => waiver.covers === 'vulnerability' && !findings.some((finding) => isAbout(waiver, finding)))
    .map(({ id }) => id);
}

type Judged = Pick<SuiteCheck, 'status' | 'reason' | 'message'>;

function judge(
  finding: Finding,
  waivers: readonly Waiver[],
  { severities, suppressions }: Policy['vulnerabilities'],
  now: Date,
): Judged {
  const what = describeFinding(finding);
  const action = severities[finding.severity];
  if (action === 'report') return { status: 'passed', message: `${what}: reported only.` };
  if (finding.suppressed !== undefined && suppressions === 'accept') {
    const why = finding.suppressed === '' ? 'without a reason' : finding.suppressed;
    return { status: 'warned', message: `${what}: the scanner was told to ignore it (${why}).` };
  }
  const { held, notes } = sortWaivers(waivers, now);
  if (action === 'block') {
    const note = waivers.length > 0 ? ` A waiver does not cover severity ${finding.severity}.` : '';
    return { status: 'failed', message: `${what}: blocks. ${toMend(finding)}${note}` };
  }
  if (held !== undefined) {
    const terms = `waived by ${held.id} until ${held.expires} (${held.reason} Owner ${held.owner}, approved by ${held.approvedBy})`;
    return { status: 'warned', message: `${what}: ${terms}.` };
  }
  const message = `${what}: needs a waiver. ${toMend(finding)}${notes}`;
  if (finding.severity === 'unknown') return { status: 'inconclusive', reason: 'insufficient', message };
  return { status: 'failed', message };
}

/** A waiver of a package or file covers no finding that does not say its own. */
function isAbout(waiver: Waiver, { id, aliases, package: of, file }: Finding): boolean {
  if (waiver.covers !== 'vulnerability') return false;
  const names = [id, ...aliases].map((name) => name.toLowerCase());
  return (
    names.includes(waiver.finding.toLowerCase()) &&
    (waiver.package === undefined || waiver.package === of) &&
    (waiver.file === undefined || waiver.file === file)
  );
}

function sortWaivers(waivers: readonly Waiver[], now: Date): { held: Waiver | undefined; notes: string } {
  const today = now.toISOString().slice(0, 10);
  const held = waivers.find(({ granted, expires }) => granted <= today && today < expires);
  const notes = waivers.map(({ id, granted, expires }) =>
    today < granted ? ` The waiver ${id} begins on ${granted}.` : ` The waiver ${id} expired on ${expires}.`,
  );
  return { held, notes: held === undefined ? notes.join('') : '' };
}

function describeFinding({ id, aliases, severity, cvss, package: of, versions, file, line }: Finding): string {
  const names = aliases.length === 0 ? id : `${id} (${aliases.join(', ')})`;
  const score = cvss === undefined ? '' : ` ${cvss}`;
  const rated = severity === 'unknown' ? 'of unknown severity' : `${severity}${score}`;
  const where = of === undefined ? '' : ` in ${[of, ...versions].join(' ')}`;
  const place = file === undefined ? '' : ` at ${[file, line].filter((part) => part !== undefined).join(':')}`;
  return `${names}, ${rated}${where}${place}`;
}

function toMend({ fixedIn, package: of }: Finding): string {
  if (fixedIn.length > 0) return `Fixed in ${fixedIn.join(', ')}.`;
  return of === undefined ? 'Mend the code.' : 'No fixed version is known.';
}

/** One security header of one answer against its rule. */
import { type Answer, headerValues } from '../http/exchange.ts';
import type { HeaderRule, SecurityAuthority } from './security-authority.ts';

/** What is wrong, without subject ("does not send …"); undefined = as it should be, or not meant for this answer. */
export function headerFlaw(rule: HeaderRule, answer: Answer, authority: SecurityAuthority): string | undefined {
  if (!isMeant(rule, answer)) return undefined;
  if (rule.orDirective !== undefined && directivesOf(policiesOf(answer, false), rule.orDirective).length > 0) {
    return undefined;
  }
  const values = rule.scripts === undefined ? headerValues(answer, rule.name) : policiesOf(answer, true);
  if (values.every((value) => value.trim() === '')) return `does not send ${rule.name}`;
  const weakness = rule.scripts === undefined ? weaknessOf(rule, values) : scriptWeakness(values, authority);
  return weakness === undefined ? undefined : `sends a weak ${rule.name}: ${weakness}`;
}

/** A page, not an answer of an API that happens to have a body. */
export function isDocument(answer: Pick<Answer, 'contentType'>): boolean {
  return answer.contentType === 'text/html' || answer.contentType === 'application/xhtml+xml';
}

function isMeant({ for: scope }: HeaderRule, answer: Answer): boolean {
  switch (scope) {
    case 'any':
      return true;
    case 'https':
      return answer.url.startsWith('https:');
    case 'document':
      return isDocument(answer);
  }
}

function weaknessOf(rule: HeaderRule, values: readonly string[]): string | undefined {
  // Lists (two lines, or commas) count by their last known word, as browsers read referrer-policy.
  const words = values.flatMap((value) => value.split(',')).map((word) => word.trim().toLowerCase());
  const last = words.at(-1) ?? '';
  if (rule.minMaxAgeSeconds !== undefined) return ageWeakness(values[0] ?? '', rule.minMaxAgeSeconds);
  if (rule.oneOf !== undefined && !words.some((word) => rule.oneOf?.includes(word))) {
    return `"${last.slice(0, 80)}" is not ${rule.oneOf.join(' or ')}`;
  }
  return rule.noneOf?.includes(last) ? `"${last}"` : undefined;
}

/** The first header counts (RFC 6797 §8.1). */
function ageWeakness(value: string, minimum: number): string | undefined {
  const age = /(?:^|;)\s*max-age\s*=\s*"?(\d+)"?/i.exec(value)?.[1];
  if (age === undefined) return `"${value.slice(0, 80)}" has no max-age`;
  return Number(age) < minimum ? `max-age=${age} is less than ${minimum} seconds` : undefined;
}

/** Headers, and the meta elements that a page may have instead. */
function policiesOf(answer: Answer, withMeta: boolean): string[] {
  const headers = headerValues(answer, 'content-security-policy').flatMap((value) => value.split(','));
  if (!withMeta) return headers;
  const metas = answer.text().match(/<meta\b[^>]*http-equiv\s*=\s*["']?content-security-policy\b[^>]*>/gi) ?? [];
  const contents = metas.flatMap((meta) => {
    const [, double, single] = /\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(meta) ?? [];
    return double ?? single ?? [];
  });
  return [...headers, ...contents];
}

/** The sources of a directive in each policy that has it. */
function directivesOf(policies: readonly string[], name: string): string[][] {
  return policies.flatMap((policy) => {
    const parts = policy.split(';').map((part) => part.trim().toLowerCase().split(/\s+/));
    const found = parts.find(([directive]) => directive === name);
    return found === undefined ? [] : [found.slice(1)];
  });
}

/** Every policy has to allow a script, so one that restricts scripts is enough. */
function scriptWeakness(policies: readonly string[], { anyScript }: SecurityAuthority): string | undefined {
  const weaknesses = policies
    .filter((policy) => policy.trim() !== '')
    .map((policy) => {
      const [sources] = [...directivesOf([policy], 'script-src'), ...directivesOf([policy], 'default-src')];
      if (sources === undefined) return 'it says nothing of scripts (no script-src, no default-src)';
      const isStrict = sources.some((source) => /^'(?:nonce-|sha(?:256|384|512)-)/.test(source));
      const hostsOff = isStrict && sources.includes("'strict-dynamic'");
      const open = sources.filter(
        (source) => anyScript.includes(source) && !hostsOff && !(isStrict && source === "'unsafe-inline'"),
      );
      return open.length === 0 ? undefined : `scripts may come from ${open.join(' ')}`;
    });
  return weaknesses.some((weakness) => weakness === undefined) ? undefined : weaknesses[0];
}

import type { Environment } from './config.ts';

/** What the service runs under beside its variables; nothing of it is a secret. */
export interface Settings {
  readonly timezone: string;
  readonly locale: string;
  /** Feature flags by name. */
  readonly features: Readonly<Record<string, 'on' | 'off'>>;
  /** Names of flags that this release does not know. */
  readonly unknown: readonly string[];
}

const FLAGS = ['FEATURE_COACH'] as const;

/** Reads the flags (`FEATURE_…`, "on" unless "off") and the process's own time zone and locale. */
export function readSettings(env: Environment): Settings {
  const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
  const known = new Set<string>(FLAGS);
  return {
    timezone: timeZone,
    locale,
    features: Object.fromEntries(
      FLAGS.map((name) => [name.replace('FEATURE_', '').toLowerCase(), env[name] === 'off' ? 'off' : 'on']),
    ),
    unknown: Object.keys(env)
      .filter((name) => name.startsWith('FEATURE_') && !known.has(name))
      .sort(),
  };
}

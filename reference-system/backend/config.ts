import { readSettings, type Settings } from './settings.ts';
import { toVariableState, type VariableState } from './variable-state.ts';

export type { VariableState } from './variable-state.ts';

/** What one replica runs with; every value comes from the environment. */
export interface BackendConfig {
  readonly databaseUrl: string;
  readonly releaseDir: string;
  readonly gitSha: string;
  readonly instanceId: string;
  readonly environmentId: string;
  readonly aiBaseUrl: string;
  readonly aiApiKey: string;
  readonly uploadDir: string;
  readonly allowedOrigins: readonly string[];
  readonly sessionSecret: string;
  readonly rateLimitPerMinute: number;
  readonly authRateLimitPerMinute: number;
  /** binary logarithm of scrypt's N */
  readonly passwordCost: number;
  readonly settings: Settings;
}

/** What /__config says: a state for each required variable, and the settings. */
export type Attestation = Readonly<Record<string, VariableState | Settings>>;
export type Environment = Readonly<Record<string, string | undefined>>;

const MIN_SECRET_LENGTH = 16;
const DEFAULT_RATE_LIMIT_PER_MINUTE = 100_000;
const DEFAULT_AUTH_RATE_LIMIT_PER_MINUTE = 60;
const DEFAULT_PASSWORD_COST = 14;
/** Node keeps scrypt to 32 MiB unless told otherwise: 128 · N · r bytes. */
const MAX_PASSWORD_COST = 14;
const isUrl = (protocols: readonly string[]) => (value: string) =>
  URL.canParse(value) && protocols.includes(new URL(value).protocol);
const isOrigin = (value: string): boolean => URL.canParse(value) && new URL(value).origin === value;
const isSet = (): boolean => true;

/** The required variables and what makes each usable beyond being set. */
const REQUIRED: Readonly<Record<string, (value: string) => boolean>> = {
  AI_API_KEY: isSet,
  AI_BASE_URL: isUrl(['http:', 'https:']),
  ALLOWED_ORIGINS: (value) => toList(value).every(isOrigin),
  DATABASE_URL: isUrl(['postgres:', 'postgresql:']),
  ENVIRONMENT_ID: isSet,
  GIT_SHA: (value) => /^[0-9a-f]{40}$/.test(value),
  INSTANCE_ID: isSet,
  RELEASE_DIR: isSet,
  SESSION_SECRET: (value) => value.length >= MIN_SECRET_LENGTH,
  UPLOAD_DIR: isSet,
};

/** Says for each required variable whether it is usable; blank, placeholder and malformed values are not. */
export function attestConfig(env: Environment): Attestation {
  return { ...attestVariables(env), settings: readSettings(env) };
}

function attestVariables(env: Environment): Record<string, VariableState> {
  return Object.fromEntries(
    Object.entries(REQUIRED).map(([name, isValid]) => [name, toVariableState(env[name], isValid)]),
  );
}

/**
 * Reads the configuration; throws naming every variable that is missing or invalid, never its value. With
 * `CONFIG_CHECK=off` it takes what there is, as a program does that looks at nothing before it starts.
 */
export function readConfig(env: Environment): BackendConfig {
  const checked = env['CONFIG_CHECK'] !== 'off';
  const unusable = Object.entries(attestVariables(env)).filter(([, state]) => state !== 'present');
  const limits = {
    rateLimitPerMinute: toCount(env['RATE_LIMIT_PER_MINUTE'], DEFAULT_RATE_LIMIT_PER_MINUTE),
    authRateLimitPerMinute: toCount(env['AUTH_RATE_LIMIT_PER_MINUTE'], DEFAULT_AUTH_RATE_LIMIT_PER_MINUTE),
    passwordCost: toCount(env['PASSWORD_COST'], DEFAULT_PASSWORD_COST),
  };
  if (Number.isNaN(limits.rateLimitPerMinute)) unusable.push(['RATE_LIMIT_PER_MINUTE', 'invalid']);
  if (!(limits.passwordCost <= MAX_PASSWORD_COST)) unusable.push(['PASSWORD_COST', 'invalid']);
  if (Number.isNaN(limits.authRateLimitPerMinute)) unusable.push(['AUTH_RATE_LIMIT_PER_MINUTE', 'invalid']);
  if (checked && unusable.length > 0) {
    const names = unusable.map(([name, state]) => `${name} (${state})`).join(', ');
    throw new Error(`Failed to start the backend: ${names}. Set each to a real value in the environment.`);
  }
  // What is not checked is not mended either: a variable that is not there becomes the word for it.
  const value = (name: string): string => (checked ? (env[name] ?? '') : `${env[name]}`);
  return {
    databaseUrl: value('DATABASE_URL'),
    releaseDir: value('RELEASE_DIR'),
    gitSha: value('GIT_SHA'),
    instanceId: value('INSTANCE_ID'),
    environmentId: value('ENVIRONMENT_ID'),
    aiBaseUrl: value('AI_BASE_URL').replace(/\/+$/, ''),
    aiApiKey: value('AI_API_KEY'),
    uploadDir: value('UPLOAD_DIR'),
    allowedOrigins: toList(value('ALLOWED_ORIGINS')),
    sessionSecret: value('SESSION_SECRET'),
    ...limits,
    settings: readSettings(env),
  };
}

function toList(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function toCount(value: string | undefined, fallback: number): number {
  if (value === undefined || value.trim() === '') return fallback;
  return /^[1-9]\d*$/.test(value.trim()) ? Number(value) : Number.NaN;
}

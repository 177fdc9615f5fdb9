/** Which system the generic tests ask: `GATE10_TARGET`, or the reference backend in this process. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { journalPlace } from '../../../src/cli/journal-place.ts';
import { loadSystem } from '../../../src/contract/load-system.ts';
import { loadOpenApi, type OpenApiDocument } from '../../../src/contract/openapi.ts';
import { readContract } from '../../../src/contract/read-contract.ts';
import type { ResolvedSystem, SystemContract } from '../../../src/contract/schema.ts';
import { systemClock } from '../../../src/probe/clock.ts';
import { createJournal, type Journal } from '../../../src/probe/journal/journal.ts';
import { adoptEmbeddedSystem } from '../../support/embedded-system.ts';
import { createLineRecorder } from '../support/contract-check.ts';
import { type SystemOptions, startSystem, type TestSystem } from '../support/system.ts';
import { createSessions, type Sessions } from './session.ts';
import { createTarget, type Target } from './target.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const CONTRACTS = path.join(root, 'contracts');
/** One day and a bit: longer than a session of the reference system lives. */
const SESSION_OVER_MS = 25 * 60 * 60 * 1000;

export interface OpenTarget extends Target {
  readonly sessions: Sessions | undefined;
  /** Ends what was started and removes what was written. Returns what could not be removed. */
  stop(): Promise<readonly string[]>;
}

/** The API contracts that `system.yaml` names, by service; no environment is needed for them. */
export async function readDocuments(
  env: NodeJS.ProcessEnv = process.env,
): Promise<ReadonlyMap<string, OpenApiDocument>> {
  const folder = contractsFolder(env);
  const { services } = readContract(folder).document.value as Pick<SystemContract, 'services'>;
  const named = Object.entries(services).flatMap(([service, { openapi }]) =>
    openapi ? [[service, openapi] as const] : [],
  );
  return new Map(
    await Promise.all(named.map(async ([service, file]) => [service, await loadOpenApi(file, folder)] as const)),
  );
}

/** `GATE10_CONTRACTS` is of the environment that is asked; the backend in this process has its own. */
function contractsFolder(env: NodeJS.ProcessEnv): string {
  const named = env['GATE10_TARGET'] ? env['GATE10_CONTRACTS'] : undefined;
  return named ? path.resolve(named) : CONTRACTS;
}

/** The environment that `GATE10_TARGET` names; where it names none, the reference backend with a database of its own. */
export async function openTarget(env: NodeJS.ProcessEnv = process.env): Promise<OpenTarget> {
  const environment = env['GATE10_TARGET'];
  return environment ? openEnvironment(environment, env) : openInProcess({ observed: env['GATE10_OBSERVED'] });
}

export interface InProcessOptions extends Pick<SystemOptions, 'wrap' | 'alteration'> {
  /** Folder for what is seen; nowhere, where the backend is made to break its contract. */
  readonly observed?: string | undefined;
}

/** Every limit that keeps guessers out is lifted, and a hash of a password costs next to nothing. */
const UNLIMITED = { RATE_LIMIT_PER_MINUTE: '1000000', AUTH_RATE_LIMIT_PER_MINUTE: '1000000', PASSWORD_COST: '1' };

export interface HowOpened {
  /** Instead of those of contracts/openapi, by service. */
  readonly documents?: ReadonlyMap<string, OpenApiDocument>;
  /** Instead of what the environment allows. */
  readonly writes?: ResolvedSystem['environment']['writes'];
}

export interface InProcess {
  readonly running: TestSystem;
  /** Stopping it leaves the backend up. */
  open(how?: HowOpened): Promise<OpenTarget>;
  stop(): Promise<void>;
}

/** One backend, asked as often as one likes, under its own contract or under another. */
export async function startInProcess(options: InProcessOptions = {}): Promise<InProcess> {
  const { observed, ...changes } = options;
  const running = await startSystem({ env: UNLIMITED, ...changes });
  const system = loadInProcess(running.url);
  const record = createLineRecorder(observed);
  const expireSessions = (): void => running.advance(SESSION_OVER_MS);
  return {
    running,
    async open({ documents, writes = system.environment.writes } = {}) {
      const here = { ...system, environment: { ...system.environment, writes } };
      const own = { system: here, ...(documents && { documents }) };
      const target = await createTarget({ ...own, clock: systemClock(), run: newRun(), record, expireSessions });
      // What is written is gone with the database.
      return withSessions(target, createSessions(target, NO_JOURNAL));
    },
    stop: () => running.stop(),
  };
}

export async function openInProcess(options: InProcessOptions = {}): Promise<OpenTarget> {
  const backend = await startInProcess(options);
  const target = await backend.open();
  return {
    ...target,
    async stop() {
      const left = await target.stop();
      await backend.stop();
      return left;
    },
  };
}

function withSessions(target: Target, sessions: Sessions | undefined): OpenTarget {
  return {
    ...target,
    sessions,
    async stop() {
      const left = (await sessions?.close()) ?? [];
      target.close();
      return left;
    },
  };
}

const NO_JOURNAL: Journal = { open: () => ({ note: () => {}, close: () => {}, leave: () => {} }) };

async function openEnvironment(environment: string, env: NodeJS.ProcessEnv): Promise<OpenTarget> {
  if (environment === 'embedded') await adoptEmbeddedSystem(env);
  const system: ResolvedSystem = loadSystem({ contractsDir: contractsFolder(env), environment, env });
  const clock = systemClock();
  const record = createLineRecorder(env['GATE10_OBSERVED']);
  const target = await createTarget({ system, clock, run: newRun(), record });
  const place = journalPlace({ cwd: root, env, now: () => clock.now() });
  return withSessions(target, createSessions(target, createJournal(place)));
}

function newRun(): Target['run'] {
  const nonce = randomBytes(6).toString('hex');
  return { id: `gate10-${nonce}`, nonce };
}

function loadInProcess(url: string): ResolvedSystem {
  // The environment wants a CA; over plain HTTP any will do, and it is read here and now.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gate10-api-tests-'));
  try {
    const ca = path.join(folder, 'ca.pem');
    writeFileSync(ca, rootCertificates[0] ?? '');
    const env = { ...inProcessEnv(url), REFERENCE_CA: ca };
    const system = loadSystem({ contractsDir: CONTRACTS, environment: 'embedded', env });
    const { ca: _, ...tls } = system.environment.tls;
    return { ...system, environment: { ...system.environment, tls } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One address for front door and API; what only other layers ask is never reached. */
function inProcessEnv(url: string): Record<string, string> {
  return {
    REFERENCE_FRONT_DOOR: url,
    REFERENCE_FRONT_DOOR_HTTP: url,
    REFERENCE_API: url,
    REFERENCE_API_HTTP: url,
    REFERENCE_REPLICA_1: url,
    REFERENCE_REPLICA_2: url,
    REFERENCE_RESOLVER: '127.0.0.1',
    REFERENCE_REPOSITORY: '.',
    REFERENCE_COMMIT: '0'.repeat(40),
    REFERENCE_NONCE: 'in-process',
    REFERENCE_DEPLOYED_AT: '2026-01-01T00:00:00Z',
    REFERENCE_DATABASE_URL: 'postgresql://127.0.0.1/unused',
    REFERENCE_PROVIDER_URL: url,
    REFERENCE_PROVIDER_KEY: 'key-of-the-integration-tests',
  };
}

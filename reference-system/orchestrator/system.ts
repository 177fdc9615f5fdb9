import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../backend/migrate.ts';
import { buildFrontend } from '../frontend/build.ts';
import { fixtureHistory } from '../release/history.ts';
import { makeOldCode } from '../release/old-code.ts';
import { createRepository } from '../release/repository.ts';
import { type Cleanup, createCleanup } from './cleanup.ts';
import { type ControlActions, startControlServer } from './control-server.ts';
import { parseDeployRequest } from './deploy-request.ts';
import { toEnvironment } from './environment.ts';
import { applyFaults, type FaultParts } from './fault-switch.ts';
import { type Fault, parseFaults } from './faults.ts';
import { startDependencies, startEdge } from './infrastructure.ts';
import { createOldRelease } from './old-release.ts';
import { startReplica } from './replica.ts';
import { allReplicas, createRollout, type Rollout } from './rollout.ts';
import { type SystemState, statePath, writeState } from './state.ts';
import { type StateFolder, takeStateFolder } from './state-folder.ts';

/** What a system is started with. `progress` hears of each step; `databaseUrl` replaces the embedded database. */
export type SystemOptions = {
  stateDir: string;
  projectDir: string;
  databaseUrl: string | undefined;
  now: () => Date;
  pid: number;
  isRoot: boolean;
  progress: (line: string) => void;
};

/** A system in this process, or the one that runs in the state folder already. */
export type StartedSystem =
  | { kind: 'started'; state: () => SystemState; stop: () => Promise<void>; stopped: Promise<void> }
  | { kind: 'already-running'; state: () => SystemState };

/** Starts the whole system: release A is deployed first, then release B. On failure everything started is stopped. */
export async function startSystem(options: SystemOptions): Promise<StartedSystem> {
  const folder = await takeStateFolder(options.stateDir, options.pid);
  if ('running' in folder) return { kind: 'already-running', state: () => folder.running };
  const cleanup = createCleanup(options.progress);
  cleanup.add('the start lock', folder.release);
  try {
    return await startInFolder(options, folder, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function startInFolder(options: SystemOptions, folder: StateFolder, cleanup: Cleanup): Promise<StartedSystem> {
  const { stateDir, now, progress } = options;
  const startedAt = now().toISOString();
  const nonce = randomBytes(8).toString('hex');
  const controlToken = randomBytes(24).toString('base64url');
  const { rollout, faultParts, base } = await startParts(options, { nonce, controlToken }, cleanup);
  for (const name of ['A', 'B']) {
    progress(`deploying release ${name}`);
    await rollout.deploy(name, allReplicas);
  }
  const { promise: stopped, resolve: settleStopped } = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    // Whoever starts here next has to wait until everything is gone.
    stopping ??= folder
      .take()
      .catch((error: unknown) => progress(String(error)))
      .then(cleanup.run)
      .then(settleStopped);
    return stopping;
  };
  const control = await startControlServer(
    controlToken,
    toActions(
      rollout,
      faultParts,
      () => stateNow(),
      () => publishState(),
      () => void setImmediate(stop),
    ),
  );
  cleanup.add('the control API', control.stop);
  const stateNow = (): SystemState => ({
    schemaVersion: 1,
    nonce,
    pid: options.pid,
    startedAt,
    controlUrl: control.url,
    controlToken,
    ca: base.ca,
    repository: base.repository,
    env: toEnvironment(base, nonce, rollout),
    deployments: rollout.deployments(),
  });
  const publishState = (): Promise<void> => writeState(stateDir, stateNow());
  await publishState();
  cleanup.add('the state file', () => rm(statePath(stateDir), { force: true }));
  await folder.release();
  return { kind: 'started', state: stateNow, stop, stopped };
}

async function startParts(options: SystemOptions, secrets: { nonce: string; controlToken: string }, cleanup: Cleanup) {
  const { stateDir, projectDir, now, progress } = options;
  const cacheDir = join(projectDir, '.gate10', 'cache');
  const migrations = join(projectDir, 'reference-system', 'backend', 'migrations');
  progress('starting names, certificates, database and AI provider');
  const buildDir = buildFrontend({ outDir: join(stateDir, 'site'), cacheDir }).then((build) => build.dir);
  const [edge, dependencies, repository] = await Promise.all([
    startEdge(stateDir, now, cleanup),
    startDependencies({ ...options, cacheDir, controlToken: secrets.controlToken, migrations }, now, cleanup),
    createFixture(stateDir, projectDir, now()),
    buildDir,
  ]);
  const settings = {
    controlToken: secrets.controlToken,
    logDir: join(stateDir, 'logs'),
    env: {
      DATABASE_URL: dependencies.databaseUrl,
      ENVIRONMENT_ID: secrets.nonce,
      AI_BASE_URL: dependencies.provider.url,
      AI_API_KEY: dependencies.apiKey,
      UPLOAD_DIR: dependencies.storage.dir,
      ALLOWED_ORIGINS: `https://${edge.app.host}:${edge.app.httpsPort}`,
      // Every promise that writes has a user of its own; hashing must not be what the machine is busy with.
      PASSWORD_COST: '10',
      SESSION_SECRET: randomBytes(32).toString('base64url'),
      TZ: 'UTC',
      LANG: 'en_US.UTF-8',
    },
  };
  const rollout = createRollout({
    ...edge,
    repository,
    buildDir,
    now,
    nonce: secrets.nonce,
    startReplica: (release, index) => startReplica(settings, release, index),
    migrate: (dir) => migrateWith(dependencies.serverUrl, dir),
  });
  cleanup.add('the replicas', rollout.stop);
  const oldRelease = createOldRelease(async () =>
    startReplica(settings, await repository.checkoutRelease('A'), oldReleaseIndex),
  );
  cleanup.add('the old release', oldRelease.stop);
  let oldCode: Promise<string> | undefined;
  const faultParts: FaultParts = {
    ...edge,
    ...dependencies,
    oldRelease,
    sites: [edge.app, edge.api],
    setFrontendRoutes: (faults) => edge.routeFaults.replace(faults),
    replicas: rollout.replicas,
    // Both replicas ask for it at once.
    oldCode: () => (oldCode ??= makeOldCode(repository, join(stateDir, 'old-code'))),
  };
  const base = {
    ...edge,
    databaseUrl: dependencies.databaseUrl,
    provider: { url: dependencies.provider.url, key: dependencies.apiKey },
    ca: edge.authority.rootPath,
    repository: repository.path,
  };
  return { rollout, faultParts, base };
}

/** A place that no replica in service has. */
const oldReleaseIndex = 9;

async function createFixture(stateDir: string, projectDir: string, now: Date) {
  const history = await fixtureHistory({
    contract: join(projectDir, 'contracts', 'openapi', 'backend.yaml'),
    migrations: join(projectDir, 'reference-system', 'backend', 'migrations'),
    content: join(projectDir, 'reference-system', 'release', 'content'),
  });
  return createRepository(stateDir, history, now);
}

async function migrateWith(databaseUrl: string, dir: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  try {
    await migrate(pool, dir);
  } finally {
    await pool.end();
  }
}

function toActions(
  rollout: Rollout,
  parts: FaultParts,
  state: () => SystemState,
  publishState: () => Promise<void>,
  stop: () => void,
): ControlActions {
  let faults: Fault[] = [];
  const show = () => ({
    ...state(),
    faults,
    unmetFaults: [...parts.edgeFaults.app.unmet(), ...parts.edgeFaults.api.unmet()],
    providerCalls: parts.provider.calls(),
    replicas: rollout
      .replicas()
      .map(({ index, url, release, pid }) => ({ index, url, commit: release.commit, pid: pid() })),
  });
  const afterRollout = async () => {
    // New processes come up healthy; the faults that are set hold for them too.
    await applyFaults(parts, faults);
    await publishState();
    return show();
  };
  // A deployment meets the schema as its migrations left it, not as a fault has it.
  const healDatabase = () => parts.databaseFaults.apply({ faults: [], changes: [] });
  return {
    state: show,
    deploy: async (body) => {
      const { release, replicas } = parseDeployRequest(body);
      await healDatabase();
      await rollout.deploy(release, replicas);
      return afterRollout();
    },
    rollback: async () => {
      await healDatabase();
      await rollout.rollback();
      return afterRollout();
    },
    setFaults: async (body) => {
      const next = parseFaults((body as { faults?: unknown } | undefined)?.faults);
      faults = next;
      await applyFaults(parts, next);
      return show();
    },
    stop: () => {
      stop();
      return { stopping: true };
    },
  };
}

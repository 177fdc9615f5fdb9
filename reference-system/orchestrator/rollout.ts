import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrontendHost } from '../edge/frontend-host.ts';
import type { LoadBalancer } from '../edge/load-balancer.ts';
import { parseRedirects } from '../edge/redirects.ts';
import { readStaticFiles, type StaticFiles } from '../edge/static-files.ts';
import type { FixtureRepository, Release } from '../release/repository.ts';
import type { Replica } from './replica.ts';
import type { Deployment } from './state.ts';

/** What a rollout works on. `startReplica` and `migrate` are the system's own; `now` is its clock. */
export type RolloutParts = {
  repository: Pick<FixtureRepository, 'checkoutRelease'>;
  balancer: LoadBalancer;
  frontend: FrontendHost;
  buildDir: Promise<string>;
  startReplica: (release: Release, index: number) => Promise<Replica>;
  migrate: (dir: string) => Promise<void>;
  now: () => Date;
  nonce: string;
};

/** The releases in service. */
export type Rollout = {
  /** Deploys to all replicas, or to some: then it is no deployment yet, and the result is undefined. */
  deploy: (name: string, replicas: number[]) => Promise<Deployment | undefined>;
  /** Deploys the release that was in service before the present one. */
  rollback: () => Promise<Deployment | undefined>;
  deployments: () => Deployment[];
  replicas: () => Replica[];
  stop: () => Promise<void>;
};

export const allReplicas = [1, 2];

/** Makes an empty rollout: nothing is in service before the first deployment. */
export function createRollout(parts: RolloutParts): Rollout {
  const deployments: Deployment[] = [];
  const slots = new Map<number, Replica>();
  const deploy = async (name: string, indexes: number[]): Promise<Deployment | undefined> => {
    const release = await parts.repository.checkoutRelease(name);
    await parts.migrate(join(release.dir, 'migrations'));
    const old = await replaceReplicas(parts, slots, release, indexes);
    const complete = indexes.length === allReplicas.length;
    if (complete) await publishSite(parts, release);
    const deployment = complete ? toDeployment(release, deployments, parts) : undefined;
    if (deployment !== undefined) deployments.push(deployment);
    await Promise.all(old.map((replica) => replica.stop()));
    return deployment;
  };
  return {
    deploy,
    rollback: () => {
      const previous = deployments.at(-1)?.previousCommit;
      if (typeof previous === 'string') return deploy(previous, allReplicas);
      throw new Error('Failed to roll back: no other release was in service before. Deploy one first.');
    },
    deployments: () => [...deployments],
    replicas: () => [...slots.values()],
    stop: async () => {
      await Promise.all([...slots.values()].map((replica) => replica.stop()));
    },
  };
}

/** Starts the new processes, puts them into service, and returns the ones that they replace. */
async function replaceReplicas(
  parts: RolloutParts,
  slots: Map<number, Replica>,
  release: Release,
  indexes: number[],
): Promise<Replica[]> {
  const results = await Promise.allSettled(indexes.map((index) => startVerified(parts, release, index)));
  const started = results.filter((result) => result.status === 'fulfilled').map((result) => result.value);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    // What was in service stays in service: a failed start must not take the old release down.
    await Promise.all(started.map((replica) => replica.stop()));
    throw failed.reason;
  }
  const old = indexes.map((index) => slots.get(index)).filter((replica) => replica !== undefined);
  for (const replica of started) slots.set(replica.index, replica);
  const ordered = allReplicas.map((index) => slots.get(index)).filter((replica) => replica !== undefined);
  parts.balancer.setReplicas(ordered.map((replica) => replica.url));
  return old;
}

async function startVerified(parts: RolloutParts, release: Release, index: number): Promise<Replica> {
  const replica = await parts.startReplica(release, index);
  const response = await fetch(`${replica.url}/__version`);
  const identity = (await response.json()) as { git_sha?: unknown };
  if (response.ok && identity.git_sha === release.commit) return replica;
  await replica.stop();
  const said = `${response.status} with git_sha ${JSON.stringify(identity.git_sha)}`;
  throw new Error(`Failed to deploy ${release.release}: replica ${index} answered ${said}, not ${release.commit}.`);
}

async function publishSite(parts: RolloutParts, release: Release): Promise<void> {
  const table = join(release.dir, '_redirects');
  const rules = parseRedirects(await readFile(table, 'utf8'), '_redirects');
  const built = await readStaticFiles(await parts.buildDir, release.commit);
  const own = await readStaticFiles(join(release.dir, 'site'), release.commit).catch(ifAbsent);
  parts.frontend.publish({ files: new Map([...built, ...own]), rules });
}

/** All releases share one build; one that differs brings the files that do, in `site/`. */
function ifAbsent(error: unknown): StaticFiles {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
  throw error;
}

function toDeployment(release: Release, before: Deployment[], parts: RolloutParts): Deployment {
  const previous = before.findLast((deployment) => deployment.commit !== release.commit);
  return {
    id: `${parts.nonce}-${before.length + 1}`,
    release: release.release,
    commit: release.commit,
    previousCommit: previous?.commit ?? null,
    version: release.version,
    commitTime: release.commitTime,
    deployedAt: parts.now().toISOString(),
  };
}

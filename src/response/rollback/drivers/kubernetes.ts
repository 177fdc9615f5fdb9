/**
 * `kubectl rollout undo --to-revision`: always an explicit revision, the one whose pod template names the target commit.
 * ConfigMaps, Secrets and migrations do not come back with it.
 */
import { z } from 'zod';
import type { KubernetesDriver } from '../../../contract/rollback-policy-schema.ts';
import { sameCommit } from '../../../probe/identity/build.ts';
import type { ProcessResult } from '../../../probe/run-process.ts';
import {
  type Driven,
  type DriveOrder,
  type Driver,
  type DriverTools,
  endOf,
  MAX_OUTPUT_BYTES,
  toSaid,
} from '../driver.ts';
import { type Served, short } from '../served.ts';

/** The annotation by which kubectl itself counts revisions. */
const REVISION = 'deployment.kubernetes.io/revision';

const words = z.record(z.string(), z.string()).nullish();
const template = z.object({
  metadata: z.object({ labels: words, annotations: words }).nullish(),
  spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
});
const replicaSets = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        annotations: words,
        ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).nullish(),
      }),
      spec: z.object({ template }),
    }),
  ),
});
const deployment = z.object({ spec: z.object({ template }) });
type Template = z.output<typeof template>;

const ASK_WITHIN_MS = 20_000;

export function createKubernetesDriver(rules: KubernetesDriver, tools: DriverTools): Driver {
  const place = ['--namespace', rules.namespace, ...(rules.context === undefined ? [] : ['--context', rules.context])];
  const name = `deployment/${rules.deployment}`;
  const kubectl = (args: readonly string[], timeoutMs: number): Promise<ProcessResult> =>
    tools.run('kubectl', [...args, ...place], {
      ...{ cwd: tools.projectDir, env: tools.env, timeoutMs, maxBytes: MAX_OUTPUT_BYTES * 20 },
    });

  async function drive(order: DriveOrder, isDryRun: boolean): Promise<Driven> {
    const endMs = tools.clock.monotonicMs() + rules.timeout;
    const failed = (said: string): Driven => ({ outcome: 'failed', serves: order.target, said });
    const listed = await kubectl(['get', 'replicasets', '--output=json'], ASK_WITHIN_MS);
    const revision = listed.code === 0 ? findRevision(listed, rules.deployment, order.target) : toFailure(listed);
    if ('why' in revision) return failed(revision.why);
    const undo = [
      'rollout',
      'undo',
      name,
      `--to-revision=${revision.number}`,
      ...(isDryRun ? ['--dry-run=server'] : []),
    ];
    const undone = await kubectl(undo, Math.max(1, endMs - tools.clock.monotonicMs()));
    if (undone.code !== 0 || isDryRun) return { ...failed(toWords('undo', undone)), outcome: toOutcome(undone) };
    const leftMs = Math.max(1000, endMs - tools.clock.monotonicMs());
    // kubectl gives up by itself, shortly before it is ended
    const status = ['rollout', 'status', name, `--timeout=${Math.max(1, Math.floor(leftMs / 1000) - 1)}s`];
    const rolled = await kubectl(status, leftMs);
    // The new revision is set: whatever the status says, what is served has to be asked.
    const outcome = rolled.code === 0 ? 'accepted' : 'unknown';
    return { outcome, serves: order.target, said: toWords('status', rolled) };
  }

  function toWords(step: string, result: ProcessResult): string {
    return `kubectl rollout ${step}: ${endOf(result)}: ${toSaid(result, tools.redact)}`;
  }

  function toFailure(result: ProcessResult): { why: string } {
    return { why: `kubectl get replicasets: ${endOf(result)}: ${toSaid(result, tools.redact)}` };
  }

  return {
    kind: 'kubernetes',
    timeoutMs: rules.timeout + ASK_WITHIN_MS,
    drive: (order) => drive(order, false),
    dryRun: (order) => drive(order, true),
    current: async ({ failed, target }) => {
      const asked = await kubectl(['get', name, '--output=json'], ASK_WITHIN_MS);
      const parsed = deployment.safeParse(readJson(asked));
      if (!parsed.success) return unknown(`kubectl get ${name}: ${endOf(asked)}`);
      const { template: now } = parsed.data.spec;
      const named = [failed, target].filter((commit) => namesCommit(now, commit));
      const [commit, ...others] = named;
      if (commit === undefined || others.length > 0) return unknown(`${name} names neither commit`);
      return { kind: 'one', commit };
    },
  };
}

function toOutcome({ code }: ProcessResult): Driven['outcome'] {
  return code === 0 ? 'accepted' : code === undefined ? 'unknown' : 'failed';
}

function unknown(why: string): Served {
  return { kind: 'unknown', why };
}

/** Of several revisions that name the commit, the newest. */
function findRevision(listed: ProcessResult, name: string, commit: string): { number: number } | { why: string } {
  const parsed = replicaSets.safeParse(readJson(listed));
  if (!parsed.success) return { why: 'kubectl get replicasets: what it printed is no list of replica sets' };
  const own = parsed.data.items.filter(({ metadata }) =>
    metadata.ownerReferences?.some((owner) => owner.kind === 'Deployment' && owner.name === name),
  );
  const numbers = own
    .filter(({ spec }) => namesCommit(spec.template, commit))
    .map(({ metadata }) => Number(metadata.annotations?.[REVISION]))
    .filter((number) => Number.isSafeInteger(number) && number > 0);
  if (numbers.length > 0) return { number: Math.max(...numbers) };
  return {
    why: `none of the ${own.length} revisions of deployment/${name} names ${short(commit)}: put the commit into a label or an annotation of the pod template, or into the tag of its image`,
  };
}

/** As a label, as an annotation, or as the tag of an image. */
function namesCommit({ metadata, spec }: Template, commit: string): boolean {
  const values = [...Object.values(metadata?.labels ?? {}), ...Object.values(metadata?.annotations ?? {})];
  const tags = spec.containers.map(({ image }) => /:([\w.-]+)(?:@|$)/.exec(image)?.[1] ?? '');
  return [...values, ...tags].some((value) => sameCommit(value, commit));
}

function readJson({ stdout }: ProcessResult): unknown {
  try {
    return JSON.parse(stdout.toString('utf8'));
  } catch {
    return undefined;
  }
}

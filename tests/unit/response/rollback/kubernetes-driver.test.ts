/**
 * Against a stand-in for kubectl: a program that answers as kubectl documents and notes its arguments. No cluster runs here;
 * what a real API server does with them is not shown.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKubernetesDriver } from '../../../../src/response/rollback/drivers/kubernetes.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { toolsFor } from './platform.ts';
import { A, B, C } from './sample-rollbacks.ts';

const ORDER = { rollbackId: 'rb-1', failed: B, target: A };

const template = (commit: string, how: 'label' | 'annotation' | 'image') => ({
  metadata: {
    labels: { app: 'shop', ...(how === 'label' && { 'app.kubernetes.io/version': commit }) },
    ...(how === 'annotation' && { annotations: { commit } }),
  },
  spec: { containers: [{ image: `registry.example:5000/shop:${how === 'image' ? commit.slice(0, 12) : 'latest'}` }] },
});
const replicaSet = (
  revision: number,
  commit: string,
  how: Parameters<typeof template>[1] = 'label',
  owner = 'shop',
) => ({
  metadata: {
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    ownerReferences: [{ kind: 'Deployment', name: owner }],
  },
  spec: { template: template(commit, how) },
});

/** A `kubectl` first on the PATH. `undo`, `status`: with which code these end. */
function open(sets: readonly object[], { undo = 0, status = 0, current = B } = {}) {
  const folder = temporaryFolder();
  const program = path.join(folder, 'kubectl');
  writeFileSync(path.join(folder, 'sets.json'), JSON.stringify({ items: sets }));
  writeFileSync(
    path.join(folder, 'deployment.json'),
    JSON.stringify({ spec: { template: template(current, 'label') } }),
  );
  writeFileSync(
    program,
    `#!/bin/sh
echo "$*" >> '${folder}/asked'
case "$1 $2" in
  'get replicasets') cat '${folder}/sets.json' ;;
  'get deployment/shop') cat '${folder}/deployment.json' ;;
  'rollout undo') echo 'deployment.apps/shop rolled back'; exit ${undo} ;;
  'rollout status') exit ${status} ;;
  *) exit 64 ;;
esac
`,
  );
  chmodSync(program, 0o755);
  const rules = {
    kind: 'kubernetes',
    deployment: 'shop',
    namespace: 'live',
    context: 'prod',
    timeout: 30_000,
  } as const;
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  return {
    driver: createKubernetesDriver({ ...rules, credentials: [] }, toolsFor(folder, { env })),
    asked: () => readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n'),
  };
}

const PLACE = '--namespace live --context prod';

describe('kubectl', () => {
  it('undoes to the revision of the target, by its number, and waits for the rollout', async () => {
    const { driver, asked } = open([
      replicaSet(7, B),
      replicaSet(5, A),
      replicaSet(6, C),
      replicaSet(9, A, 'label', 'other'),
    ]);
    expect(await driver.drive(ORDER)).toMatchObject({ outcome: 'accepted', serves: A });
    expect(asked()).toEqual([
      `get replicasets --output=json ${PLACE}`,
      `rollout undo deployment/shop --to-revision=5 ${PLACE}`,
      expect.stringMatching(/^rollout status deployment\/shop --timeout=\d+s --namespace live --context prod$/),
    ]);
  });

  it('in a dry run lets the server try, and waits for nothing', async () => {
    const { driver, asked } = open([replicaSet(7, B), replicaSet(5, A)]);
    expect(await driver.dryRun(ORDER)).toMatchObject({ outcome: 'accepted' });
    expect(asked().at(-1)).toBe(`rollout undo deployment/shop --to-revision=5 --dry-run=server ${PLACE}`);
  });

  it.each(['label', 'annotation', 'image'] as const)('finds the commit in the %s', async (how) => {
    const { driver } = open([replicaSet(7, B, how), replicaSet(5, A, how)]);
    expect(await driver.dryRun(ORDER)).toMatchObject({ outcome: 'accepted' });
  });

  it('of several revisions of the target takes the newest', async () => {
    const { driver, asked } = open([replicaSet(2, A), replicaSet(5, A), replicaSet(7, B)]);
    await driver.dryRun(ORDER);
    expect(asked().at(-1)).toContain('--to-revision=5');
  });

  it.each<[string, readonly object[], object, string, string]>([
    ['no revision names the target', [replicaSet(7, B)], {}, 'failed', 'none of the 1 revisions'],
    ['the target belongs to another deployment', [replicaSet(7, A, 'label', 'other')], {}, 'failed', 'none of the 0'],
    ['it refuses to undo', [replicaSet(5, A)], { undo: 1 }, 'failed', 'kubectl rollout undo'],
    ['the rollout does not come to its end', [replicaSet(5, A)], { status: 1 }, 'unknown', 'kubectl rollout status'],
  ])('where %s', async (_, sets, codes, outcome, said) => {
    expect(await open(sets, codes).driver.drive(ORDER)).toMatchObject({
      ...{ outcome, said: expect.stringContaining(said) },
    });
  });

  it('that answers no JSON, or is not there, is named', async () => {
    const folder = temporaryFolder();
    const rules = {
      kind: 'kubernetes',
      deployment: 'shop',
      namespace: 'live',
      credentials: [],
      timeout: 1000,
    } as const;
    const driver = createKubernetesDriver({ ...rules, credentials: [] }, toolsFor(folder, { env: { PATH: folder } }));
    expect(await driver.drive(ORDER)).toMatchObject({
      outcome: 'failed',
      said: expect.stringContaining('could not be started'),
    });
    expect(await driver.current?.({ failed: B, target: A })).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    [B, { kind: 'one', commit: B }],
    [A, { kind: 'one', commit: A }],
    [C, { kind: 'unknown', why: 'deployment/shop names neither commit' }],
  ])('says which of the two commits is served: %s', async (current, served) => {
    expect(await open([], { current }).driver.current?.({ failed: B, target: A })).toEqual(served);
  });
});

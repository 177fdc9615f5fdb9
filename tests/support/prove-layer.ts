/** A layer's test: shows the check engine's rows of the layer, or says why the system does not have it. */
import { expect, type TestInfo } from '@playwright/test';
import type { LayerId } from '../../src/contract/layers.ts';
import { attachEvidence } from './attach-evidence.ts';
import { followEngine, refuseFault } from './follow-engine.ts';
import type { RunFiles } from './run-files.ts';
import { showRows } from './show-rows.ts';

export async function proveLayer(layer: LayerId, run: RunFiles, testInfo: TestInfo): Promise<void> {
  testInfo.setTimeout(run.limits.checkMs);
  const declaration = run.context.layers[layer];
  const planned = new Set(
    run.plan.rows.filter((row) => row.by === 'engine' && row.layer === layer).map(({ id }) => id),
  );
  if (typeof declaration === 'object') {
    testInfo.annotations.push({ type: 'absent', description: declaration.absent });
    await attachEvidence(testInfo, run, { rows: [] });
    expect([...planned], `promises planned for "${layer}", which the contract calls absent`).toEqual([]);
    return;
  }
  const isDone = ({ rows }: { readonly rows: readonly { readonly id: string }[] }): boolean =>
    rows.filter(({ id }) => planned.has(id)).length === planned.size;
  const view = await followEngine(run.runDir, isDone);
  const rows = view.rows.filter(({ id }) => planned.has(id));
  await attachEvidence(testInfo, run, { rows });
  refuseFault(view);
  await showRows(rows, testInfo);
}

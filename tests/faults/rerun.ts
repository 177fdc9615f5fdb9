/** `--rerun N`: the same trials N times over. The same fault gives the same verdict and the same layer, each time. */
import { type CampaignOptions, runCampaign } from './campaign.ts';
import type { CatalogueTrial } from './catalogue.ts';
import type { TrialResult } from './result.ts';

/** 0 = every trial said the same N times. */
export async function rerun(
  trials: readonly CatalogueTrial[],
  times: number,
  options: CampaignOptions,
): Promise<number> {
  const all = Array.from({ length: times }, () => trials).flat();
  const { results, illnesses } = await runCampaign(all, options);
  const unsteady = findUnsteady(results);
  for (const { name, said } of unsteady) process.stdout.write(`unsteady ${name}: ${said.join(' | ')}\n`);
  process.stdout.write(`${trials.length} trials, ${times} times: ${unsteady.length} unsteady\n`);
  return unsteady.length === 0 && illnesses.length === 0 && results.length === all.length ? 0 : 1;
}

export interface Unsteady {
  readonly name: string;
  /** the different things that were said, with how often */
  readonly said: readonly string[];
}

/** Trials that did not say the same each time: verdict, exit code, whether the due layer was named. */
export function findUnsteady(results: readonly TrialResult[]): Unsteady[] {
  const byName = Map.groupBy(results, ({ name }) => name);
  return [...byName].flatMap(([name, runs]) => {
    const counts = Map.groupBy(runs, ({ verdict, exitCode, grade }) => `${verdict} exit ${exitCode} ${grade}`);
    if (counts.size === 1) return [];
    return [{ name, said: [...counts].map(([said, times]) => `${times.length} × ${said}`) }];
  });
}

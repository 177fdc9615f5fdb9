/** Many trials over several lanes; a lane that is ill is replaced, and said. */
import { EXIT } from '../../src/errors.ts';
import { NOISE } from './catalogue/noise.ts';
import { type CatalogueTrial, listTrials } from './catalogue.ts';
import { type Lane, openLane } from './lane.ts';
import { appendResult, type TrialResult } from './result.ts';
import { runTrial, type TrialOptions } from './run-trial.ts';

export interface CampaignOptions extends TrialOptions {
  readonly lanes: number;
  readonly resultFile: string;
  readonly signal: AbortSignal;
  /** Every result as it comes, with how many are done. */
  readonly onResult: (result: TrialResult, done: number) => void;
  readonly onIllness: (illness: string) => void;
}

/** Results in the order in which they came. Every one of them is on disk before the next trial of its lane begins. */
export async function runCampaign(
  trials: readonly CatalogueTrial[],
  options: CampaignOptions,
): Promise<{ results: TrialResult[]; illnesses: string[] }> {
  const queue = longestFirst(trials);
  const results: TrialResult[] = [];
  const illnesses: string[] = [];
  const stopWith = (illness: string): void => {
    illnesses.push(illness);
    options.onIllness(illness);
  };
  const work = async (index: number): Promise<void> => {
    let lane: Lane | undefined;
    try {
      for (let next = queue.shift(); next !== undefined && !options.signal.aborted; next = queue.shift()) {
        if (lane === undefined) {
          lane = await openLane(index, options.signal);
          await orStopped(proveHealthy(lane, options), options.signal);
        }
        const { result, illness } = await orStopped(runTrial(lane, next, options), options.signal);
        appendResult(options.resultFile, result);
        results.push(result);
        options.onResult(result, results.length);
        if (illness === undefined) continue;
        stopWith(illness);
        await lane.close();
        lane = undefined;
      }
    } catch (error) {
      if (!options.signal.aborted) throw error;
    } finally {
      await lane?.close();
    }
  };
  const lanes = Math.min(options.lanes, trials.length);
  const ended = await Promise.allSettled(Array.from({ length: lanes }, (_, index) => work(index)));
  for (const each of ended) if (each.status === 'rejected') stopWith(`a lane ended: ${String(each.reason)}`);
  return { results, illnesses };
}

/** A trial that is stopped has no result: its lane is closed under it, and what it still says is not listened to. */
async function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([work, stopped.promise]).finally(() => signal.removeEventListener('abort', stop));
}

/** A suite that cannot even look at a healthy system says nothing about broken ones. */
async function proveHealthy(lane: Lane, options: CampaignOptions): Promise<void> {
  const [healthy] = listTrials(NOISE);
  if (healthy === undefined) throw new Error('The catalogue has no healthy system.');
  const { result } = await runTrial(lane, healthy, options);
  if (result.exitCode !== EXIT.ownFault && result.exitCode !== EXIT.wrongInput) {
    appendResult(options.resultFile, result);
    return;
  }
  throw new Error(`the suite does not run: exit ${result.exitCode}, ${result.output ?? ''}`);
}

/** Whole runs take long: started last, they would end alone. */
function longestFirst(trials: readonly CatalogueTrial[]): CatalogueTrial[] {
  const rank = { run: 0, pages: 1, check: 2 };
  return [...trials].sort((a, b) => rank[a.trial.how ?? 'check'] - rank[b.trial.how ?? 'check']);
}

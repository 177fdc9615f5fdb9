/** Runs the promises of the contract: their steps in order, then the cleanup, whatever became of the steps. */
import type { PromiseContract } from '../../contract/schema.ts';
import type { Check, ProbeContext } from '../context.ts';
import type { JournalWrite } from '../journal/journal-schema.ts';
import { journalled } from '../journal/journalled.ts';
import { type Undone, undo } from '../journal/undo.ts';
import { type Judgement, type Observed, sourceOf } from '../row.ts';
import { RunLimitError } from '../run-limit.ts';
import type { PlannedRow } from '../schema.ts';
import { type Flow, runSteps, type StepWatch, startValues } from './flow.ts';
import type { ContractJudge } from './step.ts';
import { syntheticTag } from './synthetic.ts';

/**
 * One check for each promise, row id `<layer>.<promise id>`; and for each that writes a second, `<layer>.<promise id>.undone`:
 * data that was left in production is a finding of its own.
 */
export function listPromises(
  system: Pick<ProbeContext['system'], 'contract' | 'environment' | 'sources'>,
  judgeContract?: ContractJudge,
): Check[] {
  const { contract, sources } = system;
  return contract.promises.flatMap((promise, index) => {
    const source = sourceOf({ sources }, `promises.${index}`);
    return listPlaces(promise, system).flatMap((place) => listOne(promise, place, source, judgeContract));
  });
}

function listOne(promise: PromiseContract, place: Place, source: string | undefined, judge?: ContractJudge): Check[] {
  const planned: PlannedRow = {
    id: `${promise.layer}.${promise.id}${place.name}`,
    layer: promise.layer,
    title: promise.title,
    severity: promise.severity,
    by: 'engine',
    ...(source === undefined ? {} : { source }),
    ...(promise.authority === undefined ? {} : { authority: promise.authority }),
  };
  const here = { ...promise, id: `${promise.id}${place.name}` };
  const observe = once((context) => observePromise(here, place.in(context), judge, place.replica));
  const main: Check = { planned, observe: async (context) => inEarnest(promise, (await observe(context)).kept()) };
  if (promise.cleanup === undefined) return [main];
  const isUndoing = true;
  const title = `What this wrote is gone again: ${promise.title}`;
  const undone = { ...planned, id: `${planned.id}.undone`, title };
  return [
    { ...main, isUndoing },
    { planned: undone, isUndoing, observe: async (context) => (await observe(context)).undone },
  ];
}

/** A promise that only warns is nothing to stop a release for. */
function inEarnest({ warns }: PromiseContract, observed: Observed): Observed {
  const { judgement } = observed;
  return warns && judgement.status === 'failed'
    ? { ...observed, judgement: { ...judgement, status: 'warned' } }
    : observed;
}

/** Where a promise is run. */
interface Place {
  /** in row ids: "", or ".replica-1" */
  readonly name: string;
  readonly replica?: number;
  readonly in: (context: ProbeContext) => ProbeContext;
}

/** Without declared replicas the service itself is asked: that is all that can be reached. */
function listPlaces(
  { at, eachReplica }: PromiseContract,
  { environment }: Pick<ProbeContext['system'], 'environment'>,
): Place[] {
  const replicas = eachReplica ? (environment.services[at]?.replicas ?? []) : [];
  if (replicas.length === 0) return [{ name: '', in: (context) => context }];
  return replicas.map((address, index) => ({
    name: `.replica-${index + 1}`,
    replica: index + 1,
    in: (context) => ({ ...context, system: withServiceAt(context.system, at, address) }),
  }));
}

function withServiceAt(system: ProbeContext['system'], service: string, url: string): ProbeContext['system'] {
  const { environment } = system;
  const services = { ...environment.services, [service]: { ...environment.services[service], url } };
  return { ...system, environment: { ...environment, services } };
}

interface ObservedPromise {
  /** Throws what kept the steps from being judged at all. */
  readonly kept: () => Observed;
  readonly undone: Observed;
}

/** Both rows of a promise come from one run of it. */
function once(observe: (context: ProbeContext) => Promise<ObservedPromise>): typeof observe {
  let running: Promise<ObservedPromise> | undefined;
  return (context) => {
    running ??= observe(context);
    return running;
  };
}

export async function observePromise(
  promise: PromiseContract,
  context: ProbeContext,
  judgeContract?: ContractJudge,
  replica?: number,
): Promise<ObservedPromise> {
  const values = startValues(context);
  if (replica !== undefined) values.set('run.replica', String(replica));
  const flow: Flow = {
    at: promise.at,
    values,
    context,
    judgeContract,
    paceMs: promise.pace,
    tag: promise.writes ? syntheticTag(context) : {},
  };
  const journal = journalled(promise, flow);
  const kept = await runMain(promise, flow, journal.watch);
  const undone = await undoInTime(promise, flow, journal.writes());
  journal.end(undone);
  return { kept, undone };
}

/** What is not undone when the time is over stays in the journal. */
async function undoInTime(promise: PromiseContract, flow: Flow, writes: readonly JournalWrite[]): Promise<Undone> {
  const { context } = flow;
  const { limit } = context;
  const later = (message: string, gone: boolean): Undone => {
    return { judgement: { status: 'inconclusive', reason: 'insufficient', message }, exchanges: [], gone };
  };
  const isOver = limit?.signal.reason instanceof RunLimitError ? limit.signal.reason : undefined;
  if (isOver !== undefined && writes.length === 0) return later(`Nothing was written: ${isOver.message}.`, true);
  const steps = { cleanup: promise.cleanup ?? [], verify: promise.verify ?? [] };
  try {
    if (limit === undefined) return await undo(steps, flow, writes);
    const { client, signal } = limit.undoing;
    return await undo(steps, { ...flow, context: { ...context, client, limit: { ...limit, signal } } }, writes);
  } catch (error) {
    if (!(error instanceof RunLimitError)) throw error;
    return later(`What this wrote is not undone: ${error.message}. "npx gate10 cleanup" finishes it.`, false);
  }
}

/** What breaks here must not keep the cleanup from running. */
async function runMain(promise: PromiseContract, flow: Flow, watch: StepWatch): Promise<() => Observed> {
  try {
    const { exchanges, flaws } = await runSteps('Step', promise.steps, flow, watch);
    const judgement: Judgement = flaws[0] ?? { status: 'passed', evidence: { steps: promise.steps.length } };
    return () => ({ judgement, exchanges });
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

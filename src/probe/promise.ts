/** Runs the promises of the contract: their steps in order, then the cleanup, whatever became of the steps. */
import { createRedactor, type Redactor } from '../contract/redact.ts';
import type { PromiseContract, StepContract } from '../contract/schema.ts';
import type { Check, ProbeContext } from './context.ts';
import type { Exchange } from './exchange.ts';
import { type Judgement, type Observed, sourceOf } from './row.ts';
import type { PlannedRow } from './schema.ts';
import { type ContractJudge, runStep } from './step.ts';
import { MissingValueError } from './template.ts';

/** Captured values that must not appear in any record. */
const SECRET_NAME = /token|secret|password|cookie|session|key/i;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** One check for each promise. Row id: `<layer>.<promise id>`. */
export function listPromises(
  { contract, sources }: Pick<ProbeContext['system'], 'contract' | 'sources'>,
  judgeContract?: ContractJudge,
): Check[] {
  return contract.promises.map((promise, index) => {
    const source = sourceOf({ sources }, `promises.${index}`);
    const planned: PlannedRow = {
      id: `${promise.layer}.${promise.id}`,
      layer: promise.layer,
      title: promise.title,
      severity: promise.severity,
      by: 'engine',
      ...(source === undefined ? {} : { source }),
      ...(promise.authority === undefined ? {} : { authority: promise.authority }),
    };
    return { planned, observe: (context) => observePromise(promise, context, judgeContract) };
  });
}

export async function observePromise(
  promise: PromiseContract,
  context: ProbeContext,
  judgeContract?: ContractJudge,
): Promise<Observed> {
  const values = startValues(context);
  const exchanges: Exchange[] = [];
  const redact: Redactor = (text) => flowRedactor(context.system, values)(text);
  const run = (steps: readonly StepContract[], goOn: boolean): Promise<Judgement[]> =>
    runSteps(steps, { promise, values, exchanges, context: { ...context, redact }, judgeContract, goOn });
  const main = (await run(promise.steps, false)).find(isFlawed);
  const wrote = exchanges.some((exchange) => !SAFE.has(exchange.method) && exchange.ok && exchange.status < 300);
  const flaws = (await run(promise.cleanup ?? [], true)).filter(isFlawed);
  // Where nothing was written, a cleanup that finds nothing says nothing.
  const cleanup = wrote ? flaws : [];
  const judgement = join(main, cleanup, promise.steps.length);
  return { judgement, exchanges };
}

interface FlowState {
  readonly promise: PromiseContract;
  readonly values: Map<string, string>;
  readonly exchanges: Exchange[];
  readonly context: ProbeContext;
  readonly judgeContract: ContractJudge | undefined;
  /** Cleanup goes on after a flaw; steps do not: what follows a failed step cannot be judged by itself. */
  readonly goOn: boolean;
}

async function runSteps(steps: readonly StepContract[], state: FlowState): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  for (const [index, step] of steps.entries()) {
    const name = stepName(step, index, steps.length, state.goOn);
    const judgement = await runNamedStep(step, name, state);
    judgements.push(judgement);
    if (judgement.status !== 'passed' && !state.goOn) break;
  }
  return judgements;
}

async function runNamedStep(step: StepContract, name: string, state: FlowState): Promise<Judgement> {
  try {
    const outcome = await runStep(step, state.promise.at, state.values, state.context, state.judgeContract);
    state.exchanges.push(...outcome.exchanges);
    for (const [key, value] of outcome.captured) state.values.set(key, value);
    const { judgement } = outcome;
    if (judgement.status === 'passed') return judgement;
    return { ...judgement, message: `${name}${state.context.redact(judgement.message)}` };
  } catch (error) {
    // A cleanup step that needs a value of a step that never came has nothing to clean up.
    if (error instanceof MissingValueError && state.goOn) return { status: 'passed' };
    throw error;
  }
}

function stepName(step: StepContract, index: number, count: number, cleanup: boolean): string {
  if (cleanup) return `Cleanup ${index + 1}${step.name === undefined ? '' : ` (${step.name})`}: `;
  if (count === 1) return '';
  return `Step ${index + 1} of ${count}${step.name === undefined ? '' : ` (${step.name})`}: `;
}

function isFlawed(judgement: Judgement): judgement is Exclude<Judgement, { status: 'passed' }> {
  return judgement.status !== 'passed';
}

type Flawed = Exclude<Judgement, { status: 'passed' }>;

/** A flow passes when its steps did and what it wrote is gone again. */
function join(main: Flawed | undefined, cleanup: readonly Flawed[], steps: number): Judgement {
  const [first] = cleanup;
  if (main === undefined && first === undefined) return { status: 'passed', evidence: { steps } };
  if (main === undefined) {
    const worst = cleanup.find((judgement) => judgement.status === 'failed') ?? first;
    if (worst === undefined) return { status: 'passed', evidence: { steps } };
    return { ...worst, message: `What the check wrote could not be removed. ${worst.message}` };
  }
  if (first === undefined) return main;
  return { ...main, message: `${main.message} Besides, what it wrote could not be removed. ${first.message}` };
}

function startValues({ system, run }: ProbeContext): Map<string, string> {
  const values = new Map([
    ['run.id', run.id],
    ['run.nonce', run.nonce],
  ]);
  for (const [name, value] of system.secrets) values.set(`secret.${name}`, value);
  return values;
}

/** Session tokens and the like are secrets of this run, known only here: declared secrets and captured ones. */
function flowRedactor({ secrets }: ProbeContext['system'], values: ReadonlyMap<string, string>): Redactor {
  const captured = [...values].filter(([name]) => SECRET_NAME.test(name) && !/^(?:run|secret)\./.test(name));
  return createRedactor(new Map([...secrets, ...captured]));
}

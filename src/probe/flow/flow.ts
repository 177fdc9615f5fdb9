/** The steps of a promise, one after the other, with the values that they hand on. */
import { createRedactor, type Redactor } from '../../contract/redact.ts';
import type { StepContract } from '../../contract/schema.ts';
import type { ProbeContext } from '../context.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Judgement } from '../row.ts';
import { SECRET_NAME } from './hide-secrets.ts';
import { type ContractJudge, runStep } from './step.ts';
import { MissingValueError } from './template.ts';

export type Flawed = Exclude<Judgement, { status: 'passed' }>;

/** What the steps of one promise share. */
export interface Flow {
  /** the service that steps ask which name none */
  readonly at: string;
  readonly values: Map<string, string>;
  readonly context: ProbeContext;
  readonly judgeContract?: ContractJudge | undefined;
  /** Milliseconds between the requests of two steps, at least. */
  readonly paceMs?: number | undefined;
  /** Headers that every request of it carries. */
  readonly tag: Readonly<Record<string, string>>;
}

/** What is done around each step. */
export interface StepWatch {
  readonly before: (step: StepContract, name: string) => void;
  readonly after: (step: StepContract, exchanges: readonly Exchange[]) => void;
}

export interface RanSteps {
  readonly exchanges: readonly Exchange[];
  readonly flaws: readonly Flawed[];
  /** how many could be asked: the others needed a value that no step captured */
  readonly ran: number;
}

type Part = 'Step' | 'Cleanup' | 'Verify';

/**
 * "Step": up to the first flaw, because what follows a failed step cannot be judged by itself. "Cleanup" and "Verify" go on,
 * and leave out a step that needs a value which was never captured: there is nothing that it could be about.
 */
export async function runSteps(
  part: Part,
  steps: readonly StepContract[],
  flow: Flow,
  watch?: StepWatch,
): Promise<RanSteps> {
  const exchanges: Exchange[] = [];
  const flaws: Flawed[] = [];
  let ran = 0;
  for (const [index, step] of steps.entries()) {
    const outcome = await runNamed(part, step, nameOf(part, step, index, steps.length), flow, watch);
    if (outcome === undefined) continue;
    ran += 1;
    exchanges.push(...outcome.exchanges);
    if (outcome.judgement.status === 'passed') continue;
    flaws.push(outcome.judgement);
    if (part === 'Step') break;
  }
  return { exchanges, flaws, ran };
}

/** Undefined = left out. */
async function runNamed(part: Part, step: StepContract, name: string, flow: Flow, watch: StepWatch | undefined) {
  const redact: Redactor = (text) => flowRedactor(flow)(text);
  const context = { ...flow.context, redact };
  try {
    if (flow.paceMs !== undefined) await context.clock.sleep(flow.paceMs, context.limit?.signal);
    const outcome = await runStep(step, flow.at, flow.values, context, {
      judgeContract: flow.judgeContract,
      headers: flow.tag,
      beforeSend: () => watch?.before(step, name),
    });
    for (const [key, value] of outcome.captured) flow.values.set(key, value);
    watch?.after(step, outcome.exchanges);
    const { judgement, exchanges } = outcome;
    if (judgement.status === 'passed' || (part !== 'Step' && isGoneAlready(step, exchanges))) {
      return { judgement: { status: 'passed' as const }, exchanges };
    }
    return { judgement: { ...judgement, message: `${name}${redact(judgement.message)}` }, exchanges };
  } catch (error) {
    if (error instanceof MissingValueError && part !== 'Step') return undefined;
    throw error;
  }
}

/** The first try took it away, and its answer was lost on the way: the second finds nothing. */
function isGoneAlready(step: StepContract, [exchange]: readonly Exchange[]): boolean {
  if (step.request.method !== 'DELETE' || exchange === undefined || !exchange.ok) return false;
  return exchange.attempts.length > 1 && (exchange.status === 404 || exchange.status === 410);
}

function nameOf(part: Part, step: StepContract, index: number, count: number): string {
  const title = step.name === undefined ? '' : ` (${step.name})`;
  if (part !== 'Step') return `${part} ${index + 1}${title}: `;
  return count === 1 ? '' : `Step ${index + 1} of ${count}${title}: `;
}

/** The values that every promise begins with. */
export function startValues({ system, run }: Pick<ProbeContext, 'system' | 'run'>): Map<string, string> {
  const values = new Map([
    ['run.id', run.id],
    ['run.nonce', run.nonce],
    // Of a promise that is not run at each replica.
    ['run.replica', '0'],
  ]);
  for (const [name, value] of system.secrets) values.set(`secret.${name}`, value);
  return values;
}

/** Session tokens and the like are secrets of this run, known only here: declared secrets and captured ones. */
export function flowRedactor({ context, values }: Pick<Flow, 'context' | 'values'>): Redactor {
  const captured = [...values].filter(([name]) => SECRET_NAME.test(name) && !/^(?:run|secret)\./.test(name));
  return createRedactor(new Map([...context.system.secrets, ...captured]));
}

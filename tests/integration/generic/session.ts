/** Accounts of the tests: made by the first steps of the declared promise, removed by its cleanup. */
import { createRedactor, type Redactor } from '../../../src/contract/redact.ts';
import type { PromiseContract } from '../../../src/contract/schema.ts';
import { templateNames } from '../../../src/contract/template-names.ts';
import type { ProbeContext } from '../../../src/probe/context.ts';
import { type Flow, flowRedactor, runSteps, startValues } from '../../../src/probe/flow/flow.ts';
import { syntheticTag } from '../../../src/probe/flow/synthetic.ts';
import { fillDeep } from '../../../src/probe/flow/template.ts';
import type { Journal } from '../../../src/probe/journal/journal.ts';
import { type Journalled, journalled } from '../../../src/probe/journal/journalled.ts';
import { undo } from '../../../src/probe/journal/undo.ts';
import type { Target } from './target.ts';

export interface Session {
  /** What its requests carry; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly redact: Redactor;
}

export interface Sessions {
  /** The session in use; a new account where there is none. Throws with the sentence of the step that failed. */
  current(): Promise<Session>;
  /** A session of another account. */
  other(): Promise<Session>;
  /** What was in use may be over: the next one is new. */
  renew(): void;
  /** Removes every account. Returns what could not be undone, in sentences. */
  close(): Promise<readonly string[]>;
}

interface Opened {
  readonly flow: Flow;
  readonly journal: Journalled;
  readonly session: Session;
}

/** Undefined where the contract declares no session, or the environment does not let one be made. */
export function createSessions(target: Target, journal: Journal): Sessions | undefined {
  const { contract, environment } = target.system;
  const declared = contract.integration?.session;
  const promise = contract.promises.find(({ id }) => id === declared?.promise);
  if (declared === undefined || promise === undefined || environment.writes !== 'free') return undefined;
  const opened: Opened[] = [];
  const open = async (): Promise<Session> => {
    const made = await openSession(target, promise, declared.headers, journal, opened.length + 1, (one) => {
      opened.push(one);
    });
    return made;
  };
  let inUse: Session | undefined;
  return {
    current: async () => {
      inUse ??= await open();
      return inUse;
    },
    other: open,
    renew: () => {
      inUse = undefined;
    },
    close: async () => {
      const left: string[] = [];
      for (const one of opened.splice(0)) left.push(...(await closeSession(promise, one)));
      return left;
    },
  };
}

async function openSession(
  target: Target,
  promise: PromiseContract,
  headers: Readonly<Record<string, string>>,
  journal: Journal,
  number: number,
  keep: (opened: Opened) => void,
): Promise<Session> {
  // Every account has names of its own: the templates make them from the run.
  const run = { id: `${target.run.id}-${number}`, nonce: `${target.run.nonce}${number}` };
  const { system, client, clock } = target;
  const redact = createRedactor(system.secrets);
  const context: ProbeContext = { system, client, clock, run, redact, journal };
  const flow: Flow = { at: promise.at, values: startValues(context), context, tag: syntheticTag(context) };
  const session: Session = {
    get headers() {
      const filled = fillDeep(headers, flow.values);
      return Object.fromEntries(Object.entries(filled).map(([name, value]) => [name.toLowerCase(), value]));
    },
    redact: (text) => flowRedactor(flow)(text),
  };
  const opened: Opened = { flow, journal: journalled({ ...promise, id: `${promise.id}-${number}` }, flow), session };
  keep(opened);
  const { flaws } = await runSteps('Step', stepsUntil(promise, headers), flow, opened.journal.watch);
  const [flaw] = flaws;
  if (flaw !== undefined) throw new Error(`there is no session: ${flaw.message}`);
  return session;
}

/** The steps up to the one that captures the last value that the headers use. */
function stepsUntil({ steps }: PromiseContract, headers: Readonly<Record<string, string>>): PromiseContract['steps'] {
  const needed = new Set(templateNames(headers));
  const last = steps.findLastIndex(({ capture }) => Object.keys(capture ?? {}).some((name) => needed.has(name)));
  return steps.slice(0, last + 1);
}

/** An account that a test has removed itself is gone, which is all that is asked for. */
async function closeSession(promise: PromiseContract, { flow, journal }: Opened): Promise<readonly string[]> {
  const steps = { cleanup: promise.cleanup ?? [], verify: promise.verify ?? [] };
  const undone = await undo(steps, flow, journal.writes());
  journal.end(undone);
  return undone.gone || undone.judgement.status === 'passed' ? [] : [undone.judgement.message];
}

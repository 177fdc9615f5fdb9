/** Ties the steps of a promise that writes to its entry in the journal: on disk before each write, closed once it is undone. */
import type { PromiseContract, StepContract } from '../../contract/schema.ts';
import { templateNames } from '../../contract/template-names.ts';
import { type Flow, flowRedactor, type StepWatch } from '../flow/flow.ts';
import { fillDeep } from '../flow/template.ts';
import type { Exchange } from '../http/exchange.ts';
import type { JournalWrite, WriteOutcome } from './journal-schema.ts';
import type { Undone } from './undo.ts';

/** RFC 9110 §9.2.1: safe methods. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const MAX_WHAT_CHARS = 300;
/** Passwords of synthetic users are made of it. */
const NONCE = '[redacted:run.nonce]';

export interface Journalled {
  readonly watch: StepWatch;
  /** What was sent, with what became of it. */
  readonly writes: () => readonly JournalWrite[];
  /** After the undoing. */
  readonly end: (undone: Undone) => void;
}

/** A promise that does not write has no entry; what its steps send is known all the same. */
export function journalled(promise: PromiseContract, flow: Flow): Journalled {
  const { journal, system, run, clock } = flow.context;
  const scope = { runId: run.id, system: system.contract.system, environment: system.environmentName };
  const entry = promise.writes ? journal.open(promise, scope) : undefined;
  const needed = new Set(templateNames([promise.cleanup ?? [], promise.verify ?? []]));
  const writes: JournalWrite[] = [];
  return {
    watch: {
      before(step, name) {
        if (SAFE.has(step.request.method)) return;
        const write = describeWrite(step, name, flow, clock.now().toISOString());
        // Where it cannot be noted nothing is sent.
        entry?.note([...writes, write], flow.values);
        writes.push(write);
      },
      after(step, exchanges) {
        const last = writes.at(-1);
        const wrote = !SAFE.has(step.request.method);
        if (wrote && last !== undefined) writes[writes.length - 1] = { ...last, outcome: outcomeOf(exchanges) };
        // What the undoing needs has to outlive this process from here on, not from the next write on.
        if (writes.length > 0 && Object.keys(step.capture ?? {}).some((name) => needed.has(name))) {
          entry?.note(writes, flow.values);
        }
      },
    },
    writes: () => writes,
    end({ gone, judgement }) {
      if (gone) entry?.close();
      else entry?.leave(judgement.status === 'passed' ? 'it was not shown to be gone' : judgement.message);
    },
  };
}

function outcomeOf([exchange]: readonly Exchange[]): WriteOutcome {
  // Who gives up waiting (408) may have done the work.
  if (exchange === undefined || !exchange.ok || exchange.status >= 500 || exchange.status === 408) return 'unknown';
  return exchange.status < 400 ? 'taken' : 'refused';
}

function describeWrite(step: StepContract, name: string, flow: Flow, at: string): JournalWrite {
  const shown = new Map([...flow.values].map(([key, value]) => [key, key === 'run.nonce' ? NONCE : value]));
  const redact = flowRedactor(flow);
  const { method, path, json, multipart, body } = step.request;
  const made = json ?? multipart ?? body;
  const show = (value: unknown): string => {
    const filled = fillDeep(value, shown);
    return redact(typeof filled === 'string' ? filled : JSON.stringify(filled)).slice(0, MAX_WHAT_CHARS);
  };
  return {
    step: name.replace(/: $/, '') || 'the step',
    request: `${method} ${show(path)}`,
    ...(made === undefined ? {} : { what: show(made) }),
    at,
    outcome: 'sent',
  };
}

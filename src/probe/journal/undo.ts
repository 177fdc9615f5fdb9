/** Takes away what a promise wrote, and looks whether it is gone. */
import type { StepContract } from '../../contract/schema.ts';
import { type Flawed, type Flow, runSteps } from '../flow/flow.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Judgement } from '../row.ts';
import type { JournalWrite } from './journal-schema.ts';

export interface Undone {
  readonly judgement: Judgement;
  readonly exchanges: readonly Exchange[];
  /** false = something may be left there: the journal keeps it */
  readonly gone: boolean;
}

export interface UndoSteps {
  readonly cleanup: readonly StepContract[];
  /** they show that it is gone; where there are none, a cleanup without a flaw has to do */
  readonly verify: readonly StepContract[];
}

/** `writes` = what was sent before, with what became of it. */
export async function undo(
  { cleanup, verify }: UndoSteps,
  flow: Flow,
  writes: readonly Pick<JournalWrite, 'outcome'>[],
): Promise<Undone> {
  const removed = await runSteps('Cleanup', cleanup, flow);
  const looked = await runSteps('Verify', verify, flow);
  const exchanges = [...removed.exchanges, ...looked.exchanges];
  const evidence = { writes: writes.length, cleanup: removed.ran, verify: looked.ran };
  const verified = looked.ran > 0;
  const judged = (judgement: Judgement, gone: boolean): Undone => {
    return { judgement: { ...judgement, evidence }, exchanges, gone };
  };
  const taken = writes.some(({ outcome }) => outcome === 'taken');
  const unsure = writes.some(({ outcome }) => outcome === 'unknown' || outcome === 'sent');
  // Where nothing was written, a cleanup that finds nothing says nothing.
  if (!taken && !unsure) return judged({ status: 'passed' }, true);
  const [flaw, sight] = [worst(removed.flaws), worst(looked.flaws)];
  if (sight !== undefined) return judged(tell('What the check wrote is not shown to be gone.', sight), false);
  if (taken && flaw !== undefined) return judged(tell('What the check wrote could not be removed.', flaw), verified);
  if (taken && !verified && removed.ran === 0 && cleanup.length > 0) {
    return judged({ status: 'inconclusive', reason: 'insufficient', message: NOT_REMOVED }, false);
  }
  const leftOut = removed.ran < cleanup.length;
  if (unsure && !verified && (flaw !== undefined || leftOut)) {
    const message = [UNSURE, flaw?.message].filter(Boolean).join(' ');
    // Where nothing could be asked, nothing can be later.
    return judged({ status: 'inconclusive', reason: 'insufficient', message }, removed.ran === 0);
  }
  return judged({ status: 'passed' }, true);
}

const UNSURE =
  'Whether the check left something behind is not known: a write got no answer that says what became of it. Look for data of this run; declare "verify" steps that show whether it is gone.';

const NOT_REMOVED =
  'What the check wrote was taken, and every cleanup step needs a value that no step captured: it is still there. Remove it by hand; let the cleanup begin with a step that needs nothing, such as a log-in.';

function worst(flaws: readonly Flawed[]): Flawed | undefined {
  return flaws.find(({ status }) => status === 'failed') ?? flaws[0];
}

function tell(what: string, flaw: Flawed): Judgement {
  return { ...flaw, message: `${what} ${flaw.message}` };
}

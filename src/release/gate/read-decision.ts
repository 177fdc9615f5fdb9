/** A decision that was kept, read for a report: only where its files are here and are what the history knows. */
import { InputError, OwnFaultError } from '../../errors.ts';
import type { GateDecided } from '../../ledger/gate-event.ts';
import { decideAgain } from './replay-decision.ts';
import type { GateDecision, GateInputs } from './schema.ts';

export interface KeptDecision {
  readonly inputs: GateInputs;
  readonly decision: GateDecision;
}

const ID = /^[a-z0-9][a-z0-9-]{0,99}$/;

/** Never throws for what it finds: why it is not known is an answer. */
export function readDecision(stateDir: string, event: GateDecided): KeptDecision | { readonly unknown: string } {
  if (!ID.test(event.id)) return { unknown: 'its id names no file' };
  try {
    return decideAgain(stateDir, event);
  } catch (error) {
    if (error instanceof InputError) return { unknown: 'its files are not in this state folder' };
    if (error instanceof OwnFaultError || error instanceof SyntaxError)
      return { unknown: 'its files are not what the history says that they were' };
    throw error;
  }
}

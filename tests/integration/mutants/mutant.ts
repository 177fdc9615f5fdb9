/** One change to what the backend does, or to what its contract says. Some test of the contract has to see it. */
import type { Behaviour } from '../../../reference-system/backend/faults/behaviour.ts';

/** On the way out, where the honest status is the one that is named. */
export interface AnswerChange {
  readonly on: number;
  readonly status?: number;
  /** JSON pointer → value */
  readonly patch?: Readonly<Record<string, unknown>>;
  /** JSON pointers */
  readonly remove?: readonly string[];
  /** null removes one */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: string;
}

export type ContractChange =
  /** JSON pointer into the document → value */
  { readonly at: string; readonly set: unknown } | { readonly at: string; readonly remove: true };

export type Change =
  | { readonly answer: AnswerChange }
  /** Whoever sends no session, or a wrong one, is taken for somebody who has one. */
  | { readonly letIn: 'nobody' | 'anybody' }
  | { readonly behaviour: Behaviour }
  /** Piece of the backend's SQL → what stands there instead. */
  | { readonly sql: Readonly<Record<string, string>> }
  | { readonly contract: ContractChange };

export interface Mutant {
  readonly id: string;
  readonly kind: string;
  /** as the contract has it; what finds the mutant has to name it */
  readonly operation: string;
  readonly change: Change;
}

/** The catalogue's words: a fault, its variants, and what the suite has to say of each. */
import type { Fault } from '../../reference-system/attach.ts';
import type { LayerId } from '../../src/contract/layers.ts';
import type { RepositoryState } from './clone-repository.ts';

/** What the sealed record has to say. `refused` = exit 2, before anything is probed. */
export type Expected = 'failed' | 'warned' | 'inconclusive' | 'passed' | 'refused';

/** How a user would meet it: `gate10 check` (default), the page specs of the production suite, or the whole of it. */
export type How = 'check' | 'pages' | 'run';

/** What is broken, and what it is run with. */
export interface InjectedFault {
  /** Faults of the embedded system, set for the length of the trial. */
  readonly faults?: readonly Fault[];
  /** Release that is deployed instead of the expected one: "A", or a commit. */
  readonly release?: string;
  /** More environment variables of the run; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Changes of a copy of the contracts, which the run reads instead. */
  readonly contract?: ContractPatch;
  /** The run looks at a clone of the deployed code that lies about in this state. */
  readonly repository?: RepositoryState;
  /** Trusts a CA that signed nothing here. */
  readonly foreignCa?: true;
  /** The faults go away by themselves after so long, milliseconds: a warm-up, a short outage. */
  readonly healsAfterMs?: number;
  /** Wait for the expected build as a user would (default: a fault is there from the first look). */
  readonly patient?: true;
  readonly how?: How;
  /** Where one variant differs from its fault. */
  readonly expect?: Expected;
  readonly layer?: LayerId;
  /** What the record says instead of the inconclusive row's layer: refused runs have no record; text that is printed. */
  readonly says?: RegExp;
}

/** All optional; pointers are RFC 6901 into `system.yaml` as data. */
export interface ContractPatch {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  /** Items put at the end of the list at the pointer. */
  readonly append?: Readonly<Record<string, readonly unknown[]>>;
  /** Whole files, by their path in the contracts folder. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface About {
  readonly title: string;
  readonly severity: 'P0' | 'P1' | 'P2' | 'P3';
  /** Has to be named: among the layers with the expected status. */
  readonly layer: LayerId;
  /** Default: failed. */
  readonly expect?: Expected;
  /** Other layers that may be named as the cause instead, with good reason. */
  readonly alsoNames?: readonly LayerId[];
  /** Variants of the published catalogue that this rig cannot have, and why; "*" = all that are not here. */
  readonly notInjectable?: Readonly<Record<string, string>>;
}

export interface Trial extends InjectedFault {
  readonly variant: string;
}

export interface CatalogueFault extends About {
  /** "L03-06" as published, "X03-01" = added here. */
  readonly id: string;
  readonly trials: readonly Trial[];
}

/** A fault with its variants by name. */
export function fault(
  id: string,
  about: About,
  variants: Readonly<Record<string, InjectedFault>> = {},
): CatalogueFault {
  return { id, ...about, trials: Object.entries(variants).map(([variant, injected]) => ({ variant, ...injected })) };
}

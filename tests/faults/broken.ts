/** Words for what is broken for real in the embedded system, shorter than its own fault set. */
import type { Fault } from '../../reference-system/attach.ts';
import type { InjectedFault } from './fault.ts';

type Of<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;
type Without<Each, Key extends string> = Each extends unknown ? Omit<Each, Key> : never;

export function database(fault: Without<Of<'database'>, 'kind'>): InjectedFault {
  return { faults: [{ kind: 'database', ...fault } as Fault] };
}

export function schema(...changes: readonly Of<'schema'>['change'][]): InjectedFault {
  return { faults: changes.map((change) => ({ kind: 'schema' as const, change })) };
}

/** Variables of both replicas, or of one; null takes one away, `{{value}}` stands for its own value. */
export function variables(set: Readonly<Record<string, string | null>>, replica?: 1 | 2): InjectedFault {
  return { faults: [{ kind: 'environment', set: { ...set }, ...(replica === undefined ? {} : { replica }) }] };
}

export function storage(action: Of<'storage'>['action']): InjectedFault {
  return { faults: [{ kind: 'storage', action }] };
}

export function provider(fault: Omit<Of<'provider'>, 'kind'>): InjectedFault {
  return { faults: [{ kind: 'provider', ...fault }] };
}

/** The code of both replicas, or of one, does something wrong. */
export function behaves(behaviour: Of<'behaviour'>['behaviour'], replica?: 1 | 2): InjectedFault {
  return { faults: [{ kind: 'behaviour', behaviour, ...(replica === undefined ? {} : { replica }) }] };
}

/** Answers of one operation, by method and path (`*` = any characters). */
export function operation(method: string, path: string, action: Of<'route'>['action']): InjectedFault {
  return { faults: [{ kind: 'route', at: 'backend', match: { method, path }, action }] };
}

/** Both at once. */
export function together(...injected: readonly InjectedFault[]): InjectedFault {
  return Object.assign({}, ...injected, { faults: injected.flatMap(({ faults }) => faults ?? []) });
}

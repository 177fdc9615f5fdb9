/** One told event into the history: once, however often it is said. */
import { canonicalJson } from '../../contract/canonical.ts';
import { InputError } from '../../errors.ts';
import type { Ledger, LedgerRow } from '../../ledger/schema.ts';
import { statedKey, type ToldEvent } from './told-event.ts';

export interface Stated {
  /** `known` = it was recorded before, in the same words: nothing changed */
  readonly outcome: 'recorded' | 'known';
  readonly row: LedgerRow;
}

/**
 * `isTimeTold` = somebody said when it happened; where nobody did, what is recorded already keeps its time, so that a
 * pipeline may try again. Throws InputError where the same id was recorded with another content.
 */
export async function appendStated(ledger: Ledger, event: ToldEvent, isTimeTold: boolean): Promise<Stated> {
  const key = statedKey(event);
  const [known] = await ledger.rows({ key });
  if (known === undefined) return { outcome: 'recorded', row: await ledger.append(event, key) };
  const said = isTimeTold ? event : withTimeOf(known.event as ToldEvent, event);
  if (canonicalJson(said) === canonicalJson(known.event)) return { outcome: 'known', row: known };
  const differences = differing(said, known.event as ToldEvent);
  throw new InputError([
    {
      code: 'recorded-differently',
      what: `"${event.id}" was recorded before (row ${known.seq}) with another ${differences.join(', ')}`,
      expected: 'the same words, or another --id',
      fix: 'What is recorded stays. Where it was wrong, record the right one under another --id and say so.',
    },
  ]);
}

function withTimeOf(known: ToldEvent, event: ToldEvent): ToldEvent {
  if (known.type === 'deployment.recorded' && event.type === known.type) {
    return { ...event, deployedAt: known.deployedAt };
  }
  if (known.type === 'intervention.recorded' && event.type === known.type) return { ...event, at: known.at };
  if (known.type !== 'incident.recorded' || event.type !== known.type) return event;
  return known.resolvedAt === undefined
    ? { ...event, openedAt: known.openedAt }
    : { ...event, resolvedAt: known.resolvedAt };
}

function differing(a: ToldEvent, b: ToldEvent): string[] {
  const [left, right] = [a, b] as unknown as readonly [Record<string, unknown>, Record<string, unknown>];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].filter((name) => canonicalJson(left[name] ?? null) !== canonicalJson(right[name] ?? null)).sort();
}

/** The thresholds of the last decision that opened: what was changed since has to say why. */
import type { Ledger } from '../../ledger/schema.ts';
import type { GateInputs } from './schema.ts';

/** One that only watched, or blocked, agreed to nothing. */
export async function lastThresholds(
  ledger: Ledger,
  { system, environment }: { readonly system: string; readonly environment: string },
): Promise<GateInputs['thresholds']['before']> {
  const rows = await ledger.rows({ system, environment, type: 'gate.decided' });
  const opened = rows
    .flatMap(({ event }) => (event.type === 'gate.decided' ? [event] : []))
    .findLast(({ verdict, shadow }) => !shadow && (verdict === 'passed' || verdict === 'warned'));
  return opened === undefined ? null : { decision: opened.id, files: opened.thresholds };
}

/** What `gate10 notify` says. */

import type { Delivered } from '../response/notify/deliver.ts';
import { plainLine } from '../run/plain-text.ts';
import type { CliContext } from './context.ts';

interface Shown {
  readonly json?: true;
}

/** Failures go to stderr too: nobody may overlook that somebody does not know. */
export function showDelivered(delivered: readonly Delivered[], { json }: Shown, context: CliContext): void {
  if (json === true)
    context.stdout(`${JSON.stringify({ schema: 'gate10/notify-result/v1', deliveries: delivered.map(toJson) })}\n`);
  else if (delivered.length === 0)
    context.stdout('Nothing is due: everything that the routes ask for was told before.\n');
  else for (const each of delivered) context.stdout(`${line(each)}\n`);
  const failed = delivered.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return;
  const targets = [...new Set(failed.map(({ delivery }) => delivery.target))];
  context.stderr(
    `${failed.length} of ${delivered.length} notifications did NOT arrive: ${targets.join(', ')}. Tell them another way; "gate10 notify" tries again.\n`,
  );
}

export function showPlanned(planned: readonly unknown[], { json }: Shown, context: CliContext): void {
  if (json === true) {
    context.stdout(`${JSON.stringify({ schema: 'gate10/notify-plan/v1', planned })}\n`);
    return;
  }
  if (planned.length === 0) context.stdout('Nothing would be sent.\n');
  for (const each of planned) context.stdout(`${JSON.stringify(each, null, 2)}\n`);
  context.stdout('A dry run: nothing was sent, nothing was recorded.\n');
}

function toJson({ delivery, outcome, attempts, why }: Delivered) {
  const { notification, target, recipient } = delivery;
  const { event, about, dedupKey, severity, summary } = notification;
  return { target, recipient, event, severity, about, dedupKey, summary, outcome, attempts, why };
}

function line({ delivery, outcome, attempts, why }: Delivered): string {
  const { notification, target, recipient } = delivery;
  const whom = recipient === undefined ? target : `${target} (${recipient})`;
  const said = plainLine(notification.summary, 200);
  const tries = `${attempts} attempt${attempts === 1 ? '' : 's'}`;
  if (outcome === 'delivered') return `delivered  ${notification.event} to ${whom} (${tries}): ${said}`;
  return `FAILED     ${notification.event} to ${whom} (${tries}): ${plainLine(why ?? '', 300)}: ${said}`;
}

/** Which notification goes to whom, by the routes, as far as it did not arrive there already. */
import type { NotifyContract } from '../../contract/load-notify.ts';
import type { NotificationSettled } from '../../ledger/response-events.ts';
import { isEnd, type Notification } from './message.ts';

export interface Delivery {
  readonly notification: Notification;
  /** as the contract names it */
  readonly target: string;
  /** of a mail: each receiver is a delivery of his own, so that nobody gets it twice because another did not get it */
  readonly recipient: string | undefined;
}

type Routes = Pick<NotifyContract, 'targets' | 'routes'>;

/** In the order of the notifications. `settled` is what the history holds. */
export function findDue(
  notifications: readonly Notification[],
  contract: Routes,
  settled: readonly NotificationSettled[],
): Delivery[] {
  const arrived = settled.filter(({ outcome }) => outcome === 'delivered');
  const done = new Set(arrived.map(keyOf));
  const due = new Map<string, Delivery>();
  const open = new Set(notifications.flatMap((each) => (isBeginning(each) ? [each.dedupKey] : [])));
  for (const notification of notifications) {
    // Under the same key it broke again: the end of the one before would end the one that is open.
    if (isEnd(notification) && (open.has(notification.dedupKey) || !wasOpened(notification, arrived))) continue;
    for (const delivery of toDeliveries(notification, contract)) {
      const key = deliveryKey(delivery);
      if (!done.has(key) && !due.has(key)) due.set(key, delivery);
    }
  }
  return [...due.values()];
}

/** Everyone whom the routes name for it, each once. */
function toDeliveries(notification: Notification, { targets, routes }: Routes): Delivery[] {
  const { event, severity, environment } = notification;
  const names = routes
    .filter((route) => event !== 'test' && route.events.includes(event))
    .filter((route) => route.environments.includes(environment))
    // what nobody classified may be the worst
    .filter((route) => severity === null || route.severities === undefined || route.severities.includes(severity))
    .flatMap((route) => route.targets);
  return [...new Set(names)].flatMap((target) => deliveriesTo(target, notification, targets));
}

export function deliveriesTo(target: string, notification: Notification, targets: Routes['targets']): Delivery[] {
  const declared = targets[target];
  const recipients = declared?.kind === 'smtp' ? declared.to : [undefined];
  return recipients.map((recipient) => ({ notification, target, recipient }));
}

function isBeginning(notification: Notification): boolean {
  const { event } = notification;
  return (event === 'incident-opened' || event === 'rollback-failed') && !isEnd(notification);
}

/** That something is over is news only for those who heard of it: else years of them would be told on the first day. */
function wasOpened({ event, about, dedupKey }: Notification, arrived: readonly NotificationSettled[]): boolean {
  const began = event === 'incident-closed' ? 'incident-opened' : event;
  return arrived.some((each) => each.event === began && each.about === about && each.dedupKey === dedupKey);
}

/** The same for the same news to the same receiver. */
export function deliveryKey({ notification, target, recipient }: Delivery): string {
  const { event, dedupKey, severity } = notification;
  const about = aboutOf(notification);
  return keyOf({ event, about, dedupKey, ...(severity && { severity }), target, ...(recipient && { recipient }) });
}

type Keyed = Pick<NotificationSettled, 'event' | 'about' | 'dedupKey' | 'severity' | 'target' | 'recipient'>;

/** As it is recorded. The end of a failed rollback has no event of its own. */
export function aboutOf(notification: Pick<Notification, 'event' | 'about' | 'endedAt'>): string {
  const { event, about } = notification;
  return event === 'rollback-failed' && isEnd(notification) ? `${about}:over` : about;
}

/** As JSON, so that no part can be written in a way that makes it look like two. */
function keyOf({ event, about, dedupKey, severity, target, recipient }: Keyed): string {
  // an incident that got worse is news; a rollback is told once, however bad somebody says that it is
  const worth = event === 'rollback-failed' || event === 'rollback-done' ? null : (severity ?? null);
  return JSON.stringify([event, about, dedupKey, worth, target, recipient ?? null]);
}

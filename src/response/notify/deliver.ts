/** Sends what is due and records each outcome at once: what arrived is not sent again, what did not is seen. */
import type { RetryRules } from '../../contract/notify-schema.ts';
import type { NotificationSettled } from '../../ledger/response-events.ts';
import type { Ledger } from '../../ledger/schema.ts';
import { aboutOf, type Delivery, deliveryKey } from './find-due.ts';
import { type Pauses, type Sent, sendWithRetry, type Tried } from './send.ts';

export interface Delivered extends Sent {
  readonly delivery: Delivery;
}

/** How one delivery is attempted; or why it cannot be, which is nobody's fault but the configuration's. */
export type Attempt = (() => Promise<Tried>) | { readonly unusable: string };

export interface DeliverOptions {
  readonly attemptFor: (delivery: Delivery) => Attempt;
  readonly rules: RetryRules;
  readonly pauses: Pauses;
  readonly now: () => Date;
  /** never the same twice: of one delivery there may be many failures */
  readonly newId: () => string;
  /** undefined = nothing is recorded (a test message where there is no history) */
  readonly ledger: Ledger | undefined;
}

/**
 * Receivers side by side, the messages to one of them one after the other. One that cannot be reached is not tried with the
 * next message: everything has to be over soon. Rejects with OwnFaultError where an outcome cannot be recorded.
 */
export async function deliver(due: readonly Delivery[], options: DeliverOptions): Promise<Delivered[]> {
  const record = inOrder(options);
  const byTarget = [...Map.groupBy(due, ({ target }) => target).values()];
  const results = await Promise.all(byTarget.map((deliveries) => deliverTo(deliveries, options, record)));
  return results.flat();
}

type Note = (delivered: Delivered) => Promise<void>;

async function deliverTo(deliveries: readonly Delivery[], options: DeliverOptions, record: Note) {
  const results: Delivered[] = [];
  let isGone = false;
  for (const delivery of deliveries) {
    const sent: Sent = isGone ? NOT_TRIED : await sendOne(delivery, options);
    const delivered = { delivery, ...sent };
    await record(delivered);
    results.push(delivered);
    isGone ||= sent.isGone === true;
  }
  return results;
}

const NOT_TRIED: Sent = {
  outcome: 'failed',
  attempts: 0,
  why: 'not tried: the receiver could not be reached with the message before it',
};

async function sendOne(delivery: Delivery, { attemptFor, rules, pauses }: DeliverOptions): Promise<Sent> {
  const attempt = attemptFor(delivery);
  if (typeof attempt !== 'function') return { outcome: 'failed', attempts: 0, why: attempt.unusable };
  return sendWithRetry(attempt, rules, pauses);
}

/** One after the other: a connection to a database has room for one transaction. */
function inOrder({ ledger, now, newId }: DeliverOptions): Note {
  let last: Promise<void> = Promise.resolve();
  return (delivered) => {
    if (ledger === undefined) return last;
    // What was delivered has a key of its own, so that it is recorded once.
    const isDelivered = delivered.outcome === 'delivered';
    const key = isDelivered ? `notified:${deliveryKey(delivered.delivery)}` : `not-notified:${newId()}`;
    last = last.then(() => append(ledger, key, delivered, now().toISOString()));
    return last;
  };
}

async function append(ledger: Ledger, key: string, { delivery, ...sent }: Delivered, at: string): Promise<void> {
  const { notification, target, recipient } = delivery;
  const { system, environment, event, dedupKey, severity } = notification;
  const about = aboutOf(notification);
  const settled: NotificationSettled = {
    type: 'notification.settled',
    ...{ system, environment, event, about, dedupKey },
    ...(severity === null ? {} : { severity }),
    target,
    ...(recipient === undefined ? {} : { recipient }),
    ...{ outcome: sent.outcome, attempts: sent.attempts },
    ...(sent.why === undefined ? {} : { why: sent.why }),
    at,
  };
  try {
    await ledger.append(settled, key);
  } catch (error) {
    // another machine delivered the same meanwhile: that one counts
    if (sent.outcome !== 'delivered' || (await ledger.rows({ key })).length === 0) throw error;
  }
}

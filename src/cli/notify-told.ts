/** What every message of `gate10 notify` is made of. */
import type { NotifyContract } from '../contract/load-notify.ts';
import type { NotifyDefaults } from '../contract/notify-schema.ts';
import type { Ledger } from '../ledger/schema.ts';
import type { Notification, OnCall } from '../response/notify/message.ts';
import { onCallAt } from '../response/notify/on-call.ts';
import type { CliContext } from './context.ts';

export interface Told {
  readonly ledger: Ledger;
  readonly environment: string;
  readonly contract: NotifyContract;
  readonly defaults: NotifyDefaults;
}

export function linksOf({ links }: NotifyContract): Notification['links'] {
  return Object.entries(links).map(([text, href]) => ({ text, href }));
}

export function onCallOf({ onCall }: NotifyContract, { now }: CliContext): OnCall | null {
  return onCall === undefined ? null : onCallAt(onCall, now());
}

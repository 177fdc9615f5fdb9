/** Who is on call: weeks of seven UTC days, one person after the other, and a backup. */
import type { Rotation } from '../../contract/notify-schema.ts';
import type { OnCall } from './message.ts';

const WEEK_MS = 7 * 86_400_000;

/** Null before the rotation begins: nobody is known to be on call then. */
export function onCallAt({ start, people, backups }: Rotation, now: Date): OnCall | null {
  const week = Math.floor((now.getTime() - Date.parse(start)) / WEEK_MS);
  if (week < 0) return null;
  const primary = people[week % people.length];
  const backup = backups === undefined ? people[(week + 1) % people.length] : backups[week % backups.length];
  if (primary === undefined || backup === undefined) return null;
  return { primary: inWords(primary), backup: inWords(backup) };
}

function inWords({ name, contact }: Rotation['people'][number]): string {
  return contact === undefined ? name : `${name} (${contact})`;
}

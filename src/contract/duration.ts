/** Durations as a person writes them, in milliseconds as a program counts them. */
import { z } from 'zod';

const DURATION = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;
const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `250ms` → 250, `30s` → 30000. */
export const durationSchema = z
  .string()
  .regex(DURATION, 'a duration such as "250ms", "30s", "5m"')
  .transform((text): number => {
    const [, amount = '0', unit = 'ms'] = DURATION.exec(text) ?? [];
    return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  });

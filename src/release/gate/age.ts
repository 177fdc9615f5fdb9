/** How old something may be. What is of the future is of a wrong clock: its age is not known. */
export function ageProblem(
  at: string,
  now: string,
  maxAgeMs: number,
): { readonly code: 'stale' | 'of-the-future'; readonly message: string } | undefined {
  const ageMs = Date.parse(now) - Date.parse(at);
  if (ageMs < 0) return { code: 'of-the-future', message: `is of ${at}, which is yet to come: a clock is wrong` };
  if (ageMs <= maxAgeMs) return undefined;
  return { code: 'stale', message: `is of ${at}, ${toWords(ageMs)} ago (at most ${toWords(maxAgeMs)})` };
}

export function toWords(ms: number): string {
  if (ms >= 172_800_000) return `${Math.round(ms / 86_400_000)} days`;
  if (ms >= 7_200_000) return `${Math.round(ms / 3_600_000)} hours`;
  if (ms >= 120_000) return `${Math.round(ms / 60_000)} minutes`;
  return `${Math.round(ms / 1000)} seconds`;
}

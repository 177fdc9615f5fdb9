/** What has to be said beside a figure. */

/** `{ note }` of everything that there is to say, else nothing. */
export function noted(notes: readonly (string | false | undefined)[]): { note?: string } {
  const said = notes.filter(Boolean).join('; ');
  return said ? { note: said } : {};
}

/** `1 deployment`, `2 deployments`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

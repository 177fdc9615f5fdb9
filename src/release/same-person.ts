/** Whether two names are of one person, as far as names can tell: e-mail addresses, whatever stands around them. */

/** `author`: `Name <e-mail>` as git writes it, or one of the two alone. Capitals and white space around it make no other. */
export function isSamePerson(principal: string, author: string): boolean {
  return namesIn(author).has(fold(principal));
}

function namesIn(text: string): ReadonlySet<string> {
  const [, name, address] = /^(.*?)<([^<>]*)>\s*$/.exec(text) ?? [];
  return new Set([text, name, address].flatMap((part) => (part === undefined ? [] : [fold(part)])));
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

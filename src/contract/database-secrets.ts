/** What of a database URL must never be shown: the URL as it is, and its password. */

/** Names for the redactor; a password that is the name of the user or the database as well hides nothing. */
export function databaseSecrets(url: string | undefined): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  if (url === undefined || !URL.canParse(url)) return secrets;
  secrets.set('database.url', url);
  const { username, password, pathname } = new URL(url);
  const names = [decode(username), decode(pathname.slice(1))];
  const plain = decode(password);
  if (plain !== '' && !names.includes(plain)) secrets.set('database.password', plain);
  return secrets;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign: it is meant as it stands.
    return text;
  }
}

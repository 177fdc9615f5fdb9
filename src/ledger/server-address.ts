/** The address of a history on a server, as it may be shown: never with its password. */
import { InputError } from '../errors.ts';

const SCHEMES = ['postgres:', 'postgresql:'];

/** Throws InputError, which does not repeat the address: it may hold a password. */
export function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && SCHEMES.includes(url.protocol)) return url;
  throw new InputError([
    {
      code: 'ledger-address',
      what: 'GATE10_LEDGER is not the address of a PostgreSQL server',
      expected: 'postgresql://<user>:<password>@<host>:5432/<database>',
      fix: 'Percent-encode special characters of the password; unset it to keep the history in the state folder.',
    },
  ]);
}

/** Host, port and database; parameters may hold passwords and keys too. */
export function withoutPassword(address: string): string {
  const { host, searchParams, pathname } = parseAddress(address);
  return `postgresql://${host || (searchParams.get('host') ?? '')}${pathname}`;
}

/** What a driver or a server says, with every form of the password taken out. */
export function redactAddress(message: string, address: string): string {
  const { password, searchParams } = parseAddress(address);
  const secrets = [password, decode(password), searchParams.get('password') ?? '', address].filter(
    (each) => each !== '',
  );
  return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), message);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

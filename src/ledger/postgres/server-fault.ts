/** What the driver and the server say, as a sentence that tells what to do: wrong settings are input, all else is own fault. */
import { InputError, OwnFaultError } from '../../errors.ts';
import { redactAddress, withoutPassword } from '../server-address.ts';

/** SQLSTATE (postgresql.org, appendix A) and Node's codes: what only the one who set GATE10_LEDGER can mend. */
const WRONG_INPUT: Readonly<Record<string, string>> = {
  '28P01': 'Correct user and password in GATE10_LEDGER.',
  '28000': 'Let this user log in (pg_hba.conf), or name another one in GATE10_LEDGER.',
  '3D000': 'Create the database, or name another one in GATE10_LEDGER.',
  '3F000': 'Create the schema, or correct search_path.',
  '42501': 'Give this user the rights CONNECT on the database and USAGE, CREATE on its schema.',
  ENOTFOUND: 'Correct the host name in GATE10_LEDGER.',
};

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'No server answers there. Start it, or correct GATE10_LEDGER.',
  ECONNRESET: 'The connection broke. Run again: what was acknowledged is kept, and the same event is recorded once.',
  EPIPE: 'The connection broke. Run again: what was acknowledged is kept, and the same event is recorded once.',
  ETIMEDOUT: 'The server does not answer. Check it and the network, and run again.',
  EAI_AGAIN: 'The name service does not answer. Check the network, and run again.',
  '25006': 'The server is read-only (a standby?). Point GATE10_LEDGER at the primary.',
  '53100': "The server's disk is full. Free some space there and run again; what was recorded before is kept.",
  '53300': 'The server takes no more connections. Raise max_connections, or run fewer at once.',
  '55P03': 'Another process holds the history for too long. End it, or wait, and run again.',
  '57014': 'The server took too long. Check its load, and run again.',
  '57P01': 'The server was shut down. Start it and run again: what was acknowledged is kept.',
  '57P03': 'The server is starting or stopping. Wait, and run again.',
  '23001': 'Somebody tried to change what is recorded.',
};

/** `Failed to <action>: …`. InputError and OwnFaultError stay as they are. */
export function serverFault(action: string, address: string, cause: unknown): InputError | OwnFaultError {
  if (cause instanceof InputError || cause instanceof OwnFaultError) return cause;
  const code = codeOf(cause);
  const what = redactAddress(messageOf(cause), address);
  const fix = WRONG_INPUT[code];
  if (fix !== undefined) {
    const place = withoutPassword(address);
    return new InputError([{ code: 'ledger-server', file: place, what: `the history cannot be used: ${what}`, fix }]);
  }
  const advice = ADVICE[code] ?? 'Check the server, and run again; report it if it stays.';
  return new OwnFaultError(`Failed to ${action}: ${what}. ${advice}`);
}

function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  if (!(cause instanceof Error)) return '';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  // the driver's own words for a silence (pg 8: client.js, "timeout expired" and "Query read timeout")
  if (/timeout/i.test(cause.message)) return 'ETIMEDOUT';
  return /terminated|not queryable|ended/i.test(cause.message) ? 'ECONNRESET' : '';
}

/** Of a host with several addresses each failure is told apart, and the whole has no message. */
function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(messageOf).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}

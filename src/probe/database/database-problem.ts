/** What an error of the database means: of the database itself, or of how it is asked. No text here shows an address. */

export interface DatabaseProblem {
  /** true = the database is broken; false = only this machine cannot ask it, which says nothing about production. */
  readonly judged: boolean;
  /** A sentence without its beginning and its full stop. */
  readonly message: string;
}

/** A statement that failed. `state` = SQLSTATE (PostgreSQL, Appendix A), or what the connection came to. */
export class DatabaseQueryError extends Error {
  override readonly name = 'DatabaseQueryError';
  readonly state: string;
  constructor(message: string, state: string, cause: unknown) {
    super(message, { cause });
    this.state = state;
  }
}

/** Nobody was asked any more: an earlier statement on this connection got no answer, not even that it takes too long. */
export class DatabaseSilentError extends Error {
  override readonly name = 'DatabaseSilentError';
}

const BROKEN: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at its address',
  ECONNRESET: 'the connection was cut',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  '3D000': 'the server has no database of this name',
  '53300': 'it has no connection left (too many clients)',
  '57P01': 'it is being shut down',
  '57P02': 'it has crashed and is recovering',
  '57P03': 'it is starting or stopping, and takes no connections',
};

const CANNOT_ASK: Readonly<Record<string, string>> = {
  '28P01': 'it refuses the password of the declared role. Correct the URL of this environment',
  '28000': 'it does not let the declared role in from this machine. Correct the URL, or let it in',
  ENOTFOUND: 'its name does not resolve on this machine',
  EAI_AGAIN: 'its name does not resolve on this machine',
  ETIMEDOUT: 'it cannot be reached from this machine (a firewall?)',
  EHOSTUNREACH: 'it cannot be reached from this machine',
  ENETUNREACH: 'it cannot be reached from this machine',
  SELF_SIGNED_CERT_IN_CHAIN: 'its CA is not trusted on this machine. Name it with sslrootcert in the URL',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted on this machine. Name it with sslrootcert in the URL',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its CA is not trusted on this machine. Name it with sslrootcert in the URL',
};

/** `connected` = a TCP connection was there: then silence is the server's own. */
export function toConnectProblem(error: unknown, connected: boolean): DatabaseProblem {
  const code = codeOf(error);
  const broken = BROKEN[code];
  if (broken !== undefined) return { judged: true, message: broken };
  const unasked = CANNOT_ASK[code];
  if (unasked !== undefined) return { judged: false, message: unasked };
  const text = error instanceof Error ? error.message : '';
  if (/timeout/i.test(text) && connected) return { judged: true, message: 'it takes the connection and stays silent' };
  if (/timeout/i.test(text)) return { judged: false, message: 'it cannot be reached from this machine (a firewall?)' };
  if (/terminated/i.test(text) && connected) return { judged: true, message: 'it cuts the connection' };
  return { judged: false, message: `it cannot be asked (${code || 'no code'})` };
}

export function toQueryError(error: unknown): DatabaseQueryError {
  if (error instanceof DatabaseQueryError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (isSilence(error)) return new DatabaseQueryError('it did not answer in time', '57014', error);
  if (code === '57014') return new DatabaseQueryError('it was not done in time', code, error);
  if (code === '55P03') return new DatabaseQueryError('it waited in vain for a lock', code, error);
  return new DatabaseQueryError(text, code, error);
}

/** The driver gave up: the server's own limits, which are shorter, said nothing. */
export function isSilence(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

function codeOf(error: unknown): string {
  const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  // Several addresses were tried, each with its own error.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return '';
}

/** One attempt by SMTP (RFC 5321): it arrived where the server took the message for its receiver with 250. */
import net from 'node:net';
import { createTransport } from 'nodemailer';
import { plainLine } from '../../run/plain-text.ts';
import type { Prepared } from './prepare.ts';
import type { Tried } from './send.ts';

export interface MailTools {
  readonly redact: (text: string) => string;
  /** of one attempt, milliseconds */
  readonly deadlineMs: number;
}

/** Never rejects. */
export async function attemptMail(prepared: Extract<Prepared, { by: 'smtp' }>, tools: MailTools): Promise<Tried> {
  const { target, password, mail } = prepared;
  const { host, port, tls, user } = target;
  const { deadlineMs, redact } = tools;
  // The library's own time limits are of silence; a socket of our own can be ended at any moment.
  const socket = net.connect({ host, port });
  const state = { late: false };
  const timer = setTimeout(() => {
    state.late = true;
    socket.destroy(new Error('the deadline passed'));
  }, deadlineMs);
  try {
    await connected(socket);
    const transport = createTransport({
      ...{ host, port, secure: tls === 'implicit', requireTLS: tls === 'starttls', ignoreTLS: tls === 'none' },
      ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
      ...{ connectionTimeout: deadlineMs, greetingTimeout: deadlineMs, socketTimeout: deadlineMs },
      tls: { minVersion: 'TLSv1.2', ...(net.isIP(host) === 0 ? { servername: host } : {}) },
      disableFileAccess: true,
      disableUrlAccess: true,
      getSocket: (_, callback) => callback(null, { connection: socket }),
    });
    const { rejected, response } = await transport.sendMail({ ...mail, headers: { ...mail.headers } });
    if (rejected.length === 0 && response.startsWith('250')) return { ok: true };
    return { ok: false, why: redact(`it answers ${plainLine(response, 200)}`), passing: false };
  } catch (error) {
    if (state.late) return { ok: false, why: `it was not done within ${deadlineMs} ms`, passing: true };
    return { ok: false, ...toWhy(error, redact) };
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function connected(socket: net.Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    // stays: a later error of the socket is told by the library, and must not end the process
    socket.on('error', reject);
  });
}

/** RFC 5321 §4.2.1: 4yz passes, 5yz does not. Without an answer: no connection passes, a refused certificate or login does not. */
function toWhy(error: unknown, redact: MailTools['redact']): { readonly why: string; readonly passing: boolean } {
  const { message, code, responseCode } = error as NodeJS.ErrnoException & { readonly responseCode?: number };
  const why = redact(plainLine(`${message || 'no reason given'}${code === undefined ? '' : ` (${code})`}`, 300));
  if (typeof responseCode === 'number') return { why, passing: responseCode >= 400 && responseCode < 500 };
  const isCertificate = /certificate|altnames|wrong version number/i.test(message);
  return { why, passing: !isCertificate && code !== undefined && PASSING.has(code) };
}

const PASSING: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  // the library's own words
  ...['ECONNECTION', 'ESOCKET', 'EDNS'],
]);

/** What a TLS connection has to be: chain, host name, dates and protocol, each judged by itself. */
import { isIP } from 'node:net';
import tls from 'node:tls';
import type { Judgement } from '../row.ts';
import type { Handshake, Presented } from './tls-handshake.ts';

export interface Handshakes {
  /** host:port */
  readonly where: string;
  readonly host: string;
  /** with every check on */
  readonly verified: Handshake;
  /** what is presented, trusted or not */
  readonly presented: Handshake;
  /** with versions older than the oldest allowed one; has to come to nothing */
  readonly old: Handshake;
}

/** Codes that speak of dates or name: the chain itself was built before they are looked at. */
const NOT_THE_CHAIN = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID']);
const EXPIRED = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
/** This machine's OpenSSL cannot even try. */
const CANNOT_TRY = new Set(['ERR_SSL_NO_PROTOCOLS_AVAILABLE', 'ERR_SSL_NO_CIPHERS_AVAILABLE', 'ERR_SSL_LIBRARY_BUG']);
const VERSIONS = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const DAY_MS = 86_400_000;

const CHAIN_WORDS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the chain ends in an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the chain is incomplete: the server does not send the intermediate certificate, or nobody trusts its authority',
  UNABLE_TO_GET_ISSUER_CERT: 'the chain is incomplete: an issuer is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the chain leads to an authority that is not trusted, or an intermediate certificate is missing',
  CERT_REVOKED: 'the certificate is revoked',
};

export function judgeChain({ where, verified, presented }: Handshakes): Judgement {
  if (verified.ok) return { status: 'passed', evidence: { issuer: nameOf(verified.certificate.issuer) } };
  if (NOT_THE_CHAIN.has(verified.error.code)) return { status: 'passed' };
  if (!presented.ok) return unreachable(presented);
  const code = presented.distrust;
  if (code === undefined && !isAboutProtocol(verified.error.code)) return judgeWeak(where, verified.error);
  if (code === undefined || NOT_THE_CHAIN.has(code)) return { status: 'passed' };
  const words = CHAIN_WORDS[code] ?? 'the certificate cannot be trusted';
  const issuer = nameOf(presented.certificate.issuer);
  const message = `${where}: ${words} (${code}); its issuer is ${issuer}. Browsers warn their users away. Serve the whole chain of a trusted authority, or declare environments.*.tls.ca.`;
  return { status: 'failed', message, expected: 'a complete chain to a trusted authority', actual: code };
}

/** Good in itself, and refused by clients: a key or a signature that can be broken (NIST SP 800-131A: RSA 1024, SHA-1). */
function judgeWeak(where: string, { code, message }: { code: string; message: string }): Judgement {
  const actual = /\(([^()]*)\)\s*$/.exec(message)?.[1] ?? code;
  return {
    status: 'failed',
    message: `${where}: clients refuse the certificate (${actual}). Serve one with a key and a signature of today: RSA 2048 or P-256, SHA-256.`,
    expected: 'a certificate that clients accept',
    actual,
  };
}

/** The two sides found no version or cipher in common: the certificate was not looked at. */
function isAboutProtocol(code: string): boolean {
  return code.startsWith('ERR_SSL_') || code === 'ECONNRESET' || code === 'CLOSED';
}

export function judgeHostName({ where, host, presented }: Handshakes): Judgement {
  if (!presented.ok) return unreachable(presented);
  const name = host.replace(/^\[|\]$/g, '');
  const wrong = tls.checkServerIdentity(name, presented.certificate);
  const names = presented.certificate.subjectaltname ?? 'no names';
  // RFC 9525 §6.3: the common name does not count. OpenSSL still takes it where no such name is there, browsers do not.
  const hasName = new RegExp(isIP(name) === 0 ? '(?:^|, )DNS:' : '(?:^|, )IP Address:').test(names);
  if (wrong === undefined && !hasName) {
    const message = `${where}: the certificate names ${host} in its common name only, which browsers do not read. Have it issued with ${host} as subject alternative name.`;
    return { status: 'failed', message, expected: `${host} among the subject alternative names`, actual: names };
  }
  if (wrong === undefined) return { status: 'passed', evidence: { names } };
  const message = `${where}: the certificate is for ${names}, not for ${host}. Serve the certificate of this host, or look at where its DNS name leads.`;
  return { status: 'failed', message, expected: host, actual: names };
}

/** `skewMs` = how far this machine's clock is from every host's; undefined = it is right, or nobody could be asked. */
export function judgeDates(
  { where, verified, presented }: Handshakes,
  limits: { readonly now: Date; readonly minDaysLeft: number; readonly skewMs: number | undefined },
): Judgement {
  if (!presented.ok) return unreachable(presented);
  const { valid_from, valid_to } = presented.certificate;
  const [from, to] = [new Date(valid_from), new Date(valid_to)];
  if (Number.isNaN(from.getTime()) || Number.isNaN(to.getTime())) {
    return {
      status: 'failed',
      message: `${where}: the dates of the certificate cannot be read (${valid_from} to ${valid_to}).`,
    };
  }
  const daysLeft = Math.floor((to.getTime() - limits.now.getTime()) / DAY_MS);
  const evidence = { validFrom: from.toISOString(), validTo: to.toISOString(), daysLeft };
  if (limits.skewMs !== undefined) {
    const minutes = Math.round(limits.skewMs / 60_000);
    const message = `This machine's clock is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead of' : 'behind'} the Date of every host that was asked: dates of certificates cannot be judged with it. Set the clock, or raise environments.*.tls.maxClockSkew.`;
    return { status: 'inconclusive', reason: 'blind', message, evidence };
  }
  const expected = `valid now and for ${limits.minDaysLeft} more days`;
  const say = (what: string): Judgement => ({
    status: 'failed',
    message: `${where}: ${what} Renew it, and look at why it was not renewed by itself.`,
    expected,
    actual: `${evidence.validFrom} to ${evidence.validTo}`,
    evidence,
  });
  if (limits.now < from) return say(`the certificate is not valid before ${evidence.validFrom}.`);
  if (limits.now >= to) return say(`the certificate expired on ${evidence.validTo}.`);
  if (!verified.ok && EXPIRED.has(verified.error.code)) {
    return say(`another certificate of the chain is out of date (${verified.error.code}).`);
  }
  if (daysLeft < limits.minDaysLeft) {
    return say(
      `the certificate expires on ${evidence.validTo}, in ${daysLeft} days; at least ${limits.minDaysLeft} have to be left.`,
    );
  }
  return { status: 'passed', evidence };
}

export function judgeProtocol({ where, verified, presented, old }: Handshakes, minVersion: string): Judgement {
  if (!presented.ok) return unreachable(presented);
  const expected = `${minVersion} or newer, older ones refused`;
  const fix = `Set the oldest version of the server to ${minVersion}.`;
  if (VERSIONS.indexOf(presented.protocol) < VERSIONS.indexOf(minVersion)) {
    const message = `${where} speaks ${presented.protocol} at best. ${fix}`;
    return { status: 'failed', message, expected, actual: presented.protocol };
  }
  if (old.ok) {
    const message = `${where} still accepts ${old.protocol}. ${fix}`;
    return { status: 'failed', message, expected, actual: `${presented.protocol}, and ${old.protocol} on demand` };
  }
  if (!verified.ok && verified.error.code.startsWith('ERR_SSL_')) {
    const message = `${where} has no cipher in common with clients of today (${verified.error.code}), only with those that accept weak ones. Allow the ciphers of RFC 9325 §4.2.`;
    return { status: 'failed', message, expected, actual: verified.error.code };
  }
  const { code, kind } = old.error;
  const evidence = { protocol: presented.protocol, older: code };
  if (CANNOT_TRY.has(code)) {
    const message = `The OpenSSL of this machine cannot speak versions older than ${minVersion} (${code}), so it cannot be seen whether ${where} refuses them.`;
    return { status: 'inconclusive', reason: 'blind', message, expected, evidence };
  }
  if (kind === 'dns' || kind === 'connect') return unreachable(old);
  return { status: 'passed', evidence };
}

function unreachable(handshake: Exclude<Handshake, Presented>): Judgement {
  const { kind, code, message } = handshake.error;
  const where =
    kind === 'dns' ? 'Look at the DNS of the host first' : 'Look at whether the host listens, and speaks TLS';
  return {
    status: 'failed',
    message: `${message}. ${where}.`,
    expected: 'a TLS connection',
    actual: `${kind} (${code})`,
  };
}

function nameOf(subject: tls.Certificate | undefined): string {
  const name: string | string[] | undefined = subject?.CN ?? subject?.O;
  return Array.isArray(name) ? name.join(', ') : (name ?? 'unnamed');
}

/** Cookies that carry a session are kept (by browsers) and protected (from scripts and other sites); judged when all else is done. */
import type { Check, ProbeContext } from '../context.ts';
import type { Judgement } from '../row.ts';
import type { SeenCookie } from './cookie-watch.ts';
import { loadSecurityAuthority, type SecurityAuthority } from './security-authority.ts';

/** Row id: `authentication.cookies`: what is wrong with them breaks or betrays a login. */
export function listSecurityCookies({ contract }: ProbeContext['system']): Check[] {
  // Without a promise that logs in nothing would be seen, and nothing seen is no proof of a login.
  if (!contract.promises.some(({ layer }) => layer === 'authentication')) return [];
  return [
    {
      planned: {
        id: 'authentication.cookies',
        layer: 'authentication',
        title: 'Session cookies are kept by browsers, and protected',
        severity: 'P1',
        by: 'engine',
        authority: 'OWASP ASVS 5.0 V3.3; RFC 6265bis §5.7',
      },
      isLast: true,
      observe: async (context) => ({ judgement: judgeCookies(context.cookies?.() ?? [], context), exchanges: [] }),
    },
  ];
}

interface Cookie {
  readonly name: string;
  readonly url: URL;
  /** By lower-case name. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** `seen`: every Set-Cookie line of the run. */
export function judgeCookies(seen: readonly SeenCookie[], { system }: Pick<ProbeContext, 'system'>): Judgement {
  const authority = loadSecurityAuthority();
  const cookies = seen.flatMap((one) => readCookie(one) ?? []);
  const session = cookies.filter(({ name }) => isSession(name, authority));
  const evidence = { cookies: new Set(cookies.map(({ name }) => name)).size, session: session.length };
  const refused = [...new Set(cookies.flatMap((cookie) => whyRefused(cookie) ?? []))];
  if (refused.length > 0) {
    const message = `Browsers do not keep a cookie that this system sets: ${refused.slice(0, 3).join('; ')}. Users who need it cannot log in.`;
    return { status: 'failed', message, expected: 'a cookie that is kept', actual: refused[0], evidence };
  }
  const open = [...new Set(session.flatMap((cookie) => unprotected(cookie) ?? []))];
  if (open.length === 0) return { status: 'passed', evidence };
  return {
    status: system.contract.security.cookies === 'required' ? 'failed' : 'warned',
    message: `Session cookies are not protected: ${open.slice(0, 3).join('; ')}. Set Secure, HttpOnly and SameSite=Lax or Strict.`,
    expected: 'Secure; HttpOnly; SameSite=Lax',
    actual: open[0],
    evidence,
  };
}

/** undefined for a line without a name, and for one that takes the cookie away. */
function readCookie({ url, line }: SeenCookie): Cookie | undefined {
  const [pair = '', ...rest] = line.split(';');
  const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()];
  const attributes = new Map(
    rest.map((part) => {
      const at = part.includes('=') ? part.indexOf('=') : part.length;
      return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()] as const;
    }),
  );
  const isRemoval = value === '' || Number(attributes.get('max-age') ?? '1') <= 0;
  return name === '' || !pair.includes('=') || isRemoval ? undefined : { name, url: new URL(url), attributes };
}

function isSession(name: string, { sessionCookies, readableCookies }: SecurityAuthority): boolean {
  return sessionCookies.test(name) && !readableCookies.test(name);
}

/** RFC 6265bis §5.7, §4.1.3: what makes a browser drop the line. */
function whyRefused({ name, url, attributes }: Cookie): string | undefined {
  const isSecure = attributes.has('secure');
  const host = url.hostname.toLowerCase();
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase();
  if (isSecure && url.protocol === 'http:' && !isThisMachine(host)) return `${name} is Secure, and was set over http`;
  if (attributes.get('samesite')?.toLowerCase() === 'none' && !isSecure)
    return `${name} is SameSite=None without Secure`;
  if (domain && domain !== host && !host.endsWith(`.${domain}`)) return `${name} is for ${domain}, and ${host} set it`;
  const prefix = /^__(host|secure)-/i.exec(name)?.[1]?.toLowerCase();
  if (prefix !== undefined && !isSecure) return `${name} is not Secure, as its name demands`;
  const isHost = prefix === 'host' && (domain !== undefined || attributes.get('path') !== '/');
  return isHost ? `${name} has a Domain or another Path than "/", against its name` : undefined;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(host);
}

function unprotected({ name, url, attributes }: Cookie): string | undefined {
  const missing = [
    ...(url.protocol === 'https:' && !attributes.has('secure') ? ['Secure'] : []),
    ...(attributes.has('httponly') ? [] : ['HttpOnly']),
    ...(attributes.has('samesite') ? [] : ['SameSite']),
  ];
  return missing.length === 0 ? undefined : `${name} of ${url.host} has no ${missing.join(', no ')}`;
}

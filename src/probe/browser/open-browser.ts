/** How the suite opens a browser: where names lead, whom it trusts, and that it talks to nobody else. */
import { createHash, type X509Certificate } from 'node:crypto';
import path from 'node:path';
import type { LaunchOptions } from '@playwright/test';
import { certificatesOf } from './certificate-fields.ts';
import { trustHome } from './trust-home.ts';

export interface Machine {
  platform: NodeJS.Platform;
  /** user id of the process; null where the system has none (Windows) */
  uid: number | null;
  env: Readonly<Record<string, string | undefined>>;
}

export interface BrowserOptions {
  machine: Machine;
  /** folder in which the browser's HOME may be kept */
  stateDir: string;
  /** host name → addresses that the declared resolvers gave for it; the first one is used */
  hosts?: Readonly<Record<string, readonly string[]>>;
  /** what becomes of every other host name; `refuse` makes it unresolvable */
  otherHosts?: 'resolve' | 'refuse';
  /** PEM of the environment's private CA */
  caPem?: string;
  /** null or left out: Playwright's own Chromium */
  executablePath?: string | null;
}

/**
 * Whom the browser trusts: `public` = its own root store; `private-ca` = also the declared CA, all checks on;
 * `spki-exception` = certificates that chain to the declared CA are not judged by the browser (decisions/0003).
 */
export type BrowserTrust = 'public' | 'private-ca' | 'spki-exception';

export interface BrowserLaunch {
  launchOptions: LaunchOptions;
  trust: BrowserTrust;
}

/** Chromium's own errands: updates, field trials, sync, reports, look-ahead connections, QUIC (which DNS maps do not cover), and proxies of this machine, which users do not have. */
const QUIET = [
  '--disable-background-networking',
  '--disable-client-side-phishing-detection',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-quic',
  '--disable-sync',
  '--dns-prefetch-disable',
  '--metrics-recording-only',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-pings',
  '--no-proxy-server',
];

function hostResolverRules(
  hosts: Readonly<Record<string, readonly string[]>>,
  otherHosts: 'resolve' | 'refuse',
): string[] {
  const rules = Object.entries(hosts).map(([host, addresses]) => {
    if (!/^[a-z0-9.-]+$/i.test(host)) throw new Error(`"${host}" is not a host name.`);
    const address = addresses[0];
    if (address === undefined) return `MAP ${host} ~NOTFOUND`;
    return `MAP ${host} ${address.includes(':') ? `[${address}]` : address}`;
  });
  if (otherHosts === 'refuse') rules.push('MAP * ~NOTFOUND');
  return rules.length === 0 ? [] : [`--host-resolver-rules=${rules.join(', ')}`];
}

function spkiHash(authority: X509Certificate): string {
  return createHash('sha256')
    .update(authority.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * Launch options for Playwright's `chromium`. Certificate checks stay on; a private CA is trusted by an NSS database in a
 * HOME of the browser's own. A declared host without an address does not resolve, as for a user.
 * Throws where the CA is no PEM certificate, a host name is malformed, or the HOME cannot be written.
 */
export function openBrowser(options: BrowserOptions): BrowserLaunch {
  const { machine, hosts = {}, otherHosts = 'resolve' } = options;
  const args = [...QUIET, ...hostResolverRules(hosts, otherHosts)];
  const env = definedOnly(machine.env);
  const authorities = options.caPem === undefined ? [] : certificatesOf(options.caPem);
  let trust: BrowserTrust = 'public';
  if (authorities.length > 0 && machine.platform === 'linux') {
    trust = 'private-ca';
    env['HOME'] = trustHome(options.stateDir, authorities);
    env['XDG_DATA_HOME'] = path.join(env['HOME'], '.local', 'share');
  } else if (authorities.length > 0) {
    trust = 'spki-exception';
    args.push(`--ignore-certificate-errors-spki-list=${authorities.map(spkiHash).join(',')}`);
  }
  const launchOptions: LaunchOptions = {
    args,
    env,
    // Chromium refuses to start its sandbox as root; everybody else keeps it.
    chromiumSandbox: machine.uid !== 0,
    ...(options.executablePath ? { executablePath: options.executablePath } : {}),
  };
  return { launchOptions, trust };
}

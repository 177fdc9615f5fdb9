/** Layer TLS: every declared https host, and the way from its plain-HTTP address to it. */
import { isIP, type LookupFunction } from 'node:net';
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { Clock } from '../clock.ts';
import { type SecureHost, secureHosts } from '../hosts.ts';
import type { Client } from '../http/request.ts';
import type { HostResolver } from '../http/resolver.ts';
import { judgedRow, observeRow } from '../observe-row.ts';
import { type Judgement, sourceOf } from '../row.ts';
import type { PlannedRow, Row } from '../schema.ts';
import { clockSkew } from './clock-skew.ts';
import { type HandshakeTarget, handshake, readCertificate, type TlsVersion } from './tls-handshake.ts';
import { type Handshakes, judgeChain, judgeDates, judgeHostName, judgeProtocol } from './tls-judge.ts';

export interface TlsInput {
  readonly system: ResolvedSystem;
  readonly client: Client;
  readonly resolver: HostResolver;
  readonly clock: Clock;
  /** PEM text of the declared CA. */
  readonly ca: string | undefined;
}

const ROWS = [
  { what: 'chain', title: 'presents a certificate chain that clients trust', severity: 'P0' },
  { what: 'name', title: 'presents a certificate for its own name', severity: 'P0' },
  { what: 'expiry', title: 'presents a certificate that stays valid', severity: 'P0' },
  {
    what: 'protocol',
    title: 'speaks only versions of TLS that are safe',
    severity: 'P1',
    authority: 'RFC 9325 §3.1.1',
  },
] as const;

const REDIRECT = { what: 'https-redirect', title: 'is where plain-HTTP visitors are sent', severity: 'P1' } as const;

/** Newest version that has to be refused. */
const REFUSED: Readonly<Record<'TLSv1.2' | 'TLSv1.3', TlsVersion>> = { 'TLSv1.2': 'TLSv1.1', 'TLSv1.3': 'TLSv1.2' };

/** Row ids: `tls.<host>.chain`, `.name`, `.expiry`, `.protocol`, and `.https-redirect` where "http" is declared. */
export function planTls(system: ResolvedSystem): PlannedRow[] {
  return secureHosts(system).flatMap((target) => {
    const rows = ROWS.map((row) => plannedRow(system, target, row));
    return target.http === undefined ? rows : [...rows, plannedRedirect(system, target)];
  });
}

export async function probeTls(input: TlsInput): Promise<Row[]> {
  const targets = secureHosts(input.system);
  const skewMs = await clockSkew(input, targets);
  const rows = await Promise.all(targets.map((target) => probeHost(target, skewMs, input)));
  return rows.flat();
}

async function probeHost(target: SecureHost, skewMs: number | undefined, input: TlsInput): Promise<Row[]> {
  const { system, clock } = input;
  const { minVersion, minDaysLeft } = system.environment.tls;
  const at = clock.now().toISOString();
  const startMs = clock.monotonicMs();
  const shaken = await shakeHands(target, input);
  const tookMs = Math.max(0, clock.monotonicMs() - startMs);
  const judgements: Record<(typeof ROWS)[number]['what'], Judgement> = {
    chain: judgeChain(shaken),
    name: judgeHostName(shaken),
    expiry: judgeDates(shaken, { now: clock.now(), minDaysLeft, skewMs }),
    protocol: judgeProtocol(shaken, minVersion),
  };
  const rows = ROWS.map((row) => judgedRow(plannedRow(system, target, row), judgements[row.what], at, tookMs));
  const { http } = target;
  if (http === undefined) return rows;
  const planned = plannedRedirect(system, target);
  return [...rows, await observeRow(planned, clock, () => probeRedirect(http, target.url, input.client))];
}

async function shakeHands({ host, port }: SecureHost, { system, resolver, ca }: TlsInput): Promise<Handshakes> {
  const { deadlines, tls } = system.environment;
  const target: HandshakeTarget = { host, port, lookup: toLookup(resolver), timeoutMs: deadlines.headers };
  const [verified, presented, old] = await Promise.all([
    handshake(target, { ca, minVersion: tls.minVersion, maxVersion: 'TLSv1.3' }),
    readCertificate(target, ca),
    // Only whether a connection comes about counts here, so the certificate is not what it may fail at.
    readCertificate(target, ca, REFUSED[tls.minVersion]),
  ]);
  return { where: `${host}:${port}`, host, verified, presented, old };
}

async function probeRedirect(http: string, https: string, client: Client): Promise<Judgement> {
  const exchange = await client.send({ url: http, fresh: true });
  const expected = `301 or 308 to ${new URL(https).origin}`;
  if (!exchange.ok) {
    return {
      status: 'failed',
      message: `GET ${http} got no answer: ${exchange.error.message}.`,
      expected,
      actual: exchange.error.code,
    };
  }
  const location = exchange.headers['location'];
  const actual = location === undefined ? String(exchange.status) : `${exchange.status} to ${location}`;
  const fix = 'Redirect every plain-HTTP request for good (301 or 308) to https on the same host.';
  const leadsTo = location !== undefined && URL.canParse(location, http) ? new URL(location, http).origin : undefined;
  const leadsHome = leadsTo === new URL(https).origin;
  if (leadsHome && (exchange.status === 302 || exchange.status === 303 || exchange.status === 307)) {
    const message = `GET ${http} redirects for the moment only (${exchange.status}), so that browsers ask without encryption each time. ${fix}`;
    return { status: 'warned', message, expected, actual };
  }
  if (exchange.status !== 301 && exchange.status !== 308) {
    const said = exchange.status < 300 ? 'serves its content without encryption' : `answers ${actual}`;
    return { status: 'failed', message: `GET ${http} ${said}. ${fix}`, expected, actual };
  }
  if (leadsHome) return { status: 'passed', evidence: { status: exchange.status } };
  return { status: 'failed', message: `GET ${http} redirects to ${location ?? 'nowhere'}. ${fix}`, expected, actual };
}

interface RowKind {
  readonly what: string;
  readonly title: string;
  readonly severity: PlannedRow['severity'];
  readonly authority?: string;
}

function plannedRow(system: ResolvedSystem, target: SecureHost, row: RowKind): PlannedRow {
  const source = sourceOf(system, `environments.${system.environmentName}.services.${target.service}`);
  return {
    id: `tls.${target.name}.${row.what}`,
    layer: 'tls',
    title: `${target.name} ${row.title}`,
    severity: row.severity,
    by: 'engine',
    ...(row.authority === undefined ? {} : { authority: row.authority }),
    ...(source === undefined ? {} : { source }),
  };
}

function plannedRedirect(system: ResolvedSystem, target: SecureHost): PlannedRow {
  return plannedRow(system, target, REDIRECT);
}

function toLookup(resolver: HostResolver): LookupFunction {
  return (hostname, options, callback) => {
    resolver.resolve(hostname).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }));
        const [first] = found;
        if (options.all === true) callback(null, found);
        else callback(null, first?.address ?? '', first?.family ?? 0);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

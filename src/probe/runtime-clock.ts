/** Whether the clocks of the backend are right: tokens, sessions and deadlines depend on them. */
import { type Check, type ProbeContext, urlAt } from './context.ts';
import type { Exchange } from './http/exchange.ts';
import { fillHeaders } from './http/request-headers.ts';
import { type Judgement, type Observed, sourceOf } from './row.ts';

interface Reading {
  readonly url: string;
  /** Milliseconds that it is ahead of this machine; undefined = it does not say what time it is. */
  readonly aheadMs: number | undefined;
}

/** Row id: `runtime.clock.<service>`, of the service that says which build it is. */
export function listClocks(system: ProbeContext['system']): Check[] {
  const { service } = system.contract.identity;
  const source = sourceOf(system, 'identity');
  return [
    {
      planned: {
        id: `runtime.clock.${service}`,
        layer: 'runtime',
        title: `The clock of ${service} is right`,
        severity: 'P1',
        by: 'engine',
        ...(source === undefined ? {} : { source }),
      },
      observe,
    },
  ];
}

async function observe(context: ProbeContext): Promise<Observed> {
  const { contract, environment } = context.system;
  const { service, path, headers } = contract.identity;
  const replicas = environment.services[service]?.replicas ?? [];
  const own = [urlAt(context.system, service, path), ...replicas.map((url) => `${url.replace(/\/+$/, '')}${path}`)];
  const others = Object.keys(environment.services)
    .filter((name) => name !== service)
    .map((name) => urlAt(context.system, name, '/'));
  const filled = fillHeaders(headers, context.system);
  const [asked, compared] = await Promise.all([
    Promise.all(own.map((url) => read(context, url, filled))),
    Promise.all(others.map((url) => read(context, url, {}))),
  ]);
  const judgement = judge(asked.map(toReading), compared.map(toReading), environment.tls.maxClockSkew);
  return { judgement, exchanges: asked.map(({ exchange }) => exchange) };
}

type Asked = { readonly url: string; readonly exchange: Exchange; readonly nowMs: number };

async function read({ client, clock }: ProbeContext, url: string, headers: Record<string, string>): Promise<Asked> {
  const exchange = await client.send({ url, headers, fresh: true });
  return { url, exchange, nowMs: clock.now().getTime() };
}

/** RFC 9110 §6.6.1 Date; what a cache has kept for a while (RFC 9111 §5.1 Age) was made that much earlier. */
function toReading({ url, exchange, nowMs }: Asked): Reading {
  const said = exchange.ok ? Date.parse(exchange.headers['date'] ?? '') : Number.NaN;
  if (!exchange.ok || Number.isNaN(said)) return { url, aheadMs: undefined };
  const ageMs = Number(exchange.headers['age'] ?? 0) * 1000;
  return { url, aheadMs: said + (Number.isNaN(ageMs) ? 0 : ageMs) - nowMs };
}

/** Who is right is for a majority to say that this machine belongs to: alone, it may be the one that is off. */
function judge(own: readonly Reading[], others: readonly Reading[], limitMs: number): Judgement {
  const isOff = ({ aheadMs }: Reading): boolean => aheadMs !== undefined && Math.abs(aheadMs) > limitMs;
  const [wrong] = own.filter(isOff);
  if (wrong === undefined) return { status: 'passed', evidence: { addresses: own.length } };
  const off = describe(wrong.aheadMs ?? 0);
  const expected = `within ${limitMs / 1000} s`;
  const isConfirmed = [...own, ...others].some((one) => one.aheadMs !== undefined && !isOff(one));
  if (isConfirmed) {
    const message = `The clock of ${wrong.url} is ${off}: tokens and sessions are too young or too old there. Look at the time service of its host.`;
    return { status: 'failed', message, expected, actual: off };
  }
  const message = `The clock of ${wrong.url} is ${off} compared with this machine, and no other host says which of the two is right.`;
  return { status: 'inconclusive', reason: 'blind', message, expected, actual: off };
}

function describe(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return `${seconds} s ${aheadMs > 0 ? 'ahead' : 'behind'}`;
}

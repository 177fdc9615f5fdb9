/** The system that the generic tests ask: any environment of contracts/system.yaml, through one client that judges it all. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sha256Hex } from '../../../src/contract/canonical.ts';
import { type ObservedExchange, toObservedLine } from '../../../src/contract/observed.ts';
import { loadOpenApi, type OpenApiDocument } from '../../../src/contract/openapi.ts';
import type { ResolvedSystem } from '../../../src/contract/schema.ts';
import type { Clock } from '../../../src/probe/clock.ts';
import { syntheticTag } from '../../../src/probe/flow/synthetic.ts';
import type { Exchange } from '../../../src/probe/http/exchange.ts';
import type { Client, SendInput } from '../../../src/probe/http/request.ts';
import { guardWrites } from '../../../src/probe/http/write-guard.ts';
import { createTools } from '../../../src/probe/tools.ts';
import { createExchangeJudge, type ExchangeJudge } from '../../../src/run/traffic/judge-exchange.ts';

/** One exchange, with what the API contract says of it; undefined = there was no answer, or no contract for its address. */
export interface Seen {
  readonly input: SendInput;
  readonly exchange: Exchange;
  readonly judged?: ObservedExchange;
}

export interface Target {
  readonly system: ResolvedSystem;
  /** The API contracts by service. */
  readonly documents: ReadonlyMap<string, OpenApiDocument>;
  /** Judges and keeps every exchange; refuses writes as the environment says. */
  readonly client: Client;
  readonly clock: Clock;
  readonly run: { readonly id: string; readonly nonce: string };
  /** What was seen since this was called last. */
  takeSeen(): readonly Seen[];
  peekLast(): Seen | undefined;
  /** The operations that were seen to answer with a success that their contract allows. */
  readonly succeeded: ReadonlySet<string>;
  /** Makes every session that there is expire; undefined where that is out of reach. */
  readonly expireSessions?: (() => void) | undefined;
  readonly close: () => void;
}

export interface TargetInput {
  readonly system: ResolvedSystem;
  /** Instead of the contracts folder's own documents, by service. */
  readonly documents?: ReadonlyMap<string, OpenApiDocument>;
  readonly clock: Clock;
  readonly run: Target['run'];
  readonly record: (line: string) => void;
  readonly expireSessions?: () => void;
}

export async function createTarget(input: TargetInput): Promise<Target> {
  const { system, clock, run } = input;
  const documents = input.documents ?? (await loadDocuments(system));
  const { contract, environment, environmentName } = system;
  const tools = createTools(system, { clock, nonce: run.nonce, path: undefined });
  const rules = { environment: environmentName, writes: environment.writes, synthetic: contract.synthetic };
  const guarded = guardWrites(tools.client, { ...rules, tag: syntheticTag({ system, run }) });
  let seen: Seen[] = [];
  const succeeded = new Set<string>();
  const judges = toJudges(system, documents);
  const send = async (sent: SendInput): Promise<Exchange> => {
    const exchange = await guarded.send(sent);
    const judged = judge(judges, sent, exchange);
    if (judged !== undefined) input.record(toObservedLine(judged));
    if (judged?.valid && judged.operation !== null && judged.status < 300) succeeded.add(judged.operation);
    seen.push({ input: sent, exchange, ...(judged && { judged }) });
    return exchange;
  };
  return {
    system,
    documents,
    client: { send, close: () => guarded.close() },
    clock,
    run,
    takeSeen() {
      const taken = seen;
      seen = [];
      return taken;
    },
    peekLast: () => seen.at(-1),
    succeeded,
    expireSessions: input.expireSessions,
    close: () => guarded.close(),
  };
}

async function loadDocuments(system: ResolvedSystem): Promise<ReadonlyMap<string, OpenApiDocument>> {
  const services = Object.entries(system.contract.services);
  const loaded = services.map(async ([service, { openapi }]) =>
    openapi === undefined ? [] : [[service, await loadOpenApi(openapi, system.contractsDir)] as const],
  );
  return new Map((await Promise.all(loaded)).flat());
}

interface PlacedJudge {
  readonly base: string;
  readonly judge: ExchangeJudge;
}

function toJudges(system: ResolvedSystem, documents: Target['documents']): readonly PlacedJudge[] {
  return [...documents].map(([service, document]) => {
    const file = system.contract.services[service]?.openapi ?? '';
    const digest = sha256Hex(readFileSync(path.resolve(system.contractsDir, file)));
    return { base: baseUrl(system, service), judge: createExchangeJudge(document, digest) };
  });
}

export function baseUrl(system: ResolvedSystem, service: string): string {
  const target = system.environment.services[service];
  if (target === undefined) throw new Error(`the environment ${system.environmentName} has no service "${service}"`);
  return target.url.replace(/\/+$/, '');
}

function judge(judges: readonly PlacedJudge[], sent: SendInput, exchange: Exchange): ObservedExchange | undefined {
  const placed = judges.find(({ base }) => sent.url === base || sent.url.startsWith(`${base}/`));
  if (placed === undefined || !exchange.ok) return undefined;
  const names = Object.entries(sent.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return placed.judge({
    method: (sent.method ?? 'GET').toUpperCase(),
    target: sent.url.slice(placed.base.length) || '/',
    requestHeaders: Object.fromEntries(names),
    ...(typeof sent.body === 'string' && { requestBody: sent.body }),
    status: exchange.status,
    headers: exchange.headers,
    body: exchange.text(),
  });
}

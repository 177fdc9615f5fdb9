/** The Prometheus of an environment: its address from GATE10_PROMETHEUS_URL or the contract, its token by a name. */
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { loadSystem } from '../contract/load-system.ts';
import { readContract } from '../contract/read-contract.ts';
import { createRedactor } from '../contract/redact.ts';
import { whyUnusable } from '../contract/usable-value.ts';
import { InputError, type Problem } from '../errors.ts';
import { systemClock } from '../probe/clock.ts';
import { fillDeep } from '../probe/flow/template.ts';
import { type Client, type ClientOptions, createClient } from '../probe/http/request.ts';
import { createTools } from '../probe/tools.ts';
import type { PrometheusAccess } from '../record/slo/prometheus-query.ts';
import { type UnknownReading, unknown } from '../record/slo/reading.ts';
import type { SloStandard } from '../record/slo/slo-standard.ts';
import { type CliContext, contractsDir } from './context.ts';

export interface PrometheusDoor {
  /** `tokenSecret`: the environment variable with a bearer token, as a DataSource or a metric of the gate names it. */
  readonly accessFor: (tokenSecret: string | undefined) => PrometheusAccess | UnknownReading;
  close(): void;
}

interface Address {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: ReadonlyMap<string, string>;
  readonly client: Client;
}

export const URL_VARIABLE = 'GATE10_PROMETHEUS_URL';

export interface PrometheusNeeds {
  readonly environment: string;
  /** the environment variables with the tokens that may be asked for */
  readonly tokenSecrets: readonly string[];
  /** queries at the same time */
  readonly concurrency: number;
}

/** Throws InputError where the address, a token or the environment is wrong. */
export function openPrometheus(needs: PrometheusNeeds, standard: SloStandard, context: CliContext): PrometheusDoor {
  const { environment } = needs;
  const address = findAddress(needs, standard, context);
  if (address === undefined) {
    const message = `No Prometheus is named for ${environment}: write environments.${environment}.prometheus.url in system.yaml, or set ${URL_VARIABLE}.`;
    return { accessFor: () => unknown('not-run', message), close: () => undefined };
  }
  const tokens = readTokens(new Set(needs.tokenSecrets), address.url, context);
  const redact = createRedactor(new Map([...address.secrets, ...tokens]));
  const { client, url, headers } = address;
  return {
    accessFor: (tokenSecret) => {
      const token = tokenSecret === undefined ? undefined : tokens.get(tokenSecret);
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const maxAgeMs = standard.prometheus.maxAge;
      return { client, url, headers: { ...headers, ...authorization }, redact, now: context.now, maxAgeMs };
    },
    close: () => client.close(),
  };
}

function findAddress(
  { environment, concurrency }: PrometheusNeeds,
  standard: SloStandard,
  context: CliContext,
): Address | undefined {
  const given = context.env[URL_VARIABLE];
  const { connect, total } = standard.prometheus;
  const common = { clock: systemClock(), concurrency, nonce: randomBytes(9).toString('base64url') };
  const deadlines = { connect, headers: total, total };
  if (given) {
    const resolve: ClientOptions['resolve'] = async (host) =>
      (await lookup(host, { all: true })).map(({ address }) => address);
    const client = createClient({ ...common, deadlines, resolve });
    return { url: checkUrl(given), headers: {}, secrets: new Map(), client };
  }
  if (!namesPrometheus(environment, context)) return undefined;
  const system = loadSystem({ contractsDir: contractsDir(context), environment, env: context.env });
  const { prometheus } = system.environment;
  if (prometheus === undefined) return undefined;
  const tools = createTools(system, { ...common, path: context.env['PATH'] });
  tools.client.close();
  const client = createClient({ ...common, deadlines, resolve: tools.resolver.resolve, ca: tools.ca });
  const values = new Map([...system.secrets].map(([name, value]) => [`secret.${name}`, value] as const));
  return { url: prometheus.url, headers: fillDeep(prometheus.headers, values), secrets: system.secrets, client };
}

/** As written: without it, variables of the environment that nobody needs here may stay unset. */
function namesPrometheus(environment: string, context: CliContext): boolean {
  const { environments } = readContract(contractsDir(context)).document.value as {
    environments?: Record<string, unknown>;
  };
  const own = environments?.[environment];
  return own !== null && typeof own === 'object' && Object.hasOwn(own, 'prometheus');
}

function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isUsable =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (isUsable) return text;
  throw new InputError([
    {
      code: 'prometheus-url',
      what: `${URL_VARIABLE} is not the address of a Prometheus`,
      expected: 'http:// or https://, without user, password and query',
      fix: 'Correct it; a token is named by "tokenSecret", of a DataSource or of a metric of the gate.',
    },
  ]);
}

/** A token that is named has to be there, and does not travel in the clear. */
function readTokens(names: ReadonlySet<string>, url: string, { env }: CliContext): Map<string, string> {
  const problems: Problem[] = [];
  const tokens = new Map<string, string>();
  for (const name of names) {
    const value = env[name];
    const why = value === undefined ? 'is not set' : whyUnusable(value);
    if (why !== undefined)
      problems.push({
        code: 'secret',
        what: `the secret ${name} ${why}`,
        fix: `Set the environment variable ${name}.`,
      });
    else if (value !== undefined) tokens.set(name, value);
  }
  const { protocol, hostname } = new URL(url);
  if (names.size > 0 && protocol === 'http:' && !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
    problems.push({
      code: 'secret',
      what: 'a token would be sent unencrypted',
      fix: 'Use https:// for the Prometheus.',
    });
  if (problems.length > 0) throw new InputError(problems);
  return tokens;
}

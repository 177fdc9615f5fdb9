/**
 * Declared rate limits are on: by what the answers say of them, else by a bounded burst that has to meet a 429. They are of the
 * layer endpoints: what is missing is a refusal of the API.
 */
import type { RateLimitContract } from '../../contract/security-schema.ts';
import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { judgeNoAnswer, showAnswer } from '../http/answer-words.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import { type Judgement, type Observed, sourceOf } from '../row.ts';

/** Row ids: `endpoints.rate-limit.<service>.<path>`. */
export function listRateLimits(system: ProbeContext['system']): Check[] {
  return system.contract.security.rateLimits.map((promised, index) => {
    const source = sourceOf(system, `security.rateLimits.${index}`);
    const planned: Check['planned'] = {
      id: `endpoints.rate-limit.${promised.at}.${promised.path}`,
      layer: 'endpoints',
      title: `${promised.path} of ${promised.at} limits the rate of its callers`,
      severity: 'P2',
      by: 'engine',
      ...(source === undefined ? {} : { source }),
      authority: 'RFC 6585 §4; draft-ietf-httpapi-ratelimit-headers',
    };
    return { planned, observe: (context) => observe(promised, context) };
  });
}

async function observe(promised: RateLimitContract, context: ProbeContext): Promise<Observed> {
  const url = urlAt(context.system, promised.at, promised.path);
  const first = await context.client.send({ url });
  const said = first.ok ? readLimit(first) : undefined;
  if (!first.ok || first.status === 429 || said !== undefined || promised.burst === undefined) {
    return { judgement: judgeFirst(`GET ${url}`, promised, first, said), exchanges: [first] };
  }
  const sent = await Promise.all(
    Array.from({ length: promised.burst - 1 }, () => context.client.send({ url, retry: false })),
  );
  const refused = sent.filter((exchange) => exchange.ok && exchange.status === 429).length;
  const judgement: Judgement =
    refused > 0
      ? { status: 'passed', evidence: { burst: promised.burst, refused } }
      : off(`GET ${url} was asked ${promised.burst} times at once and never answered 429`, first);
  return { judgement, exchanges: [first] };
}

function judgeFirst(where: string, { limit }: RateLimitContract, first: Exchange, said: number | undefined): Judgement {
  if (!first.ok) return judgeNoAnswer(where, first);
  if (first.status === 429) return { status: 'passed', evidence: { status: 429 } };
  if (said === undefined) return off(`${where} says nothing of a rate limit`, first);
  if (limit === undefined || said <= limit) return { status: 'passed', evidence: { limit: said } };
  const message = `${where} allows ${said} requests in its window, more than the declared ${limit}. Look at the limiter.`;
  return { status: 'warned', message, expected: `at most ${limit}`, actual: String(said) };
}

function off(what: string, answer: Answer): Judgement {
  const message = `${what}: its limiter seems to be off. Look at its configuration, or declare security.rateLimits[].burst.`;
  return { status: 'warned', message, expected: 'RateLimit headers or a 429', actual: showAnswer(answer) };
}

/** Quota of the policy in force, in the three spellings that are about. */
function readLimit({ headers }: Answer): number | undefined {
  for (const name of ['ratelimit-policy', 'ratelimit', 'ratelimit-limit', 'x-ratelimit-limit', 'x-rate-limit-limit']) {
    const value = headers[name];
    if (value === undefined) continue;
    const quota = /\b(?:q|limit)\s*=\s*(\d+)/i.exec(value)?.[1] ?? /^\s*(\d+)/.exec(value)?.[1];
    if (quota !== undefined) return Number(quota);
  }
  return undefined;
}

/** Alerts in the Prometheus that evaluates them. */
import { z } from 'zod';
import type { ProbeContext } from '../context.ts';
import { fillDeep } from '../flow/template.ts';
import { judgeNoAnswer, statusSentence } from '../http/answer-words.ts';
import { readJson } from '../http/strict-json.ts';
import type { Judgement, Observed } from '../row.ts';
import { type AlertsInput, judgeMissing } from './monitoring-alerts.ts';

const loadedRules = z.object({
  status: z.literal('success'),
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            name: z.string(),
            health: z.string(),
            state: z.string().optional(),
            lastError: z.string().optional(),
          }),
        ),
      }),
    ),
  }),
});

type Prometheus = NonNullable<ProbeContext['system']['environment']['prometheus']>;

/** Prometheus HTTP API: GET /api/v1/rules. */
export async function observeLoaded(
  { alerts }: AlertsInput,
  prometheus: Prometheus,
  { client, system, redact }: ProbeContext,
): Promise<Observed> {
  const values = new Map([...system.secrets].map(([name, value]) => [`secret.${name}`, value] as const));
  const url = `${prometheus.url.replace(/\/+$/, '')}/api/v1/rules?type=alert`;
  const exchange = await client.send({ url, headers: fillDeep(prometheus.headers, values) });
  const exchanges = [exchange];
  if (!exchange.ok) return { judgement: judgeNoAnswer(`Prometheus (GET ${url})`, exchange), exchanges };
  const reading = readJson(exchange.body, exchange.closeDelimited);
  const loaded = loadedRules.safeParse(exchange.status === 200 && reading.ok ? reading.value : undefined);
  if (!loaded.success) {
    const message = `Prometheus does not say its rules: GET ${url} ${statusSentence(exchange)}. Look at its address and its rights.`;
    return {
      judgement: { status: 'inconclusive', reason: 'blind', message, actual: String(exchange.status) },
      exchanges,
    };
  }
  const rules = loaded.data.data.groups
    .flatMap((group) => group.rules)
    .filter(({ name }) => alerts.names.includes(name));
  const missing = alerts.names.filter((name) => !rules.some((rule) => rule.name === name));
  if (missing.length > 0)
    return { judgement: judgeMissing(missing, rules.length, 'Prometheus', alerts.names), exchanges };
  const ill = rules.find(({ health }) => health === 'err');
  if (ill !== undefined) {
    const why = redact(ill.lastError ?? 'no reason given');
    const message = `Prometheus cannot evaluate the alert ${ill.name}: ${why}. Correct its expression.`;
    return { judgement: { status: 'failed', message, expected: 'health ok', actual: 'health err' }, exchanges };
  }
  return { judgement: judgeStates(rules), exchanges };
}

function judgeStates(
  rules: readonly { readonly name: string; readonly health: string; readonly state?: string | undefined }[],
): Judgement {
  const firing = rules.filter(({ state }) => state === 'firing').map(({ name }) => name);
  if (firing.length > 0) {
    const message = `The alerts ${firing.join(', ')} fire now. Look at what they say before this release goes on.`;
    return { status: 'warned', message, expected: 'inactive', actual: 'firing' };
  }
  const unknown = rules.filter(({ health }) => health !== 'ok').map(({ name }) => name);
  if (unknown.length === 0) return { status: 'passed', evidence: { alerts: rules.length } };
  const message = `Prometheus has not evaluated ${unknown.join(', ')} yet. Ask again after an interval of evaluation.`;
  return { status: 'warned', message, expected: 'health ok', actual: 'health unknown' };
}

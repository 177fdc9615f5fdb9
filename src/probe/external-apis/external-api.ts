/** Layer external APIs: one real, cheap call for each key, or the system's own word that it made one. */
import type { SystemContract } from '../../contract/schema.ts';
import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { fillDeep, fillTemplate } from '../flow/template.ts';
import { type Observed, sourceOf } from '../row.ts';
import type { PlannedRow } from '../schema.ts';
import { judgeCall, judgeKey } from './external-api-judge.ts';

type System = ProbeContext['system'];
type ExternalApi = SystemContract['externalApis'][number];
type Target = System['environment']['externalApis'][string];

/** Rows `external-apis.<id>.call`, `.key` and `.attested`, each where it is declared. */
export function listExternalApis(system: System): Check[] {
  return system.contract.externalApis.flatMap((api, index): Check[] => {
    const { id, title, call, attestedBy } = api;
    const target = system.environment.externalApis[id];
    const source = sourceOf(system, `externalApis.${index}`);
    const place = source === undefined ? {} : { source };
    const of = (what: string, said: string, severity: PlannedRow['severity']): PlannedRow => {
      const layer = 'external-apis';
      return {
        id: `${layer}.${id}.${what}`,
        layer,
        title: said,
        severity: api.severity ?? severity,
        by: 'engine',
        ...place,
      };
    };
    const key = target?.key === undefined ? undefined : system.secrets.get(target.key);
    const ruled = target !== undefined && target.forbidPrefixes.length + target.requirePrefixes.length > 0;
    return [
      ...(target === undefined || call === undefined
        ? []
        : [
            {
              planned: of('call', title ?? `${id} answers a call with our key`, 'P1'),
              observe: (context: ProbeContext) => observeCall(api, call, target, context),
            },
          ]),
      ...(target === undefined || !ruled || key === undefined
        ? []
        : [
            {
              planned: of('key', `The key of ${id} is of the right kind`, 'P1'),
              observe: async () => ({ judgement: judgeKey(id, key, target), exchanges: [] }),
            },
          ]),
      ...(attestedBy === undefined
        ? []
        : [
            {
              planned: of('attested', title ?? `${attestedBy.at} reaches ${id}`, 'P1'),
              observe: (context: ProbeContext) => observeAttested(api, attestedBy, context),
            },
          ]),
    ];
  });
}

/** Exactly one request, on a connection of its own, without a second try: a call may cost money, or send something. */
async function observeCall(
  { id }: ExternalApi,
  call: NonNullable<ExternalApi['call']>,
  target: Target,
  context: ProbeContext,
): Promise<Observed> {
  const values = new Map([
    ['run.id', context.run.id],
    ['run.nonce', context.run.nonce],
    ...[...context.system.secrets].map(([name, value]) => [`secret.${name}`, value] as const),
  ]);
  const key = target.key === undefined ? undefined : context.system.secrets.get(target.key);
  if (key !== undefined) values.set('key', key);
  const exchange = await context.client.send({
    url: `${target.url.replace(/\/+$/, '')}${fillTemplate(call.path, values, encodeURIComponent)}`,
    method: call.method,
    headers: {
      ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...fillDeep(lowerCased(call.headers), values),
    },
    body: call.json === undefined ? undefined : JSON.stringify(fillDeep(call.json, values)),
    fresh: true,
    retry: false,
  });
  const where = `${call.method} ${new URL(target.url).host}${call.path.split('?')[0]}`;
  return {
    judgement: judgeCall(exchange, call, { id, where, ours: false, redact: context.redact }),
    exchanges: [exchange],
  };
}

async function observeAttested(
  { id }: ExternalApi,
  attested: NonNullable<ExternalApi['attestedBy']>,
  context: ProbeContext,
): Promise<Observed> {
  const url = urlAt(context.system, attested.at, attested.path);
  const exchange = await context.client.send({ url, retry: false });
  const judgement = judgeCall(exchange, attested, { id, where: `GET ${url}`, ours: true, redact: context.redact });
  return { judgement, exchanges: [exchange] };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

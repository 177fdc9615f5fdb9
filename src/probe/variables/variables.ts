/** Layer environment: the variables that the system needs, asked of the running system or of the deploy environment. */

import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { fillDeep } from '../flow/template.ts';
import { judgeNoAnswer, judgeRateLimited, statusSentence } from '../http/answer-words.ts';
import type { Exchange } from '../http/exchange.ts';
import { readJson } from '../http/strict-json.ts';
import { identitySampleCount } from '../identity/identity.ts';
import { type Judgement, type Observed, sourceOf } from '../row.ts';
import { judgeAttested, judgeDeployed, type Said } from './variables-judge.ts';

type System = ProbeContext['system'];
type Attestation = NonNullable<NonNullable<System['contract']['variables']>['attestedBy']>;

/** Rows `environment.<NAME>`. The running system is asked once for all of them. */
export function listVariables(system: System): Check[] {
  const { variables } = system.contract;
  if (variables === undefined) return [];
  const { attestedBy, required } = variables;
  let asked: Promise<readonly Exchange[]> | undefined;
  return Object.entries(required).map(([name, rule]): Check => {
    const source = sourceOf(system, `variables.required.${name}`);
    const title =
      rule.source === 'deploy' ? `${name} is usable in the deploy environment` : `${name} is set and usable`;
    return {
      planned: {
        id: `environment.${name}`,
        layer: 'environment',
        title,
        severity: rule.severity ?? (rule.warn ? 'P3' : 'P0'),
        by: 'engine',
        ...(source === undefined ? {} : { source }),
      },
      // A wrong value may be why the expected build did not settle.
      isDiagnostic: true,
      observe: async (context) => {
        const said = { name, rule, secrets: context.system.secrets };
        if (rule.source === 'deploy' || attestedBy === undefined) return observeDeployed(said, context);
        asked ??= askAll(attestedBy, context);
        return observeAttested(await asked, said);
      },
    };
  });
}

function observeDeployed(said: Omit<Said, 'who'>, { system }: ProbeContext): Observed {
  const value = system.deployed?.get(said.name);
  return { judgement: judgeDeployed(value, { ...said, who: 'the deploy environment' }), exchanges: [] };
}

/** Each replica once, where they can be reached; else so many new connections that a wrong one is not missed. */
async function askAll({ at, path, headers }: Attestation, context: ProbeContext): Promise<readonly Exchange[]> {
  const { system, client, run } = context;
  const replicas = system.environment.services[at]?.replicas ?? [];
  const count = replicas.length > 0 ? 1 : identitySampleCount(system.environment.settle);
  const direct = Array.from({ length: count }, () => urlAt(system, at, path));
  const urls = [...direct, ...replicas.map((address) => `${address.replace(/\/+$/, '')}${path}`)];
  const values = new Map([
    ['run.id', run.id],
    ['run.nonce', run.nonce],
    ...[...system.secrets].map(([name, value]) => [`secret.${name}`, value] as const),
  ]);
  const filled = fillDeep(headers, values);
  return Promise.all(urls.map((url) => client.send({ url, headers: filled, fresh: true })));
}

function observeAttested(exchanges: readonly Exchange[], said: Omit<Said, 'who'>): Observed {
  const judgements = exchanges.map((exchange) => judgeExchange(exchange, said));
  const wrong = (status: Judgement['status']): Judgement[] => judgements.filter((one) => one.status === status);
  const worst = [wrong('failed'), wrong('inconclusive'), wrong('warned')].find((list) => list.length > 0);
  const [first] = worst ?? [];
  if (worst === undefined || first === undefined || first.status === 'passed') {
    return { judgement: { status: 'passed', evidence: { answers: exchanges.length } }, exchanges: [] };
  }
  const share = worst.length < judgements.length ? ` (${worst.length} of ${judgements.length} answers)` : '';
  return { judgement: { ...first, message: first.message.replace(/\.?$/, `${share}.`) }, exchanges: [] };
}

function judgeExchange(exchange: Exchange, said: Omit<Said, 'who'>): Judgement {
  const who = `${exchange.method} ${exchange.url}`;
  if (!exchange.ok) return judgeNoAnswer(who, exchange);
  if (exchange.status === 429) return judgeRateLimited(who, exchange);
  if (exchange.status < 200 || exchange.status > 299) {
    const message = `${who} ${statusSentence(exchange)}: the system does not say what it is configured with.`;
    return { status: 'failed', message, expected: '2xx', actual: String(exchange.status) };
  }
  const reading = readJson(exchange.body, exchange.closeDelimited);
  if (reading.ok) return judgeAttested(reading.value, { ...said, who });
  const message = `${who} is not readable: ${reading.why}.`;
  return { status: 'failed', message, expected: 'JSON', actual: reading.why };
}

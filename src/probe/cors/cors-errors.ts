/** Errors that a page of an allowed origin has to be able to read, or all it learns is that "the network failed". */
import type { SystemContract } from '../../contract/schema.ts';
import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { isLimited, judgeNoAnswer, judgeRateLimited, showAnswer, statusSentence } from '../http/answer-words.ts';
import type { Judgement, Observed } from '../row.ts';
import { whyBrowserRefuses } from './cors-judge.ts';

type CorsContract = SystemContract['cors'][number];
type DeclaredError = CorsContract['errors'][number];

/** Row ids: `cors.<id>.error.<path>`. */
export function listErrors(rule: CorsContract, source: string | undefined): Check[] {
  const [origin] = rule.allow;
  if (origin === undefined) return [];
  return rule.errors.map((error) => ({
    planned: {
      id: `cors.${rule.id}.error.${error.path}`,
      layer: 'cors',
      title: `${rule.at} lets ${origin} read the error of ${error.path}`,
      severity: 'P2',
      by: 'engine',
      ...(source === undefined ? {} : { source }),
    },
    observe: (context) => observe(rule, error, origin, context),
  }));
}

async function observe(
  rule: CorsContract,
  error: DeclaredError,
  origin: string,
  context: ProbeContext,
): Promise<Observed> {
  const url = urlAt(context.system, rule.at, error.path);
  const exchange = await context.client.send({ url, headers: { origin } });
  const where = `GET ${url} from ${origin}`;
  const judge = (): Judgement => {
    if (!exchange.ok) return judgeNoAnswer(where, exchange);
    if (isLimited(exchange) && error.status !== exchange.status) return judgeRateLimited(where, exchange);
    const expected = `${error.status} that ${origin} can read`;
    if (exchange.status !== error.status) {
      const message = `${where} ${statusSentence(exchange)}, not ${error.status}.`;
      return { status: 'warned', message, expected, actual: showAnswer(exchange) };
    }
    const flaw = whyBrowserRefuses({ ...rule, method: 'GET' }, origin, exchange);
    if (flaw === undefined) return { status: 'passed', evidence: { status: exchange.status } };
    const message = `${where} answers ${exchange.status} as it should, but pages cannot read it: ${flaw}. Set the CORS headers on errors too.`;
    return { status: 'warned', message, expected, actual: flaw };
  };
  return { judgement: judge(), exchanges: [exchange] };
}

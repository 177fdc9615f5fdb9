/** Every declared edge, tested directly and through the front door, and compared: what no health check can see. */
import type { EdgeContract } from '../contract/schema.ts';
import { isJsonType, judgeNoAnswer, judgeRateLimited, showAnswer, statusSentence } from './answer-words.ts';
import { compareAnswers, type Difference } from './compare-answers.ts';
import { type Check, type ProbeContext, urlAt } from './context.ts';
import type { Answer, Exchange } from './exchange.ts';
import { type Judgement, type Observed, sourceOf } from './row.ts';
import { readJson } from './strict-json.ts';

type EdgePath = EdgeContract['paths'][number];

interface Pair {
  readonly direct: Exchange;
  readonly door: Exchange;
}

interface Urls {
  readonly direct: string;
  readonly door: string;
}

/** Row ids: `integration.<edge>.<path>`. */
export function listEdges(system: ProbeContext['system']): Check[] {
  return system.contract.edges.flatMap((edge, edgeIndex) =>
    edge.paths.map((path, pathIndex) => {
      const source = sourceOf(system, `edges.${edgeIndex}.paths.${pathIndex}`);
      return {
        planned: {
          id: `integration.${edge.id}.${path.path}`,
          layer: 'integration',
          title: `${edge.from} passes ${path.path} on to ${edge.to}`,
          severity: 'P0',
          by: 'engine',
          ...(source === undefined ? {} : { source }),
        },
        observe: (context) => observe(edge, path, context),
      } satisfies Check;
    }),
  );
}

async function observe(edge: EdgeContract, path: EdgePath, context: ProbeContext): Promise<Observed> {
  const urls: Urls = {
    direct: urlAt(context.system, edge.to, path.path),
    door: urlAt(context.system, edge.from, path.path),
  };
  const first = await sendPair(urls, context, false);
  const judged = judgePair(edge, path, urls, first, context);
  if (judged.difference?.what !== 'body') return { judgement: judged.judgement, exchanges: [first.direct, first.door] };
  // Two replicas or two moments may differ in a body: the pair is asked once more, on new connections.
  const second = await sendPair(urls, context, true);
  const again = judgePair(edge, path, urls, second, context);
  const evidence = { ...again.judgement.evidence, pairs: 2, firstDifference: describeDifference(judged.difference) };
  return {
    judgement: { ...again.judgement, evidence },
    exchanges: [first.direct, first.door, second.direct, second.door],
  };
}

async function sendPair(urls: Urls, { client }: ProbeContext, fresh: boolean): Promise<Pair> {
  const [direct, door] = await Promise.all([
    client.send({ url: urls.direct, fresh }),
    client.send({ url: urls.door, fresh }),
  ]);
  return { direct, door };
}

function judgePair(
  edge: EdgeContract,
  path: EdgePath,
  urls: Urls,
  { direct, door }: Pair,
  context: ProbeContext,
): { judgement: Judgement; difference?: Difference } {
  const behind = judgeSide(`GET ${urls.direct}`, direct, path);
  const front = judgeSide(`GET ${urls.door}`, door, path);
  if (behind.status !== 'passed') return { judgement: blameBackend(edge, behind, front) };
  if (front.status === 'inconclusive') return { judgement: front };
  if (front.status !== 'passed') return { judgement: blameProxy(edge, path, front, direct) };
  if (!direct.ok || !door.ok) throw new Error('a side without an answer was judged as passed');
  const difference = compareAnswers(direct, door, path, context.redact);
  if (difference === undefined) {
    return { judgement: { status: 'passed', evidence: { direct: showAnswer(direct), door: showAnswer(door) } } };
  }
  return { judgement: blameDifference(edge, urls, difference), difference };
}

/** One side by itself: its status, and JSON that is JSON and no page. */
function judgeSide(where: string, exchange: Exchange, path: EdgePath): Judgement {
  if (!exchange.ok) return judgeNoAnswer(where, exchange);
  if (exchange.status === 429 && path.status !== 429) return judgeRateLimited(where, exchange);
  if (exchange.status !== path.status) {
    const message = `${where} ${statusSentence(exchange)}, not ${path.status}.`;
    return { status: 'failed', message, expected: String(path.status), actual: showAnswer(exchange) };
  }
  const why = unreadable(exchange);
  if (why === undefined) return { status: 'passed' };
  const message = `${where} answers ${exchange.status}, but ${why}.`;
  return { status: 'failed', message, expected: 'readable JSON', actual: why };
}

function unreadable(answer: Answer): string | undefined {
  if (!isJsonType(answer.contentType) || answer.body.length === 0) return undefined;
  const reading = readJson(answer.body, answer.closeDelimited);
  return reading.ok ? undefined : reading.why;
}

/** The edge cannot work without its far end; the blame lies in the runtime, and the row says so. */
function blameBackend(
  edge: EdgeContract,
  behind: Exclude<Judgement, { status: 'passed' }>,
  front: Judgement,
): Judgement {
  if (behind.status === 'inconclusive') return behind;
  const door = front.status === 'passed' ? ` (through ${edge.from} it does answer)` : '';
  const message = `The backend itself does not answer as it should${door}, so look at ${edge.to}, not at the proxy. ${behind.message}`;
  return { ...behind, message };
}

function blameProxy(
  edge: EdgeContract,
  path: EdgePath,
  front: Exclude<Judgement, { status: 'passed' }>,
  direct: Exchange,
): Judgement {
  const shown = direct.ok ? showAnswer(direct) : String(path.status);
  const message = `The proxy ${edge.from} does not reach ${edge.to}, which directly answers ${shown}. ${front.message} ${LOOK}`;
  return { ...front, message, expected: shown };
}

const LOOK = 'Look at the proxy rules and the host they point to.';

function blameDifference(edge: EdgeContract, urls: Urls, difference: Difference): Judgement {
  const page = difference.what === 'content type' && difference.door === 'text/html';
  const cause = page
    ? 'the SPA fallback or a default page answered for the API'
    : `another ${difference.what} comes out`;
  return {
    status: 'failed',
    message: `The proxy ${edge.from} does not pass ${edge.to} on unchanged: ${cause}. GET ${urls.door} has ${describeDifference(difference)}, directly ${difference.direct}. ${page ? LOOK : 'Declare the field as volatile where it may differ from call to call.'}`,
    expected: difference.direct,
    actual: difference.door,
  };
}

function describeDifference({ what, pointer, door }: Difference): string {
  return pointer === undefined || pointer === '' ? `the ${what} ${door}` : `${pointer} ${door}`;
}

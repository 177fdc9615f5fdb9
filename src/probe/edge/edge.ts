/** Every declared edge, tested directly and through the front door, and compared: what no health check can see. */
import type { EdgeContract } from '../../contract/schema.ts';
import { type Check, type ProbeContext, urlAt } from '../context.ts';
import {
  isJsonType,
  isLimited,
  judgeNoAnswer,
  judgeRateLimited,
  showAnswer,
  statusSentence,
} from '../http/answer-words.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import { readJson } from '../http/strict-json.ts';
import { type Judgement, type Observed, sourceOf } from '../row.ts';
import { compareAnswers, compareHeaders, type Difference } from './compare-answers.ts';
import { nameOfRequest, toEdgeRequest } from './edge-request.ts';
import { frozenFields, lostProtection, mayBeKept, saysItWasKept } from './kept-answers.ts';
import { volatilePointers } from './own-volatility.ts';

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
          id: `integration.${edge.id}.${nameOfRequest(path)}`,
          layer: 'integration',
          title: `${edge.from} passes ${nameOfRequest(path)} on to ${edge.to}`,
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
  const first = await sendPair(urls, path, context, false);
  const judged = judgePair(edge, path, urls, first, context);
  const exchanges = [first.direct, first.door];
  if (judged.judgement.status === 'passed') {
    const kept = await judgeKept(edge, path, urls, first, context);
    return { judgement: kept.judgement ?? judged.judgement, exchanges: [...exchanges, ...kept.exchanges] };
  }
  if (judged.difference?.what !== 'body') return { judgement: judged.judgement, exchanges };
  return askAgain(edge, path, urls, { first, difference: judged.difference, exchanges }, context);
}

/**
 * Two replicas or two moments may differ in a body: the pair is asked once more, on new connections, and the service
 * `ownLooks` times by itself, enough to see a field that is one of a few values, as a replica's name is. Where its own answers differ among themselves, the front door is not to blame for it.
 */
async function askAgain(
  edge: EdgeContract,
  path: EdgePath,
  urls: Urls,
  before: { readonly first: Pair; readonly difference: Difference; readonly exchanges: readonly Exchange[] },
  context: ProbeContext,
): Promise<Observed> {
  const second = await sendPair(urls, path, context, true);
  const more = await Promise.all(Array.from({ length: edge.ownLooks }, () => send(urls.direct, path, context, true)));
  const alone = [before.first.direct, second.direct, ...more].filter((exchange) => exchange.ok);
  const own = volatilePointers(alone);
  const lenient = { ...path, volatile: [...path.volatile, ...own] };
  const again = judgePair(edge, lenient, urls, second, context);
  const evidence = {
    ...again.judgement.evidence,
    pairs: 2,
    firstDifference: describeDifference(before.difference),
    ...(own.length === 0 ? {} : { differsByItself: own.slice(0, 20) }),
  };
  return {
    judgement: { ...again.judgement, evidence },
    exchanges: [...before.exchanges, second.direct, second.door, ...more],
  };
}

/** An answer that was kept is a stale one at some time, and one of somebody else's at some other. */
async function judgeKept(
  edge: EdgeContract,
  path: EdgePath,
  urls: Urls,
  { direct, door }: Pair,
  context: ProbeContext,
): Promise<{ judgement?: Judgement; exchanges: readonly Exchange[] }> {
  if (path.method !== 'GET' || path.mayBeKept || !direct.ok || !door.ok) return { exchanges: [] };
  const lost = lostProtection(direct, door);
  if (lost !== undefined) {
    const says = door.headers['cache-control'] ?? 'nothing';
    const why = `${edge.to} forbids to keep the answer (${lost}), and ${edge.from} passes that on as ${says}`;
    return { judgement: blameCache(urls, why, lost, says), exchanges: [] };
  }
  if (mayBeKept(direct)) return { exchanges: [] };
  const blame = (said: string): Judgement => blameCache(urls, said, 'an answer made for this request', said);
  const said = saysItWasKept(direct, door);
  if (said !== undefined) return { judgement: blame(said), exchanges: [] };
  // The first question may be the one whose answer is kept.
  const again = await sendPair(urls, path, context, true);
  const exchanges: Exchange[] = [again.direct, again.door];
  if (!again.direct.ok || !again.door.ok) return { exchanges };
  const saidThen = saysItWasKept(again.direct, again.door);
  if (saidThen !== undefined) return { judgement: blame(saidThen), exchanges };
  if (frozenFields(path.volatile, [direct, again.direct], [door, again.door]).length === 0) return { exchanges };
  // A start time is the time of the answer right after a deployment, and differs from replica to replica. But values that
  // grow with each of the looks (two, and `keptLooks` more) are no start times of a few replicas.
  const [told, shown]: [Answer[], Answer[]] = [
    [direct, again.direct],
    [door, again.door],
  ];
  for (let look = 0; look < edge.keptLooks; look += 1) {
    const pair = await sendPair(urls, path, context, true);
    exchanges.push(pair.direct, pair.door);
    if (!pair.direct.ok || !pair.door.ok) return { exchanges };
    told.push(pair.direct);
    shown.push(pair.door);
  }
  const frozen = frozenFields(path.volatile, told, shown);
  if (frozen.length === 0) return { exchanges };
  const why = `${frozen.join(', ')} did not change between ${told.length} requests, directly it did each time`;
  return { judgement: blameCache(urls, why, 'new values', 'the same values'), exchanges };
}

function blameCache(urls: Urls, why: string, expected: string, actual: string): Judgement {
  const message = `GET ${urls.door} is answered from a cache: ${why}. Take this path out of the proxy's cache, or let the service say how long its answers may be kept (cache-control: max-age).`;
  return { status: 'failed', message, expected, actual };
}

async function sendPair(urls: Urls, path: EdgePath, context: ProbeContext, fresh: boolean): Promise<Pair> {
  const [direct, door] = await Promise.all([
    send(urls.direct, path, context, fresh),
    send(urls.door, path, context, fresh),
  ]);
  return { direct, door };
}

function send(url: string, path: EdgePath, { client }: ProbeContext, fresh: boolean): Promise<Exchange> {
  return client.send({ ...toEdgeRequest(path), url, fresh });
}

function judgePair(
  edge: EdgeContract,
  path: EdgePath,
  urls: Urls,
  { direct, door }: Pair,
  context: ProbeContext,
): { judgement: Judgement; difference?: Difference } {
  const behind = judgeSide(`${path.method} ${urls.direct}`, direct, path);
  const front = judgeSide(`${path.method} ${urls.door}`, door, path);
  if (behind.status !== 'passed') return { judgement: blameBackend(edge, behind, front) };
  if (front.status === 'inconclusive') return { judgement: front };
  if (front.status !== 'passed') return { judgement: blameProxy(edge, path, front, direct) };
  if (!direct.ok || !door.ok) throw new Error('a side without an answer was judged as passed');
  const difference = compareAnswers(direct, door, path, context.redact) ?? compareHeaders(direct, door, path.keeps);
  if (difference === undefined) {
    return { judgement: { status: 'passed', evidence: { direct: showAnswer(direct), door: showAnswer(door) } } };
  }
  return { judgement: blameDifference(edge, urls, difference), difference };
}

/** One side by itself: its status, and JSON that is JSON and no page. */
function judgeSide(where: string, exchange: Exchange, path: EdgePath): Judgement {
  if (!exchange.ok) return judgeNoAnswer(where, exchange);
  if (isLimited(exchange) && path.status !== exchange.status) return judgeRateLimited(where, exchange);
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

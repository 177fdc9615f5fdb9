/** Makes the request of one step and judges its answer. */
import type { RequestContract, StepContract } from '../../contract/schema.ts';
import { type ProbeContext, urlAt } from '../context.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import type { SendInput } from '../http/request.ts';
import type { Judgement } from '../row.ts';
import { extract } from './extract.ts';
import { acceptsStatus, judgeAnswer } from './judge-answer.ts';
import { encodeMultipart } from './multipart.ts';
import { fillDeep, fillTemplate, type TemplateValues } from './template.ts';

/** What the API contract of a service says against an answer to `method path`. */
export type ContractJudge = (service: string, method: string, path: string, answer: Answer) => readonly string[];

export interface StepOutcome {
  readonly judgement: Judgement;
  /** One, or as many as the step is repeated. */
  readonly exchanges: readonly Exchange[];
  /** Values that later steps may use. */
  readonly captured: ReadonlyMap<string, string>;
}

export interface StepOptions {
  readonly judgeContract?: ContractJudge | undefined;
  /** Sent besides those of the step, which stand before these. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Called when everything is ready to be sent; what it throws keeps it from being sent. */
  readonly beforeSend?: (() => void) | undefined;
}

/** Throws MissingValueError when a template names something that no earlier step captured. */
export async function runStep(
  step: StepContract,
  service: string,
  values: TemplateValues,
  context: ProbeContext,
  { judgeContract, headers, beforeSend }: StepOptions = {},
): Promise<StepOutcome> {
  const at = step.request.at ?? service;
  const path = fillTemplate(step.request.path, values, encodeURIComponent);
  const filled = toSendInput(step.request, urlAt(context.system, at, path), values, context);
  // Whether the system limits the rate may be what the step asks: then it does not wait to be let in.
  const patient = !acceptsStatus(step.expect.status, 429);
  const input: SendInput = { ...filled, patient, headers: { ...headers, ...filled.headers } };
  const { method } = step.request;
  const where = `${method} ${input.url}`;
  // Of the path alone: the URL of a service may have a path of its own, which its API contract does not know.
  const { pathname } = new URL(path, 'http://service');
  const expect = fillDeep(step.expect, values);
  const judge = (exchange: Exchange): Judgement =>
    judgeAnswer(expect, exchange, {
      where,
      redact: context.redact,
      contractProblems: judgeContract && ((answer) => judgeContract(at, method, pathname, answer)),
    });
  const inputs = step.repeat === undefined ? [input] : Array.from({ length: step.repeat }, () => freshly(input));
  beforeSend?.();
  const exchanges = await Promise.all(inputs.map((one) => context.client.send(one)));
  const judgement = worstOf(exchanges.map((exchange) => asPrecondition(step, exchange, judge(exchange))));
  const [first] = exchanges;
  if (judgement.status !== 'passed' || !first?.ok) return { judgement, exchanges, captured: new Map() };
  return { exchanges, ...capture(step, first, where, judgement) };
}

/** A credential of our own that is refused says nothing about the system: it may have expired, or be locked. */
function asPrecondition({ precondition }: StepContract, exchange: Exchange, judgement: Judgement): Judgement {
  if (precondition !== true || judgement.status !== 'failed' || !exchange.ok) return judgement;
  if (exchange.status < 400 || exchange.status >= 500) return judgement;
  const message = `The credential of this check was refused, so what it opens could not be judged. ${judgement.message} Renew or unlock it; that log-in works as such takes a promise that registers its own user.`;
  return { ...judgement, status: 'inconclusive', reason: 'insufficient', message };
}

function freshly(input: SendInput): SendInput {
  return { ...input, fresh: true };
}

/** Failed before inconclusive before passed; with the share of the answers that it is true of, where there are several. */
function worstOf(judgements: readonly Judgement[]): Judgement {
  const failed = judgements.filter(({ status }) => status === 'failed');
  const flawed = failed.length > 0 ? failed : judgements.filter(({ status }) => status !== 'passed');
  const [worst] = flawed;
  if (worst === undefined || worst.status === 'passed') return { status: 'passed' };
  if (judgements.length === 1) return worst;
  const share = ` (${flawed.length} of ${judgements.length} answers)`;
  return { ...worst, message: worst.message.replace(/\.?$/, `${share}.`) };
}

function capture(step: StepContract, answer: Answer, where: string, passed: Judgement): Omit<StepOutcome, 'exchanges'> {
  const captured = new Map<string, string>();
  for (const [name, extractor] of Object.entries(step.capture ?? {})) {
    const found = extract(extractor, answer);
    if (!found.ok) {
      const message = `${where} has no ${name} to go on with: ${found.why}.`;
      return { judgement: { status: 'failed', message, expected: name, actual: found.why }, captured };
    }
    captured.set(name, found.value);
  }
  return { judgement: passed, captured };
}

function toSendInput(request: RequestContract, url: string, values: TemplateValues, context: ProbeContext): SendInput {
  const { body, contentType } = toBody(request, values, context.run.nonce);
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    fillTemplate(value, values),
  ]);
  return {
    url,
    method: request.method,
    headers: { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...Object.fromEntries(headers) },
    body,
  };
}

function toBody(
  request: RequestContract,
  values: TemplateValues,
  nonce: string,
): { body?: string | Buffer; contentType?: string } {
  if (request.json !== undefined) {
    return { body: JSON.stringify(fillDeep(request.json, values)), contentType: 'application/json' };
  }
  if (request.multipart !== undefined) return encodeMultipart(fillDeep(request.multipart, values), nonce);
  return request.body === undefined ? {} : { body: fillTemplate(request.body, values) };
}

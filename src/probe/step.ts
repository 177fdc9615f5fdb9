/** Makes the request of one step and judges its answer. */
import type { RequestContract, StepContract } from '../contract/schema.ts';
import { type ProbeContext, urlAt } from './context.ts';
import type { Answer, Exchange } from './exchange.ts';
import { extract } from './extract.ts';
import { judgeAnswer } from './judge-answer.ts';
import { encodeMultipart } from './multipart.ts';
import type { SendInput } from './request.ts';
import type { Judgement } from './row.ts';
import { fillDeep, fillTemplate, type TemplateValues } from './template.ts';

/** What the API contract of a service says against an answer to `method path`. */
export type ContractJudge = (service: string, method: string, path: string, answer: Answer) => readonly string[];

export interface StepOutcome {
  readonly judgement: Judgement;
  readonly exchange: Exchange;
  /** Values that later steps may use. */
  readonly captured: ReadonlyMap<string, string>;
}

/** Throws MissingValueError when a template names something that no earlier step captured. */
export async function runStep(
  step: StepContract,
  service: string,
  values: TemplateValues,
  context: ProbeContext,
  judgeContract?: ContractJudge,
): Promise<StepOutcome> {
  const at = step.request.at ?? service;
  const input = toSendInput(step.request, at, values, context);
  const exchange = await context.client.send(input);
  const { method } = step.request;
  const { pathname } = new URL(input.url);
  const judgement = judgeAnswer(fillDeep(step.expect, values), exchange, {
    where: `${method} ${input.url}`,
    redact: context.redact,
    contractProblems: judgeContract && ((answer) => judgeContract(at, method, pathname, answer)),
  });
  if (judgement.status !== 'passed' || !exchange.ok) return { judgement, exchange, captured: new Map() };
  return { exchange, ...capture(step, exchange, `${method} ${input.url}`, judgement) };
}

function capture(step: StepContract, answer: Answer, where: string, passed: Judgement): Omit<StepOutcome, 'exchange'> {
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

function toSendInput(
  request: RequestContract,
  service: string,
  values: TemplateValues,
  context: ProbeContext,
): SendInput {
  const { body, contentType } = toBody(request, values, context.run.nonce);
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    fillTemplate(value, values),
  ]);
  return {
    url: urlAt(context.system, service, fillTemplate(request.path, values, encodeURIComponent)),
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

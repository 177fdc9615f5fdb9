/** One operation under test: how it is asked, and what is found wrong with it. */
import type { OpenApiDocument, Operation } from '../../../src/contract/openapi.ts';
import { createRedactor } from '../../../src/contract/redact.ts';
import type { Answer } from '../../../src/probe/http/exchange.ts';
import { type ApiRequest, toCurl } from './api-request.ts';
import type { OpenTarget } from './open-target.ts';
import { baseUrl, type Seen } from './target.ts';

export interface Subject {
  readonly target: OpenTarget;
  readonly service: string;
  readonly document: OpenApiDocument;
  readonly operation: Operation;
  /** Everything that is made up comes from it. */
  readonly seed: number;
}

/** What is wrong, in a sentence that begins with the operation; and how to see it again. */
export interface Finding {
  /** e.g. `GET /jobs/{id}` */
  readonly operation: string;
  readonly check: string;
  readonly message: string;
  readonly curl?: string;
}

/** Finds what is wrong; what the contract says against the exchanges themselves is found for it. */
export interface ApiCheck {
  /** `refuses invalid input` */
  readonly name: string;
  /** Whether there is anything to ask. */
  readonly applies: (subject: Subject) => boolean;
  readonly run: (subject: Subject) => Promise<readonly Finding[]>;
}

/** One answer to one request of a check. */
export interface Asked {
  readonly request: ApiRequest;
  readonly answer: Answer;
  /** Whether the contract allows the request; undefined where that is not known from the outside (forms). */
  readonly allowed: boolean | undefined;
}

/** Sends; undefined = there was no answer, which is found by itself. */
export async function ask(subject: Subject, request: ApiRequest): Promise<Asked | undefined> {
  const { target, service } = subject;
  const { pathAndQuery, headers, body, operation } = request;
  const url = `${baseUrl(target.system, service)}${pathAndQuery}`;
  const exchange = await target.client.send({ url, method: operation.method, headers, ...(body && { body }) });
  if (!exchange.ok) return undefined;
  const isForm = headers['content-type']?.startsWith('multipart/') === true;
  return { request, answer: exchange, allowed: isForm ? undefined : isAllowed(target.peekLast()) };
}

function isAllowed(seen: Seen | undefined): boolean | undefined {
  return seen?.judged?.request.valid;
}

/** The headers of the session in use, where the operation asks for one; undefined = there is none to be had. */
export async function credentialsFor(subject: Subject): Promise<Readonly<Record<string, string>> | undefined> {
  if (subject.operation.security === 'public') return {};
  return (await subject.target.sessions?.current())?.headers;
}

export function toFinding(subject: Subject, check: string, what: string, request?: ApiRequest): Finding {
  const { target, service, operation } = subject;
  const redact = createRedactor(target.system.secrets);
  const curl = request && toCurl(request, baseUrl(target.system, service), redact);
  return { operation: operation.key, check, message: `${operation.key} ${what}.`, ...(curl && { curl }) };
}

/** Runs a check and adds what was wrong with any exchange of it: an answer against the contract, or none. */
export async function runCheck(check: ApiCheck, subject: Subject): Promise<readonly Finding[]> {
  subject.target.takeSeen();
  const found = await check
    .run(subject)
    .catch((error: unknown): readonly Finding[] => [
      toFinding(subject, check.name, `could not be asked: ${error instanceof Error ? error.message : String(error)}`),
    ]);
  return [...found, ...subject.target.takeSeen().flatMap((seen) => seenFindings(subject, check.name, seen))];
}

/** Of whichever operation it was: the account of a test is made by requests like any other. */
function seenFindings(subject: Subject, check: string, { input, exchange, judged }: Seen): Finding[] {
  const { target, document, service, operation } = subject;
  const of = document.operations.find(({ key }) => key === judged?.operation) ?? operation;
  const pathAndQuery = input.url.slice(baseUrl(target.system, service).length);
  const headers = Object.fromEntries(
    Object.entries(input.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const request = { operation: of, pathAndQuery, headers, ...(input.body !== undefined && { body: input.body }) };
  const about = { ...subject, operation: of };
  if (!exchange.ok) return [toFinding(about, check, `gives no answer: ${exchange.error.message}`, request)];
  if (judged === undefined || judged.valid) return [];
  return judged.problems.map((problem) => toFinding(about, check, `breaks its contract: ${problem}`, request));
}

export function showFindings(findings: readonly Finding[]): string {
  return findings.map(({ message, curl }) => (curl === undefined ? message : `${message}\n    ${curl}`)).join('\n');
}

/** Which operations of the API contracts are measured, how each is asked, and what it is held to. */
import type { Operation } from '../../contract/openapi.ts';
import type { PerformancePolicy } from '../../contract/policy-schema.ts';
import type { ResolvedSystem } from '../../contract/schema.ts';
import { urlAt } from '../context.ts';
import type { ApiDocuments } from '../endpoints/api-documents.ts';
import { changesNothing, doorOf } from '../endpoints/endpoints.ts';
import { toExampleBody, toOperationRequest } from '../endpoints/operation-request.ts';
import { fillHeaders } from '../http/request-headers.ts';

export interface PlannedOperation {
  /** `GET /jobs/{id}` */
  readonly key: string;
  /** the service that is asked: the front door where it serves the operation */
  readonly at: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly class: string;
  /** milliseconds */
  readonly objectives: PerformancePolicy['classes'][string];
}

export interface LeftOut {
  readonly key: string;
  /** a sentence without its full stop */
  readonly why: string;
  /** said in the policy; else it could not be asked */
  readonly meant: boolean;
}

export interface PerformancePlan {
  readonly operations: readonly PlannedOperation[];
  readonly leftOut: readonly LeftOut[];
}

export interface PlanInput {
  readonly system: ResolvedSystem;
  readonly documents: ApiDocuments;
  readonly policy: PerformancePolicy;
  readonly nonce: string;
  /** what requests of a session carry; undefined = there is none */
  readonly session: Readonly<Record<string, string>> | undefined;
}

/** Safe operations only (RFC 9110 §9.2.1), and those that the contract says change nothing. */
export function planOperations(input: PlanInput): PerformancePlan {
  const all = [...input.documents].flatMap(([service, { operations }]) =>
    operations
      .filter((operation) => changesNothing(input.system, operation))
      .map((operation) => planOne(operation, service, input)),
  );
  const known = new Set(all.map(({ key }) => key));
  const strangers = Object.keys(input.policy.operations)
    .filter((key) => !known.has(key))
    .map((key) => ({ key, why: 'the policy names it, and no API contract has it as a safe operation', meant: false }));
  return {
    operations: all.filter((one): one is PlannedOperation => 'url' in one),
    leftOut: [...all.filter((one): one is LeftOut => 'why' in one), ...strangers],
  };
}

function planOne(operation: Operation, service: string, input: PlanInput): PlannedOperation | LeftOut {
  const { system, policy, session, nonce } = input;
  const { key, method } = operation;
  const said = policy.operations[key] ?? {};
  if ('skip' in said) return { key, why: said.skip, meant: true };
  const name = said.class ?? policy.default;
  const objectives = policy.classes[name];
  if (objectives === undefined) throw new Error(`The policy has no class "${name}".`);
  const own = fillHeaders(said.headers, system);
  const needsSession = operation.security === 'required' && said.headers === undefined;
  if (needsSession && session === undefined) {
    const why = 'it demands a login: give it headers in the policy, or skip it with a reason';
    return { key, why, meant: false };
  }
  const body = toExampleBody(operation);
  if (body === 'none') return { key, why: 'its API contract has no example of its body', meant: false };
  const request = toOperationRequest({ ...operation, safe: true }, nonce);
  if (request.invented) {
    return { key, why: 'its API contract has no example for each parameter that it demands', meant: false };
  }
  const at = doorOf(system, service, operation);
  const joint = request.pathAndQuery.includes('?') ? '&' : '?';
  const url = urlAt(system, at, `${request.pathAndQuery}${said.query === undefined ? '' : `${joint}${said.query}`}`);
  const headers = { ...request.headers, ...body?.headers, ...(needsSession ? session : {}), ...own };
  return { key, at, method, url, headers, body: body?.text, class: name, objectives };
}

/** What may be sent twice (RFC 9110 §9.2.2; the Idempotency-Key header where it is declared). */
import { type Draft, toApiRequest } from '../draft.ts';
import { type ApiCheck, ask, credentialsFor, type Finding, type Subject, toFinding } from '../subject.ts';
import { validDraft } from '../valid-draft.ts';
import { isReachable } from './input.ts';

const IDEMPOTENT: ReadonlySet<string> = new Set(['PUT', 'DELETE']);
const KEY = /^idempotency-key$/i;

export const canBeRepeated: ApiCheck = {
  name: 'can be sent twice: the second time does nothing more',
  applies: (subject) =>
    isReachable(subject) && (IDEMPOTENT.has(subject.operation.method) || keyOf(subject) !== undefined),
  run: async (subject) => {
    const draft = await validDraft(subject, { seed: subject.seed, optionals: 0, examples: true });
    const credentials = await credentialsFor(subject);
    if (draft === undefined || credentials === undefined) return [];
    const request = toApiRequest(withKey(subject, draft), credentials);
    const first = await ask(subject, request);
    const second = await ask(subject, request);
    if (subject.operation.security === 'required') subject.target.sessions?.renew();
    if (first === undefined || second === undefined) return [];
    const found = (what: string): Finding[] => [toFinding(subject, canBeRepeated.name, what, request)];
    if (first.answer.status >= 300)
      return found(`answers ${first.answer.status} to a request that its contract allows`);
    if (second.answer.status >= 500) return found(`answers ${second.answer.status} when it is sent again`);
    const isSame = first.answer.status === second.answer.status && first.answer.text() === second.answer.text();
    if (keyOf(subject) !== undefined && !isSame) return found('does the work again for the same Idempotency-Key');
    if (subject.operation.method === 'PUT' && second.answer.status >= 400) {
      return found(`refuses with ${second.answer.status} what it took before`);
    }
    return [];
  },
};

function keyOf({ operation }: Subject): string | undefined {
  return operation.parameters.find((one) => one.in === 'header' && KEY.test(one.name))?.name;
}

function withKey(subject: Subject, draft: Draft): Draft {
  const name = keyOf(subject);
  if (name === undefined) return draft;
  return { ...draft, headers: { ...draft.headers, [name]: `gate10-${subject.target.run.nonce}` } };
}

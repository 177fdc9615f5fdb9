/** Content negotiation (RFC 9110 §12.5.1): what is asked for, of what is declared; the answer names its own type rightly. */

import { coversType } from '../../../../src/contract/declared-answer.ts';
import { toApiRequest } from '../draft.ts';
import { type ApiCheck, ask, credentialsFor, type Finding, type Subject, toFinding } from '../subject.ts';
import { validDraft } from '../valid-draft.ts';
import { isReachable } from './input.ts';

const UNKNOWN_TYPE = 'application/x-gate10';

export const negotiatesMedia: ApiCheck = {
  name: 'answers in a media type that it declares, whatever is asked for',
  applies: (subject) => isReachable(subject) && subject.operation.safe && successTypes(subject).length > 0,
  run: async (subject) => {
    const draft = await validDraft(subject, { seed: subject.seed, optionals: 0, examples: true });
    const credentials = await credentialsFor(subject);
    if (draft === undefined || credentials === undefined) return [];
    const types = successTypes(subject);
    const declares406 = subject.operation.responses['406'] !== undefined;
    const findings: Finding[] = [];
    for (const accept of [...types, UNKNOWN_TYPE]) {
      const asked = await ask(subject, toApiRequest({ ...draft, headers: { ...draft.headers, accept } }, credentials));
      if (asked === undefined || asked.answer.status >= 400) continue;
      // Who declares 406 negotiates; anybody else may answer with what there is (RFC 9110 §12.5.1).
      const isFit = coversType(accept, asked.answer.contentType);
      if (isFit || !declares406) continue;
      const what = `answers ${asked.answer.contentType} to a caller who accepts ${accept} only, where it declares 406`;
      findings.push(toFinding(subject, negotiatesMedia.name, what, asked.request));
    }
    return findings;
  },
};

function successTypes({ operation }: Subject): readonly string[] {
  const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
  return [...new Set(successes.flatMap(([, { contentTypes }]) => contentTypes))];
}

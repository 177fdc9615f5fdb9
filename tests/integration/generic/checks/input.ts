/** Every operation takes what its contract allows and refuses what it forbids. */
import { type Draft, toApiRequest } from '../draft.ts';
import { flawsOfAccepted, flawsOfRefused } from '../refusal.ts';
import { type ApiCheck, type Asked, ask, credentialsFor, type Finding, type Subject, toFinding } from '../subject.ts';
import { validDraft } from '../valid-draft.ts';
import { type Variant, variantsOf } from '../variants.ts';

const MADE_REQUESTS = 4;

/** One documented example, and values made from the schemas: without what is optional, with all of it, and between. */
export const takesValidInput: ApiCheck = {
  name: 'takes valid input, and answers it with a success',
  applies: isReachable,
  run: async (subject) => {
    const findings: Finding[] = [];
    let succeeded = false;
    for (let index = 0; index <= MADE_REQUESTS; index++) {
      const seed = subject.seed * 100 + index;
      const options = { seed, optionals: index / MADE_REQUESTS, examples: index === 0 };
      const draft = await validDraft(subject, options);
      if (draft === undefined) continue;
      const asked = await askAs(subject, draft);
      if (asked === undefined) continue;
      const what = index === 0 ? 'its own example' : `made-up input (seed ${seed})`;
      findings.push(...judge(subject, takesValidInput.name, what, asked, false));
      succeeded ||= asked.answer.status < 300;
    }
    return succeeded || (await wasSeen(subject)) ? findings : [...findings, neverSucceeds(subject)];
  },
};

/** At every bound and beyond it, of other types, left out, too much, unreadable. */
export const refusesInvalidInput: ApiCheck = {
  name: 'takes input at its bounds, and refuses it beyond them',
  applies: (subject) => {
    const { requestBody, parameters } = subject.operation;
    return isReachable(subject) && (requestBody !== undefined || parameters.length > 0);
  },
  run: async (subject) => {
    const base = await validDraft(subject, { seed: subject.seed, optionals: 1, examples: true });
    if (base === undefined) return [];
    const findings: Finding[] = [];
    for (const variant of variantsOf(base)) {
      const asked = await askAs(subject, variant.draft);
      if (asked !== undefined)
        findings.push(...judge(subject, refusesInvalidInput.name, variant.what, asked, isWrong(variant)));
    }
    return findings;
  },
};

function isWrong({ wrong }: Variant): boolean {
  return wrong === true;
}

/** Anybody can ask a public operation; any other needs an account, and a write an environment that takes it. */
export function isReachable({ operation, target }: Subject): boolean {
  if (!operation.safe && target.system.environment.writes !== 'free') return false;
  return operation.security === 'public' || target.sessions !== undefined;
}

/** In the session that the operation needs. A success without a body may have ended it, or what it was about. */
export async function askAs(subject: Subject, draft: Draft): Promise<Asked | undefined> {
  const credentials = await credentialsFor(subject);
  if (credentials === undefined) return undefined;
  const asked = await ask(subject, toApiRequest(draft, credentials));
  const ended = !subject.operation.safe && draft.body === undefined && (asked?.answer.status ?? 0) < 300;
  if (ended && subject.operation.security === 'required') subject.target.sessions?.renew();
  return asked;
}

function judge(
  subject: Subject,
  check: string,
  what: string,
  { answer, allowed, request }: Asked,
  wrong: boolean,
): Finding[] {
  const { operation, target } = subject;
  const { contract } = target.system;
  const stricter = contract.integration?.stricter.includes(operation.key) === true;
  const lenient = contract.endpoints.lenient.includes(operation.key);
  const isForbidden = wrong || allowed === false;
  const flaws = isForbidden
    ? flawsOfRefused(what, answer, operation, lenient)
    : flawsOfAccepted(what, answer, stricter);
  return flaws.map((flaw) => toFinding(subject, check, flaw, request));
}

/** The requests that made an account are requests too: an operation that only they can use is seen there. */
async function wasSeen({ target, operation }: Subject): Promise<boolean> {
  await target.sessions?.current();
  return target.succeeded.has(operation.key);
}

function neverSucceeds(subject: Subject): Finding {
  return toFinding(subject, takesValidInput.name, 'never answered with a success, so that nothing is known of it');
}

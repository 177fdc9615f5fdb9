/** Who may ask: nobody without a session, nobody with a forged or an ended one, nobody for what belongs to another. */
import type { Operation } from '../../../../src/contract/openapi.ts';
import { isLimited, statusSentence } from '../../../../src/probe/http/answer-words.ts';
import { type Draft, toApiRequest } from '../draft.ts';
import type { Session } from '../session.ts';
import { type ApiCheck, ask, type Finding, type Subject, toFinding } from '../subject.ts';
import { validDraft } from '../valid-draft.ts';
import { isReachable } from './input.ts';

type Credentials = Readonly<Record<string, string>>;

const needsSession = ({ operation }: Subject): boolean => operation.security === 'required';

/** Asked of reads everywhere: without a session nothing can come of it. */
export const demandsASession: ApiCheck = {
  name: 'demands a session: none and a forged one are refused',
  applies: (subject) => needsSession(subject) && (subject.operation.safe || isReachable(subject)),
  run: async (subject) => {
    const draft = await draftOf(subject);
    if (draft === undefined) return [];
    const real = (await subject.target.sessions?.current())?.headers;
    const forged = real && Object.fromEntries(Object.entries(real).map(([name, value]) => [name, forge(value)]));
    return [
      ...(await refused(subject, draft, {}, 'a caller who has not logged in')),
      ...(forged === undefined ? [] : await refused(subject, draft, forged, 'a caller with a forged session')),
    ];
  },
};

/** Only where the clock of the system can be moved. */
export const endsSessions: ApiCheck = {
  name: 'refuses a session that has expired',
  applies: (subject) => needsSession(subject) && isReachable(subject) && subject.target.expireSessions !== undefined,
  run: async (subject) => {
    const draft = await draftOf(subject);
    const session = await subject.target.sessions?.current();
    if (draft === undefined || session === undefined) return [];
    subject.target.expireSessions?.();
    subject.target.sessions?.renew();
    return refused(subject, draft, session.headers, 'a caller whose session has expired');
  },
};

/** Asked of what one account made, by another: it must not be told from what is not there, or be forbidden. */
export const keepsUsersApart: ApiCheck = {
  name: 'keeps what belongs to one account from another',
  applies: (subject) => needsSession(subject) && isReachable(subject) && ownsResources(subject) && !isShared(subject),
  run: async (subject) => {
    const draft = await draftOf(subject);
    const other = await subject.target.sessions?.other();
    if (draft === undefined || other === undefined) return [];
    const asked = await ask(subject, toApiRequest(draft, other.headers));
    if (asked === undefined || asked.answer.status === 403 || asked.answer.status === 404) return [];
    const what = `lets one account have what another has made: it ${said(asked.answer.status)}`;
    return [toFinding(subject, keepsUsersApart.name, what, asked.request)];
  },
};

function isShared({ target, operation }: Subject): boolean {
  return target.system.contract.integration?.shared.includes(operation.key) === true;
}

/** A path parameter whose collection accounts add to. */
function ownsResources({ operation, document }: Subject): boolean {
  const collection = operation.path.slice(0, operation.path.lastIndexOf('/{'));
  const maker = document.operations.find(({ method, path }) => method === 'POST' && path === collection);
  return operation.path.includes('{') && maker?.security === 'required';
}

async function draftOf(subject: Subject): Promise<Draft | undefined> {
  return validDraft(subject, { seed: subject.seed, optionals: 0, examples: true });
}

async function refused(subject: Subject, draft: Draft, credentials: Credentials, who: string): Promise<Finding[]> {
  const asked = await ask(subject, toApiRequest(draft, credentials));
  if (asked === undefined) return [];
  const { answer, request } = asked;
  if (isLimited(answer))
    return [toFinding(subject, demandsASession.name, `keeps the tests out: ${statusSentence(answer)}`)];
  if (isKeptOut(subject.operation, answer.status)) return [];
  return [toFinding(subject, demandsASession.name, `lets in ${who}: it ${said(answer.status)}`, request)];
}

/** By a refusal, by the declared way to the login, or by not saying whether there is such a thing. */
function isKeptOut({ path, responses }: Operation, status: number): boolean {
  if (status === 401 || status === 403) return true;
  if (status === 404) return path.includes('{');
  return status >= 300 && status < 400 && responses[String(status)] !== undefined;
}

function said(status: number): string {
  return `answers ${status}`;
}

/** As long, of the same kind, and of nobody: the last letter or digit of the token is another one. */
function forge(value: Session['headers'][string]): string {
  const flipped = value.replace(/[A-Za-z0-9](?=[^A-Za-z0-9]*$)/, (last) => (last === 'A' ? 'B' : 'A'));
  return flipped.replace(/[A-Za-z0-9]{8}(?=[^A-Za-z0-9]*$)/, 'AAAAAAAA') === value ? `${value}x` : flipped;
}

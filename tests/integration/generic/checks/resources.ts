/** Who asks for one thing gets that one, and not another of the same shape. */
import { isJson } from '../../../../src/run/traffic/exchange.ts';
import { isOwnObject } from '../own-object.ts';
import { type ApiCheck, type Subject, toFinding } from '../subject.ts';
import { validDraft } from '../valid-draft.ts';
import { askAs, isReachable } from './input.ts';

export const givesWhatIsAskedFor: ApiCheck = {
  name: 'gives the resource whose id is asked for',
  applies: (subject) =>
    isReachable(subject) && subject.operation.method === 'GET' && lastParameter(subject) !== undefined,
  run: async (subject) => {
    const name = lastParameter(subject);
    const draft = await validDraft(subject, { seed: subject.seed, optionals: 0, examples: true });
    const asked = draft && (await askAs(subject, draft));
    if (name === undefined || asked === undefined || asked.answer.status !== 200) return [];
    if (!isJson(asked.answer.contentType)) return [];
    const given = ownId(subject, asked.answer.json(), name);
    const wanted = draft?.path[name];
    if (given === undefined || given.toLowerCase() === wanted?.toLowerCase()) return [];
    return [toFinding(subject, givesWhatIsAskedFor.name, `gives ${given} where ${wanted} is asked for`, asked.request)];
  },
};

/** `id` of `/jobs/{id}`. */
function lastParameter({ operation }: Subject): string | undefined {
  return /\/\{([^}]*)\}$/.exec(operation.path)?.[1];
}

/** Under the parameter's own name; under `id` where the parameter is the id of what the path lists: `/jobs/{jobId}`. */
function ownId({ operation }: Subject, body: unknown, name: string): string | undefined {
  if (!isOwnObject(body)) return undefined;
  const things = operation.path.split('/').at(-2) ?? '';
  const isItsId = /^id$/i.test(name) || things.toLowerCase().startsWith(name.replace(/_?id$/i, '').toLowerCase());
  const id = body[name] ?? (isItsId ? body['id'] : undefined);
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

/** The values that a journey is given: those of the run, then its own, which may use what stands before them. */
import type { JourneyContract, StepContract } from '../../contract/schema.ts';
import type { ProbeContext } from '../context.ts';
import { startValues } from '../flow/flow.ts';
import { SECRET_NAME } from '../flow/hide-secrets.ts';
import { fillTemplate } from '../flow/template.ts';

export interface GivenValues {
  /** What the journey itself gets. */
  readonly given: Readonly<Record<string, string>>;
  /** What the cleanup is filled with; what is made of a secret of the environment is not among them. */
  readonly values: Map<string, string>;
  /** Of `given`, what must not be shown: by its name, or because it holds a secret of the environment. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** `name` = what `{{run.journey}}` is. Throws MissingValueError for a name that the loader does not know. */
export function fillGiven(
  contract: Pick<JourneyContract, 'given'>,
  name: string,
  context: Pick<ProbeContext, 'system' | 'run'>,
): GivenValues {
  const values = startValues(context).set('run.journey', name);
  const all = new Map(values);
  const given: Record<string, string> = {};
  const secrets = new Map<string, string>();
  const ofSecrets = namesMadeOfSecrets(contract);
  for (const [key, template] of Object.entries(contract.given)) {
    const value = fillTemplate(template, all);
    all.set(key, value);
    given[key] = value;
    if (!ofSecrets.has(key)) values.set(key, value);
    if (SECRET_NAME.test(key) || ofSecrets.has(key)) secrets.set(key, value);
  }
  return { given, values, secrets };
}

/**
 * The undoing, as it may be written down: where it uses a value that is made of a secret of the environment, it names that
 * secret itself, because secrets are never stored.
 */
export function undoingOf({
  given,
  cleanup = [],
  verify = [],
}: Pick<JourneyContract, 'given' | 'cleanup' | 'verify'>): {
  readonly cleanup: StepContract[];
  readonly verify: StepContract[];
} {
  const templates = new Map<string, string>();
  for (const name of namesMadeOfSecrets({ given })) templates.set(name, inline(given[name] ?? '', templates) as string);
  return { cleanup: inline(cleanup, templates) as StepContract[], verify: inline(verify, templates) as StepContract[] };
}

function namesMadeOfSecrets({ given }: Pick<JourneyContract, 'given'>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [name, template] of Object.entries(given)) {
    const uses = [...template.matchAll(TEMPLATE)].map(([, used = '']) => used.trim());
    if (uses.some((used) => used.startsWith('secret.') || names.has(used))) names.add(name);
  }
  return names;
}

const TEMPLATE = /\{\{([^{}]*)\}\}/g;

/** Replaces `{{name}}` by the text of that name, deep in a JSON value; other names stay as they are. */
function inline(value: unknown, templates: ReadonlyMap<string, string>): unknown {
  if (templates.size === 0) return value;
  if (typeof value === 'string') {
    return value.replaceAll(TEMPLATE, (written, name: string) => templates.get(name.trim()) ?? written);
  }
  if (Array.isArray(value)) return value.map((item) => inline(item, templates));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inline(member, templates)]));
}

/** `contracts/notify.yaml` with what it leaves unsaid, or everything that is wrong with it. */
import path from 'node:path';
import { InputError, type Problem } from '../errors.ts';
import { citesWhatIsListed, readAuthority } from './authority-file.ts';
import { toProblems } from './issues.ts';
import { nearest } from './nearest.ts';
import {
  type NotifyDefaults,
  type NotifyFile,
  type NotifyTarget,
  notifyDefaultsSchema,
  notifySchema,
  type RetryRules,
} from './notify-schema.ts';
import { type DataPath, parseYaml, type YamlDocument } from './yaml-document.ts';
import { readSource } from './yaml-source.ts';

export interface NotifyContract extends Omit<NotifyFile, 'schema' | 'retry'> {
  readonly retry: RetryRules;
  /** A problem with its place in the file. */
  readonly problemAt: (place: DataPath, what: string, fix: string) => Problem;
}

/** `contractsDir` is absolute. Throws InputError with all problems at once; none of them shows a value. */
export function loadNotify(contractsDir: string, defaults: NotifyDefaults = loadNotifyDefaults()): NotifyContract {
  const shownAs = path.posix.join(path.basename(contractsDir), 'notify.yaml');
  const source = readSource(path.join(contractsDir, 'notify.yaml'), shownAs);
  if (!source.ok) throw new InputError(source.problems);
  const parsed = parseYaml(source.text, shownAs);
  if (!parsed.ok) throw new InputError(parsed.problems);
  const { document } = parsed;
  const checked = notifySchema.safeParse(document.value);
  if (!checked.success) throw new InputError(toProblems(checked.error.issues, document, notifySchema));
  const file = checked.data;
  const problemAt = toProblemAt(document);
  const problems = [...routeProblems(file, problemAt), ...targetProblems(file, problemAt)];
  if (problems.length > 0) throw new InputError(problems);
  const given = Object.fromEntries(Object.entries(file.retry).filter(([, value]) => value !== undefined));
  return { ...file, retry: { ...defaults.retry, ...given }, problemAt };
}

/** Throws OwnFaultError: the file is gate10's, not the adopter's. */
export function loadNotifyDefaults(): NotifyDefaults {
  return readAuthority(
    'notify.yaml',
    notifyDefaultsSchema.refine(citesWhatIsListed, { error: 'a source that is not listed' }),
  );
}

/** The environment variables that a target needs; each with its key in the file. */
export function variablesOf(target: NotifyTarget): readonly (readonly [key: string, variable: string])[] {
  switch (target.kind) {
    case 'alertmanager':
      return [];
    case 'pagerduty':
      return [['routingKey', target.routingKey]];
    case 'slack':
      return [['webhook', target.webhook]];
    case 'webhook':
      return target.secret === undefined ? [] : [['secret', target.secret]];
    case 'smtp':
      return target.password === undefined ? [] : [['password', target.password]];
  }
}

type ProblemAt = NotifyContract['problemAt'];

function toProblemAt(document: YamlDocument): ProblemAt {
  return (place, what, fix) => {
    const { line, column } = document.place(place);
    return { code: 'notify', file: document.file, line, column, path: place.join('.'), what, fix };
  };
}

/** A route to nobody and a target that nothing leads to are the same mistake: somebody will not be told. */
function routeProblems({ targets, routes }: NotifyFile, at: ProblemAt): Problem[] {
  const known = Object.keys(targets);
  const unknown = routes.flatMap((route, index) =>
    route.targets.flatMap((name, position) => {
      if (known.includes(name)) return [];
      const guess = nearest(name, known);
      const fix = guess === undefined ? 'Declare it below "targets".' : `Did you mean "${guess}"?`;
      return [at(['routes', index, 'targets', position], `the target "${name}" is not declared`, fix)];
    }),
  );
  const named = new Set(routes.flatMap((route) => route.targets));
  const unused = known
    .filter((name) => !named.has(name))
    .map((name) => at(['targets', name], 'no route leads to this target', 'Name it in a route, or remove it.'));
  return [...unknown, ...unused];
}

function targetProblems({ targets }: NotifyFile, at: ProblemAt): Problem[] {
  return Object.entries(targets).flatMap(([name, target]) => {
    const place = ['targets', name];
    if (target.kind === 'smtp') return mailProblems(target, place, at);
    if (target.kind === 'pagerduty' && target.url !== undefined && isOpen(target.url))
      return [at([...place, 'url'], 'the routing key would be sent unencrypted', 'Use https://.')];
    return [];
  });
}

function mailProblems(target: Extract<NotifyTarget, { kind: 'smtp' }>, place: DataPath, at: ProblemAt): Problem[] {
  const { user, password, tls, host, to } = target;
  const problems: Problem[] = [];
  if (user !== undefined && password === undefined)
    problems.push(at([...place, 'user'], 'a user without a password', 'Add "password": the name of its variable.'));
  if (password !== undefined && user === undefined)
    problems.push(at([...place, 'password'], 'a password without a user', 'Add "user".'));
  if (password !== undefined && tls === 'none' && !isLoopback(host))
    problems.push(at([...place, 'tls'], 'the password would be sent unencrypted', 'Use starttls or implicit.'));
  for (const [index, one] of to.entries())
    if (to.indexOf(one) !== index)
      problems.push(at([...place, 'to', index], 'the receiver is there twice', 'Name each once.'));
  return problems;
}

/** http to another machine. */
export function isOpen(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}

function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

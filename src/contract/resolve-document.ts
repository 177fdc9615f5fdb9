/** A parsed document → variables filled in, validated, cross-checked for one environment. */
import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import { checkClaims } from './check-claims.ts';
import { checkExternalApis } from './check-external-apis.ts';
import { checkHeaders } from './check-headers.ts';
import { checkIntegration } from './check-integration.ts';
import { checkJourneys } from './check-journeys.ts';
import { checkPatterns, checkPromises } from './check-promises.ts';
import { checkReferences } from './check-references.ts';
import { checkStamp } from './check-stamp.ts';
import { checkSynthetic } from './check-synthetic.ts';
import { checkVariables } from './check-variables.ts';
import type { Finding, ReadableContract } from './findings.ts';
import { type Env, type Interpolated, interpolate } from './interpolate.ts';
import { toDataPath, toProblems } from './issues.ts';
import { member, readableParts } from './readable-parts.ts';
import { type SystemContract, systemSchema } from './schema.ts';
import { secretNames } from './secrets.ts';
import type { YamlDocument } from './yaml-document.ts';

export interface ResolvedDocument {
  /** missing where there are problems */
  readonly contract: SystemContract | undefined;
  readonly readable: ReadableContract;
  readonly problems: readonly Problem[];
}

/** Environments other than the one that is run may hold variables that are not set: what concerns those is not judged. */
export function resolveDocument(document: YamlDocument, environment: string, env: Env): ResolvedDocument {
  const filled = interpolate(document, env, environment);
  const { data, contract, others, issues } = validate(filled, environment);
  const readable = contract
    ? { ...contract, environments: { ...others, ...contract.environments } }
    : readableParts(data, environment, others);
  const findings = [
    ...checkReferences(readable, member(data, 'environments')),
    ...checkPromises(readable, secretNames(document.value, environment)),
    ...checkJourneys(readable, secretNames(document.value, environment)),
    ...checkHeaders(readable, secretNames(document.value, environment)),
    ...checkStamp(readable),
    ...checkSynthetic(readable),
    ...checkIntegration(readable),
    ...checkPatterns(data),
    ...checkClaims(readable),
    ...checkExternalApis(readable, environment),
    ...checkVariables(readable, environment),
  ];
  const placed: YamlDocument = { ...document, value: data };
  // a variable that is not set is said once, not again as a wrong value
  const unset = new Set(filled.problems.map(({ path }) => path));
  const told = issues.filter(({ path }) => !unset.has(path.join('.')));
  const problems = [
    ...filled.problems,
    ...toProblems(told, placed, systemSchema),
    ...findings.map((finding) => toProblem(finding, document)),
  ];
  return { contract: problems.length === 0 ? contract : undefined, readable, problems };
}

interface Validated {
  readonly data: unknown;
  /** with the environment that is run alone */
  readonly contract: SystemContract | undefined;
  /** the other environments that can be read here */
  readonly others: SystemContract['environments'];
  readonly issues: readonly z.core.$ZodIssue[];
}

/** Values from variables are text: where the schema wants a number or a boolean they are read as one, and only there. */
function validate(filled: Interpolated, environment: string): Validated {
  // a copy already, made by filling in; it is mended in place
  const data = filled.value;
  const first = validateOnce(data, filled, environment);
  const mended = first.issues.filter((issue) => mend(data, issue, filled.filled));
  return mended.length > 0 ? validateOnce(data, filled, environment) : first;
}

function validateOnce(data: unknown, { open }: Interpolated, environment: string): Validated {
  const environments = Object.entries(member(data, 'environments') ?? {});
  const own = environments.filter(([name]) => name === environment);
  const main = systemSchema.safeParse({ ...(data as object), environments: Object.fromEntries(own) });
  const issues: z.core.$ZodIssue[] = [...(main.error?.issues ?? [])];
  const others: SystemContract['environments'] = {};
  for (const [name, value] of environments.filter(([name]) => name !== environment)) {
    const other = systemSchema.shape.environments.safeParse({ [name]: value });
    Object.assign(others, other.data);
    for (const issue of other.error?.issues ?? []) issues.push({ ...issue, path: ['environments', ...issue.path] });
  }
  return { data, contract: main.data, others, issues: issues.filter(({ path }) => !open.has(path.join('.'))) };
}

/** Also takes out an optional value whose variable is empty by its own default (`${NAME:-}`). */
function mend(data: unknown, issue: z.core.$ZodIssue, filled: ReadonlySet<string>): boolean {
  const path = toDataPath(issue.path);
  if (!filled.has(path.join('.'))) return false;
  const parent = path.slice(0, -1).reduce<unknown>((node, part) => member(node, part), data) as Record<string, unknown>;
  const key = String(path.at(-1));
  const text = parent[key];
  if (text === '') {
    delete parent[key];
    return true;
  }
  if (issue.code !== 'invalid_type' || typeof text !== 'string') return false;
  if (issue.expected === 'boolean' && (text === 'true' || text === 'false')) parent[key] = text === 'true';
  else if (/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text)) parent[key] = Number(text);
  else return false;
  return true;
}

function toProblem({ path, ...rest }: Finding, document: YamlDocument): Problem {
  const { line, column } = document.place(path);
  return { code: 'contradiction', file: document.file, line, column, path: path.join('.'), ...rest };
}

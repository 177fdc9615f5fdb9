/** A parsed document → variables filled in, validated, cross-checked for one environment. */
import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import { checkClaims } from './check-claims.ts';
import { checkPatterns, checkPromises } from './check-promises.ts';
import { checkReferences } from './check-references.ts';
import type { Finding, ReadableContract } from './findings.ts';
import { type Env, type Interpolated, interpolate } from './interpolate.ts';
import { toDataPath, toProblems } from './issues.ts';
import {
  corsSchema,
  edgeSchema,
  environmentSchema,
  promiseSchema,
  type SystemContract,
  systemSchema,
} from './schema.ts';
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
  const { data, issues } = validate(filled);
  const readable = readableParts(data);
  const findings = [
    ...checkReferences(readable, member(data, 'environments')),
    ...checkPromises(readable, secretNames(document.value, environment)),
    ...checkPatterns(data),
    ...checkClaims(readable),
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
  const parsed = problems.length === 0 ? systemSchema.safeParse(onlyEnvironment(data, environment)) : undefined;
  return { contract: parsed?.success ? parsed.data : undefined, readable, problems };
}

/** Values from variables are text: where the schema wants a number or a boolean they are read as one, and only there. */
function validate(filled: Interpolated): { readonly data: unknown; readonly issues: readonly z.core.$ZodIssue[] } {
  const data = structuredClone(filled.value);
  let issues = issuesOf(data, filled);
  const mended = issues.filter((issue) => mend(data, issue, filled.filled));
  if (mended.length > 0) issues = issuesOf(data, filled);
  return { data, issues };
}

function issuesOf(data: unknown, { open }: Interpolated): readonly z.core.$ZodIssue[] {
  const result = systemSchema.safeParse(data);
  if (result.success) return [];
  return result.error.issues.filter(({ path }) => !open.has(path.join('.')));
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

/** What can be cross-checked although something else is wrong: "all problems at once". */
function readableParts(data: unknown): ReadableContract {
  const part = <S extends z.ZodType>(schema: S, value: unknown): z.output<S> | undefined =>
    schema.safeParse(value).data;
  const items = <S extends z.ZodType>(schema: S, value: unknown): (z.output<S> | undefined)[] =>
    Array.isArray(value) ? value.map((item) => part(schema, item)) : [];
  const { edges: _e, cors: _c, promises: _p, environments: _v, ...sections } = systemSchema.shape;
  const found = Object.entries(sections).map(([key, schema]) => [key, part(schema, member(data, key))]);
  const environments = Object.entries(member(data, 'environments') ?? {}).flatMap(([name, value]) => {
    const environment = part(environmentSchema, value);
    return environment ? [[name, environment] as const] : [];
  });
  return {
    ...Object.fromEntries(found.filter(([, value]) => value !== undefined)),
    edges: items(edgeSchema, member(data, 'edges')),
    cors: items(corsSchema, member(data, 'cors')),
    promises: items(promiseSchema, member(data, 'promises')),
    environments: Object.fromEntries(environments),
  };
}

function onlyEnvironment(data: unknown, name: string): unknown {
  return { ...(data as object), environments: { [name]: member(member(data, 'environments'), name) } };
}

function member(node: unknown, key: string | number): unknown {
  if (node === null || typeof node !== 'object' || !Object.hasOwn(node, key)) return undefined;
  return (node as Record<string | number, unknown>)[key];
}

function toProblem({ path, ...rest }: Finding, document: YamlDocument): Problem {
  const { line, column } = document.place(path);
  return { code: 'contradiction', file: document.file, line, column, path: path.join('.'), ...rest };
}

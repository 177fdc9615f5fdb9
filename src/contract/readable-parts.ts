/** What of a wrong contract can be read all the same, so that one attempt tells everything that is wrong with it. */
import type { z } from 'zod';
import type { ReadableContract } from './findings.ts';
import {
  corsSchema,
  edgeSchema,
  environmentSchema,
  promiseSchema,
  type SystemContract,
  systemSchema,
} from './schema.ts';

/** What can be cross-checked although something else is wrong: "all problems at once". */
export function readableParts(
  data: unknown,
  environment: string,
  others: SystemContract['environments'],
): ReadableContract {
  const items = <S extends z.ZodType>(schema: S, value: unknown): (z.output<S> | undefined)[] =>
    Array.isArray(value) ? value.map((item) => part(schema, item)) : [];
  const { edges: _e, cors: _c, promises: _p, environments: _v, ...sections } = systemSchema.shape;
  const found = Object.entries(sections).map(([key, schema]) => [key, part(schema, member(data, key))]);
  const own = part(environmentSchema, member(member(data, 'environments'), environment));
  return {
    ...servicesByName(member(data, 'services')),
    ...Object.fromEntries(found.filter(([, value]) => value !== undefined)),
    edges: items(edgeSchema, member(data, 'edges')),
    cors: items(corsSchema, member(data, 'cors')),
    promises: items(promiseSchema, member(data, 'promises')),
    environments: own ? { ...others, [environment]: own } : others,
  };
}

/** A part with wrong or unknown members is read without these: what else it says is still there to be checked. */
function part<S extends z.ZodType>(schema: S, value: unknown): z.output<S> | undefined {
  const first = schema.safeParse(value);
  if (first.success || value === null || typeof value !== 'object') return first.data;
  const rest = structuredClone(value);
  for (const issue of first.error.issues) leaveOut(rest, issue);
  return schema.safeParse(rest).data;
}

function leaveOut(part: object, issue: z.core.$ZodIssue): void {
  const unknown = issue.code === 'unrecognized_keys';
  const names: readonly PropertyKey[] = unknown ? issue.keys : issue.path.slice(-1);
  const place = unknown ? issue.path : issue.path.slice(0, -1);
  const parent = place.reduce<unknown>((node, name) => member(node, String(name)), part);
  // an item taken out of a list would move those behind it
  if (parent === null || typeof parent !== 'object' || Array.isArray(parent)) return;
  for (const name of names) Reflect.deleteProperty(parent, name);
}

/** Each service is named by others and names its API contract, whatever else is wrong with it or its neighbours. */
function servicesByName(services: unknown): Pick<ReadableContract, 'services'> {
  if (services === null || typeof services !== 'object' || Array.isArray(services)) return {};
  const read = Object.entries(services).map(([name, value]) => {
    const openapi = member(value, 'openapi');
    return [name, { kind: 'backend', ...(typeof openapi === 'string' ? { openapi } : {}) }] as const;
  });
  return { services: Object.fromEntries(read) };
}

export function member(node: unknown, key: string | number): unknown {
  if (node === null || typeof node !== 'object' || !Object.hasOwn(node, key)) return undefined;
  return (node as Record<string | number, unknown>)[key];
}

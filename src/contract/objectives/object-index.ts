/** The objects of an OpenSLO file by kind and name, and what is wrong with their references. */
import type { Problem } from '../../errors.ts';
import { toProblems } from '../issues.ts';
import { nearest } from '../nearest.ts';
import type { DataPath, YamlDocument } from '../yaml-document.ts';
import { type AnyOpenSlo, API_VERSION, KIND_SCHEMAS, type Kind, type OpenSlo } from './openslo-schema.ts';

export interface Placed<T> {
  readonly data: T;
  readonly document: YamlDocument;
}

export type ObjectsByKind = { readonly [K in Kind]: ReadonlyMap<string, Placed<OpenSlo<K>>> };

const KINDS = Object.keys(KIND_SCHEMAS) as Kind[];

/** Validates every document. What is wrong with one does not hide what is wrong with the others. */
export function indexObjects(documents: readonly YamlDocument[]): {
  readonly objects: ObjectsByKind;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const byKind = new Map<Kind, Map<string, Placed<AnyOpenSlo>>>(KINDS.map((kind) => [kind, new Map()]));
  for (const document of documents) {
    const wrong = wrongHeader(document);
    if (wrong !== undefined) {
      problems.push(wrong);
      continue;
    }
    const { kind } = document.value as { kind: Kind };
    const schema = KIND_SCHEMAS[kind];
    problems.push(...notRead(document));
    const checked = schema.safeParse(document.value);
    if (!checked.success) {
      problems.push(...toProblems(checked.error.issues, document, schema));
      continue;
    }
    const { name } = checked.data.metadata;
    const known = byKind.get(kind);
    if (known?.has(name)) {
      const fix = 'Give each its own name.';
      problems.push(problemAt(document, ['metadata', 'name'], `there are two ${kind} objects named "${name}"`, fix));
    }
    known?.set(name, { data: checked.data, document });
  }
  return { objects: Object.fromEntries(byKind) as unknown as ObjectsByKind, problems };
}

/** Right by the specification, and so no matter of the schema; told although the schema finds something else. */
function notRead(document: YamlDocument): Problem[] {
  const { spec } = document.value as { spec?: unknown };
  const method = (spec as { budgetingMethod?: unknown } | null | undefined)?.budgetingMethod;
  if (method !== 'RatioTimeslices') return [];
  const fix = 'Use Occurrences or Timeslices.';
  return [problemAt(document, ['spec', 'budgetingMethod'], 'RatioTimeslices are not read', fix)];
}

function wrongHeader(document: YamlDocument): Problem | undefined {
  const { value } = document;
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return problemAt(
      document,
      [],
      'this is no object of OpenSLO',
      'Write a mapping with apiVersion, kind, metadata, spec.',
    );
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
  if (typeof apiVersion === 'string' && apiVersion !== API_VERSION) {
    const fix = `Write it as ${API_VERSION}; other versions of OpenSLO are not read.`;
    return problemAt(document, ['apiVersion'], 'the version of OpenSLO is not one that gate10 reads', fix);
  }
  if (typeof kind === 'string' && (KINDS as string[]).includes(kind)) return undefined;
  const guess = typeof kind === 'string' ? nearest(kind, KINDS) : undefined;
  const fix = guess === undefined ? `Use one of ${KINDS.join(', ')}.` : `Did you mean "${guess}"?`;
  return problemAt(
    document,
    ['kind'],
    kind === undefined ? '"kind" is missing' : 'there is no such kind in OpenSLO v1',
    fix,
  );
}

export function problemAt(document: YamlDocument, at: DataPath, what: string, fix: string): Problem {
  const { line, column } = document.place(at);
  return { code: 'objectives', file: document.file, line, column, path: at.join('.'), what, fix };
}

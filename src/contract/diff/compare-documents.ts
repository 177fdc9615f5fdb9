/**
 * Two versions of an API contract, as a client of the old one meets them. What is sent may be asked for less strictly, what
 * comes back may be promised more strictly; the other way round a client breaks. What cannot be compared counts as breaking.
 */
import { canonicalJson } from '../canonical.ts';
import type { Content, OpenApiDocument, Operation, Parameter } from '../openapi.ts';
import type { Change } from './change.ts';
import { compareSchemas, type Direction, type SchemaChange } from './compare-schemas.ts';

type Found = Omit<Change, 'operation'>;

/** Breaking ones first; within them in the order of the old contract. */
export function compareDocuments(was: OpenApiDocument, is: OpenApiDocument): Change[] {
  const after = new Map(is.operations.map((operation) => [identityOf(operation), operation]));
  const before = new Map(was.operations.map((operation) => [identityOf(operation), operation]));
  const changes = [
    ...was.operations.flatMap((old) => {
      const next = after.get(identityOf(old));
      const found = next === undefined ? [gone(old)] : compareOperations(old, next);
      return found.map((change) => ({ ...change, operation: old.key }));
    }),
    ...is.operations
      .filter((operation) => !before.has(identityOf(operation)))
      .map(({ key }) => ({ ...harmless('operation-added', '', 'is new'), operation: key })),
  ];
  const unique = new Map(changes.map((change) => [canonicalJson(change), change]));
  return [...unique.values()].sort((a, b) => Number(b.breaking) - Number(a.breaking));
}

/** Renaming a path parameter makes no other operation. */
function identityOf({ key }: Operation): string {
  return key.replace(/\{[^}]*\}/g, '{}');
}

function gone({ raw }: Operation): Found {
  return raw['deprecated'] === true
    ? breaking('operation-removed', '', 'is gone; it was deprecated before')
    : breaking('operation-removed', '', 'is gone');
}

function compareOperations(was: Operation, is: Operation): Found[] {
  return [
    ...compareParameters(was, is),
    ...compareRequestBodies(was.requestBody, is.requestBody),
    ...compareResponses(was, is),
    ...compareSecurity(was, is),
    ...(was.raw['deprecated'] !== true && is.raw['deprecated'] === true
      ? [harmless('operation-deprecated', '', 'is deprecated')]
      : []),
  ];
}

function compareParameters(was: Operation, is: Operation): Found[] {
  const [before, after] = [named(was), named(is)];
  const removed = [...before].filter(([name]) => !after.has(name));
  const added = [...after].filter(([name]) => !before.has(name));
  return [
    ...removed.map(([name]) => breaking('parameter-removed', name, 'is gone')),
    ...added.map(([name, { required }]) =>
      required
        ? breaking('parameter-required-added', name, 'is new and required')
        : harmless('parameter-added', name, 'is new'),
    ),
    ...[...before].flatMap(([name, old]) => {
      const next = after.get(name);
      return next === undefined ? [] : compareParameter(name, old, next);
    }),
  ];
}

/** By place and name; those of a path by their position, whatever they are called. */
function named({ parameters, path }: Operation): Map<string, Parameter> {
  const order = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  return new Map(
    parameters.map((one) => [
      one.in === 'path'
        ? `path parameter ${order.indexOf(one.name) + 1}`
        : `${one.in} parameter "${one.in === 'header' ? one.name.toLowerCase() : one.name}"`,
      one,
    ]),
  );
}

function compareParameter(name: string, was: Parameter, is: Parameter): Found[] {
  const found: Found[] = [];
  if (!was.required && is.required) found.push(breaking('parameter-required-added', name, 'is required now'));
  if (was.required && !is.required) found.push(harmless('parameter-required-dropped', name, 'may be left out now'));
  const [had, has] = [was.schema?.['default'], is.schema?.['default']];
  if (had !== undefined && canonicalJson(had) !== canonicalJson(has ?? null)) {
    found.push(breaking('parameter-default-changed', name, 'means another value when it is left out'));
  }
  const changes = compareSchemas(was.schema, is.schema, 'request');
  return [...found, ...changes.map((change) => within(change, name, 'parameter'))];
}

function compareRequestBodies(was: Operation['requestBody'], is: Operation['requestBody']): Found[] {
  const place = 'request body';
  if (was === undefined && is === undefined) return [];
  if (was === undefined) {
    return is?.required
      ? [breaking('request-body-required-added', place, 'is new and required')]
      : [harmless('request-body-added', place, 'is new')];
  }
  if (is === undefined) return [breaking('request-body-removed', place, 'is gone')];
  const found: Found[] = [];
  if (!was.required && is.required) found.push(breaking('request-body-required-added', place, 'is required now'));
  if (was.required && !is.required) found.push(harmless('request-body-required-dropped', place, 'may be left out now'));
  return [...found, ...compareContents(was, is, 'request', place)];
}

function compareResponses(was: Operation, is: Operation): Found[] {
  const [before, after] = [Object.keys(was.responses), Object.keys(is.responses)];
  return [
    ...before.flatMap((status) => {
      const [old, next] = [was.responses[status], is.responses[status] ?? covering(is, status)];
      const place = `response ${status}`;
      if (old === undefined) return [];
      if (next !== undefined)
        return [...compareContents(old, next, 'response', place), ...compareHeaders(was, is, status)];
      return /^[23]/.test(status)
        ? [breaking('response-success-status-removed', place, 'is gone')]
        : [harmless('response-error-status-removed', place, 'is gone')];
    }),
    ...after
      .filter((status) => !before.includes(status))
      .map((status) => harmless('response-status-added', `response ${status}`, 'is new')),
  ];
}

/** `2XX` goes on to promise a `200`. */
function covering({ responses }: Operation, status: string): Content | undefined {
  return /^\d{3}$/.test(status) ? responses[`${status[0]}XX`] : undefined;
}

function compareHeaders(was: Operation, is: Operation, status: string): Found[] {
  const after = new Map(is.headersOf(status).map((header) => [header.name, header]));
  return was.headersOf(status).flatMap((old) => {
    const next = after.get(old.name);
    const place = `response ${status} header ${old.name}`;
    if (next === undefined) return [breaking('response-header-removed', place, 'is gone')];
    if (old.required && !next.required) return [breaking('response-required-dropped', place, 'may be missing now')];
    return compareSchemas(old.schema, next.schema, 'response').map((change) => within(change, place));
  });
}

function compareContents(was: Content, is: Content, direction: Direction, place: string): Found[] {
  const removed = was.contentTypes.filter(
    (type) => !is.contentTypes.includes(type) && !is.contentTypes.includes('*/*'),
  );
  const added = is.contentTypes.filter((type) => !was.contentTypes.includes(type));
  return [
    ...removed.map((type) => breaking(`${direction}-content-type-removed`, `${place} ${type}`, 'is gone')),
    ...added.map((type) => harmless(`${direction}-content-type-added`, `${place} ${type}`, 'is new')),
    ...was.contentTypes
      .filter((type) => !removed.includes(type))
      .flatMap((type) =>
        compareSchemas(was.schemaFor(type), is.schemaFor(type), direction).map((change) =>
          within(change, `${place} ${type}`),
        ),
      ),
  ];
}

/** Each way in has to stay open: with the same schemes or fewer of them, the same scopes or fewer. */
function compareSecurity(was: Operation, is: Operation): Found[] {
  const isCovered = (option: Operation['securityOptions'][number]): boolean =>
    is.securityOptions.some((next) =>
      Object.entries(next).every(
        ([name, scopes]) =>
          option[name] !== undefined && [scopes].flat().every((scope) => option[name]?.includes(scope)),
      ),
    );
  const isPublic = ({ security }: Operation): boolean => security === 'public';
  if (isPublic(was) && !isPublic(is)) return [breaking('security-added', 'security', 'credentials are asked for now')];
  if (!isPublic(was) && isPublic(is)) return [harmless('security-dropped', 'security', 'is public now')];
  if (isPublic(is)) return [];
  const lost = was.securityOptions
    .filter((option) => !isCovered(option))
    .map((option) => Object.keys(option).join(' + '));
  return lost.map((option) => breaking('security-tightened', 'security', `${option} is not enough any more`));
}

function within({ kind, breaking: isBreaking, at, message }: SchemaChange, place: string, rename?: string): Found {
  const named = rename === undefined ? kind : kind.replace(/^request/, rename);
  return { kind: named, breaking: isBreaking, place: at === '' ? place : `${place} ${at}`, message };
}

function breaking(kind: string, place: string, message: string): Found {
  return { kind, breaking: true, place, message };
}

function harmless(kind: string, place: string, message: string): Found {
  return { kind, breaking: false, place, message };
}

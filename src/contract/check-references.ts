/** Names that have to exist: services, ids, layers. */
import type { Finding, ReadableContract } from './findings.ts';
import { nearest } from './nearest.ts';
import type { DataPath } from './yaml-document.ts';

export function checkReferences(contract: ReadableContract, rawEnvironments: unknown): readonly Finding[] {
  return [
    ...checkServices(contract),
    ...checkEnvironmentServices(contract, rawEnvironments),
    ...checkUnique(contract.promises, 'promises', 'promise'),
    ...checkUnique(contract.edges, 'edges', 'edge'),
    ...checkUnique(contract.cors, 'cors', 'CORS promise'),
    ...checkAbsentLayers(contract),
  ];
}

function* namedServices(contract: ReadableContract): Generator<readonly [DataPath, string | undefined]> {
  yield [['frontDoor'], contract.frontDoor];
  yield [['identity', 'service'], contract.identity?.service];
  yield [['health', 'service'], contract.health?.service];
  yield [['frontend', 'service'], contract.frontend?.service];
  for (const [index, edge] of contract.edges.entries()) {
    yield [['edges', index, 'from'], edge?.from];
    yield [['edges', index, 'to'], edge?.to];
  }
  for (const [index, cors] of contract.cors.entries()) yield [['cors', index, 'at'], cors?.at];
  for (const [index, route] of (contract.slis?.routes ?? []).entries())
    yield [['slis', 'routes', index, 'at'], route.at];
  for (const [index, route] of (contract.endpoints?.undocumented ?? []).entries())
    yield [['endpoints', 'undocumented', index, 'at'], route.at];
  for (const [index, route] of (contract.security?.rateLimits ?? []).entries())
    yield [['security', 'rateLimits', index, 'at'], route.at];
  for (const [index, promise] of contract.promises.entries()) {
    yield [['promises', index, 'at'], promise?.at];
    for (const part of ['steps', 'cleanup', 'verify'] as const) {
      for (const [step, { request }] of (promise?.[part] ?? []).entries()) {
        yield [['promises', index, part, step, 'request', 'at'], request.at];
      }
    }
  }
}

function* checkServices(contract: ReadableContract): Generator<Finding> {
  if (!contract.services) return;
  const known = Object.keys(contract.services);
  for (const [path, name] of namedServices(contract)) {
    if (name === undefined || known.includes(name)) continue;
    const guess = nearest(name, known);
    yield {
      path,
      what: `the service "${name}" is not declared`,
      expected: `one of ${known.join(', ')}`,
      fix: guess ? `Did you mean "${guess}"?` : 'Declare it under "services".',
    };
  }
}

/** Over the data as written, because other environments may hold variables that are not set here. */
function* checkEnvironmentServices(contract: ReadableContract, raw: unknown): Generator<Finding> {
  if (!contract.services || !isMapping(raw)) return;
  const known = Object.keys(contract.services);
  for (const [environment, body] of Object.entries(raw)) {
    const targets = isMapping(body) ? body['services'] : undefined;
    if (!isMapping(targets)) continue;
    const path: DataPath = ['environments', environment, 'services'];
    for (const name of known.filter((service) => !Object.hasOwn(targets, service))) {
      yield { path, what: `the service "${name}" has no url in this environment`, fix: `Add "${name}: { url: … }".` };
    }
    for (const name of Object.keys(targets).filter((target) => !known.includes(target))) {
      const guess = nearest(name, known);
      const fix = guess ? `Did you mean "${guess}"?` : 'Declare it under "services", or remove it.';
      yield { path: [...path, name], what: `the service "${name}" is not declared`, fix };
    }
  }
}

function* checkUnique(
  items: readonly ({ readonly id: string } | undefined)[],
  section: string,
  noun: string,
): Generator<Finding> {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (!item) continue;
    if (seen.has(item.id)) {
      const fix = 'Give each its own id: records are kept under it.';
      yield { path: [section, index, 'id'], what: `the ${noun} id "${item.id}" is used twice`, fix };
    }
    seen.add(item.id);
  }
}

function* checkAbsentLayers({ layers, ...contract }: ReadableContract): Generator<Finding> {
  const absent = (layer: string) => {
    const declaration = layers?.[layer as keyof typeof layers];
    return typeof declaration === 'object' ? declaration : undefined;
  };
  const clash = (path: DataPath, layer: string): Finding => ({
    path,
    what: `the layer "${layer}" is declared absent, and this is a promise of it`,
    fix: `Declare "${layer}", or remove the promise.`,
  });
  for (const [index, promise] of contract.promises.entries()) {
    if (promise && absent(promise.layer)) yield clash(['promises', index, 'layer'], promise.layer);
  }
  if (contract.edges.length > 0 && absent('integration')) yield clash(['edges'], 'integration');
  if (contract.cors.length > 0 && absent('cors')) yield clash(['cors'], 'cors');
  if (contract.frontend && absent('frontend')) yield clash(['frontend'], 'frontend');
  if (contract.health && absent('runtime')) yield clash(['health'], 'runtime');
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** What a journey has to hold together in itself: service, layer, cleanup, names, the mark of synthetic data. */
import { checkTemplates } from './check-promises.ts';
import { unmarkedWrites } from './check-synthetic.ts';
import type { Finding, ReadableContract } from './findings.ts';
import { nearest } from './nearest.ts';
import type { JourneyContract } from './schema.ts';
import { templateNames } from './template-names.ts';
import type { DataPath } from './yaml-document.ts';

/** `secretNames` are those of the environment that is run. */
export function* checkJourneys(contract: ReadableContract, secretNames: readonly string[]): Generator<Finding> {
  const seen = new Set<string>();
  for (const [index, journey] of (contract.journeys ?? []).entries()) {
    const path: DataPath = ['journeys', index];
    if (seen.has(journey.id)) {
      const fix = 'Give each its own id: records are kept under it.';
      yield { path: [...path, 'id'], what: `the journey id "${journey.id}" is used twice`, fix };
    }
    seen.add(journey.id);
    yield* checkPlace(journey, path, contract);
    yield* checkUndoing(journey, path);
    yield* checkNames(journey, path, secretNames);
    yield* checkMark(journey, path, contract);
  }
}

function* checkPlace({ at, layer }: JourneyContract, path: DataPath, contract: ReadableContract): Generator<Finding> {
  const known = Object.keys(contract.services ?? {});
  if (at !== undefined && contract.services !== undefined && !known.includes(at)) {
    const guess = nearest(at, known);
    const fix = guess ? `Did you mean "${guess}"?` : 'Declare it under "services".';
    yield {
      path: [...path, 'at'],
      what: `the service "${at}" is not declared`,
      expected: `one of ${known.join(', ')}`,
      fix,
    };
  }
  if (typeof contract.layers?.[layer] === 'object') {
    const what = `the layer "${layer}" is declared absent, and this is a journey of it`;
    yield { path: [...path, 'layer'], what, fix: `Declare "${layer}", or remove the journey.` };
  }
}

function* checkUndoing({ id, writes, cleanup, verify }: JourneyContract, path: DataPath): Generator<Finding> {
  if (writes && !cleanup?.length) {
    const fix = 'Add "cleanup" with the requests that remove what was made.';
    yield { path, what: `the journey "${id}" writes and has no cleanup`, fix };
  }
  if (!writes && cleanup?.length) {
    yield { path, what: `the journey "${id}" has a cleanup and does not write`, fix: 'Add "writes: true".' };
  }
  if (verify?.length && !cleanup?.length) {
    const what = `the journey "${id}" verifies a cleanup that it has not`;
    yield { path: [...path, 'verify'], what, fix: 'Add "cleanup", or remove it.' };
  }
}

/** A given value may use those before it; the cleanup may use them all. */
function* checkNames(journey: JourneyContract, path: DataPath, secretNames: readonly string[]): Generator<Finding> {
  const known = new Set(['run.id', 'run.nonce', 'run.journey', ...secretNames.map((name) => `secret.${name}`)]);
  for (const [name, value] of Object.entries(journey.given)) {
    for (const used of templateNames(value)) {
      if (known.has(used)) continue;
      const fix = used.startsWith('secret.')
        ? 'List it under "secrets" of the environment.'
        : 'Give it before this one.';
      const what = `{{${used}}} is used and not known here`;
      yield { path: [...path, 'given', name], what, expected: `one of ${[...known].join(', ')}`, fix };
    }
    known.add(name);
  }
  for (const part of ['cleanup', 'verify'] as const) {
    for (const [index, step] of (journey[part] ?? []).entries()) {
      yield* checkTemplates(step, [...path, part, index], known);
      for (const name of Object.keys(step.capture ?? {})) known.add(name);
    }
  }
}

/** A given value that holds the mark hands it on to what uses it; a journey that writes has at least one. */
function* checkMark(journey: JourneyContract, path: DataPath, { synthetic }: ReadableContract): Generator<Finding> {
  const mark = synthetic?.mark;
  if (mark === undefined || !journey.writes) return;
  const marked = Object.entries(journey.given).flatMap(([name, value]) => (value.includes(mark) ? [name] : []));
  if (marked.length === 0) {
    const fix = 'Give the journey the name under which it writes, with the mark: real data must not be touched.';
    const what = 'a journey that writes is given nothing that carries the mark of synthetic data';
    yield { path, what, expected: `"${mark}" in a value of "given"`, fix };
  }
  const { cleanup, verify } = journey;
  for (const finding of unmarkedWrites({ cleanup, verify }, mark, marked)) {
    yield { ...finding, path: [...path, ...finding.path] };
  }
}

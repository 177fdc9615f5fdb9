/** The session of the API tests: a promise that is there, whose steps capture what its headers use. */
import type { Finding, ReadableContract } from './findings.ts';
import { templateNames } from './template-names.ts';

export function* checkIntegration({ integration, promises }: ReadableContract): Generator<Finding> {
  const session = integration?.session;
  if (session === undefined) return;
  const path = ['integration', 'session'];
  const promise = promises.find((one) => one?.id === session.promise);
  if (promise === undefined) {
    const expected = `one of ${promises.flatMap((one) => (one ? [one.id] : [])).join(', ') || 'the promises, and there is none'}`;
    yield { path: [...path, 'promise'], what: `there is no promise "${session.promise}"`, expected };
    return;
  }
  const captured = new Set(promise.steps.flatMap(({ capture }) => Object.keys(capture ?? {})));
  for (const name of templateNames(session.headers)) {
    if (captured.has(name)) continue;
    const what = `{{${name}}} is used and the promise "${promise.id}" does not capture it`;
    yield { path: [...path, 'headers'], what, expected: `one of ${[...captured].join(', ')}` };
  }
  if (templateNames(session.headers).length === 0) {
    const fix = 'Use what the steps capture, e.g. "Bearer {{token}}".';
    yield { path: [...path, 'headers'], what: 'no header uses anything that the promise captures', fix };
  }
}

/** One operation answers, and what it answers is of no use: faults of the layer endpoints, each at three operations. */
import type { Fault } from '../../../reference-system/attach.ts';
import { type About, type CatalogueFault, fault, type InjectedFault } from '../fault.ts';
import { appears, PAGE, problem } from '../inject.ts';

type Action = Extract<Fault, { kind: 'route' }>['action'];

const JSON_TYPE = 'application/json';
const about = (title: string, more: Partial<About> = {}): About => ({
  ...{ title, severity: 'P1', layer: 'endpoints' },
  ...more,
});

/** A list, one resource, and an operation that is new in the release. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'GET /jobs': '/jobs',
  'GET /jobs/{id}': '/jobs/*',
  'GET /analytics/summary': '/analytics/summary',
};

function atEach(action: Action, more: { readonly replica?: 1 | 2 } = {}): Record<string, InjectedFault> {
  const of = (path: string) => ({ ...appears(path, action), match: { method: 'GET', path }, ...more });
  return Object.fromEntries(Object.entries(OPERATIONS).map(([name, path]) => [name, { faults: [of(path)] }]));
}

const body = (text: string, contentType = JSON_TYPE): Action => ({ status: 200, body: text, contentType });

export const SINGLE_ANSWER_FAULTS: readonly CatalogueFault[] = [
  fault('X09-20', about('200 with nothing in it'), atEach(body(''))),
  fault('X09-21', about('200 with null'), atEach(body('null'))),
  fault('X09-22', about('A list where an object is promised'), atEach(body('[]'))),
  fault('X09-23', about('An empty object'), atEach(body('{}'))),
  fault('X09-24', about('JSON that ends in the middle'), atEach(body('{"items": [{"id": 1,'))),
  fault('X09-25', about('JSON in a text'), atEach(body('"{\\"items\\": []}"'))),
  fault('X09-26', about('A web page under the name of JSON'), atEach({ ...PAGE, contentType: JSON_TYPE })),
  fault('X09-27', about('An error told with 200'), atEach(body('{"error": "internal", "status": 500}'))),
  fault('X09-28', about('204: done, and nothing to say'), atEach({ status: 204, body: '' })),
  fault('X09-29', about('206: a part of it'), atEach({ status: 206 })),
  fault('X09-30', about('A redirect in a circle'), atEach({ status: 302, body: '', headers: { location: '/jobs' } })),
  fault(
    'X09-31',
    about('503 of one operation, "try again"'),
    atEach({ ...problem(503), headers: { 'retry-after': '30' } }),
  ),
  fault('X09-32', about('The connection is closed without an answer'), atEach({ reset: true })),
  fault('X09-33', about('The body ends before its length'), atEach({ truncate: true })),
  fault('X09-34', about('500 at one of two replicas'), atEach(problem(500), { replica: 2 })),
  fault(
    'X09-35',
    about('An answer that is named compressed and is not'),
    atEach({ headers: { 'content-encoding': 'gzip' } }),
  ),
  fault('X09-36', about('410: gone for ever'), atEach(problem(410))),
  fault(
    'X09-37',
    about('The target limits the validator: nothing can be said', { expect: 'inconclusive' }),
    atEach({ ...problem(429), headers: { 'retry-after': '60' } }),
  ),
];

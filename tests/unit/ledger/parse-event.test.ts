/** An event is parsed by the schema of its own type, and refused as the schema of all events would refuse it. */
import { expect, test } from 'vitest';
import { isEventType, parseEvent, toLedgerEventSchema } from '../../../src/ledger/parse-event.ts';
import { EVENT_SCHEMAS } from '../../../src/ledger/schema.ts';

const INTERRUPTED = {
  type: 'run.interrupted',
  runId: 'r1',
  system: 'demo',
  environment: 'production',
  foundAt: '2026-03-01T10:20:00Z',
};

test('each schema is filed under the type that it takes', () => {
  const types = Object.values(EVENT_SCHEMAS).map((make) => make().shape.type.value);
  expect(types).toEqual(Object.keys(EVENT_SCHEMAS));
});

test('an event that is right is what it was', () => {
  expect(parseEvent(INTERRUPTED)).toMatchObject({ success: true, data: INTERRUPTED });
});

test.each<[string, unknown]>([
  ['a part is missing', { ...INTERRUPTED, runId: undefined }],
  ['there is a part that nobody knows', { ...INTERRUPTED, more: 1 }],
  ['a time is none', { ...INTERRUPTED, foundAt: 'yesterday' }],
  ['its type is unknown', { ...INTERRUPTED, type: 'run.dreamt' }],
  ['its type is a name that every object has', { ...INTERRUPTED, type: 'constructor' }],
  ['its type is no text', { ...INTERRUPTED, type: 7 }],
  ['it has no type', { runId: 'r1' }],
  ['it is null', null],
  ['it is a list', [INTERRUPTED]],
])('an event is refused in the words of the schema of all events where %s', (_, value) => {
  const parsed = parseEvent(value);
  expect(parsed.success).toBe(false);
  expect(parsed.error?.issues).toEqual(toLedgerEventSchema().safeParse(value).error?.issues);
});

test('only the types that there are, are types of events', () => {
  expect(isEventType('run.sealed')).toBe(true);
  expect(isEventType('toString')).toBe(false);
});

import { describe, expect, it } from 'vitest';
import { load, loadError, SMALL_CONTRACT } from './contract-folder.ts';

const WRITES = `journeys:
  - id: order
    layer: endpoints
    title: A customer orders a book
    writes: true
    given: { email: "gate10-{{run.id}}@shop.example" }
    cleanup:
      - request: { method: DELETE, path: "/customers/{{email}}" }
`;
const withJourneys = (yaml: string): string => SMALL_CONTRACT.replace('layers:', `${yaml}layers:`);
const problem = (yaml: string): string => loadError(withJourneys(yaml)).message;

describe('a journey', () => {
  it('is read with what the contract leaves unsaid', () => {
    const [journey] = load(withJourneys(WRITES)).contract.journeys;
    expect(journey).toMatchObject({ severity: 'P1', patience: 10_000, within: 60_000, smoke: false });
    expect(journey?.cleanup?.[0]?.expect.status).toBe(200);
  });

  it.each<[string, string, RegExp]>([
    [
      'the same id twice',
      `${WRITES}${WRITES.replace('journeys:\n', '')}`,
      /:\d+:\d+: journeys\.1\.id: the journey id "order" is used twice/,
    ],
    ['no cleanup', WRITES.replace(/ {4}cleanup:[\s\S]*/, ''), /the journey "order" writes and has no cleanup/],
    ['a cleanup of nothing', WRITES.replace('    writes: true\n', ''), /has a cleanup and does not write/],
    [
      'a verification of nothing',
      WRITES.replace('    writes: true\n', '').replace('cleanup:', 'verify:'),
      /verifies a cleanup that it has not/,
    ],
    [
      'a service that is not there',
      WRITES.replace('writes:', 'at: ap\n    writes:'),
      /the service "ap" is not declared.*Did you mean "a(pp|pi)"/,
    ],
    [
      'a value that comes later',
      WRITES.replace('{{run.id}}', '{{name}}'),
      /given\.email: \{\{name\}\} is used and not known here/,
    ],
    [
      'a secret that is not declared',
      WRITES.replace('{{run.id}}', '{{secret.NOPE}}'),
      /secret\.NOPE.*List it under "secrets"/,
    ],
    ['a cleanup with an unknown name', WRITES.replace('{{email}}', '{{id}}'), /\{\{id\}\} is used and not known here/],
    ['an unknown key', WRITES.replace('writes:', 'wites:'), /the key "wites" is not known here.*"writes"/],
  ])('with %s is wrong, with its line', (_, yaml, message) => {
    expect(problem(yaml)).toMatch(message);
  });

  it('of a layer that is declared absent is a contradiction', () => {
    const absent = withJourneys(WRITES.replace('layer: endpoints', 'layer: storage')).replace(
      'endpoints: declared',
      'endpoints: declared\n  storage: { absent: "the shop stores no files" }',
    );
    expect(loadError(absent).message).toMatch(/the layer "storage" is declared absent, and this is a journey of it/);
  });
});

describe('where synthetic data has a mark', () => {
  const marked = (yaml: string): string => withJourneys(`synthetic: { mark: gate10 }\n${yaml}`);

  it('a given value carries it, and hands it on to the cleanup', () => {
    expect(load(marked(WRITES)).contract.journeys).toHaveLength(1);
  });

  it.each<[string, string, RegExp]>([
    ['is given nothing with it', WRITES.replace('gate10-', 'someone-'), /given nothing that carries the mark/],
    ['removes by another name', WRITES.replace('{{email}}', 'everybody'), /a DELETE carries neither the mark/],
  ])('a journey that %s is refused', (_, yaml, message) => {
    expect(loadError(marked(yaml)).message).toMatch(message);
  });
});

/** `gate10 pyramid` as its user runs it. */
import { expect, test } from 'vitest';
import { pyramidRecordSchema } from '../../src/record/pyramid/pyramid-record-schema.ts';
import { blockFileSchema } from '../../src/record/scorecard/block-schema.ts';
import { junit, passing, type ResultFolder, resultFolder } from './result-files.ts';

function pyramid(unit: number, integration: number, e2e: number): ResultFolder {
  const folder = resultFolder();
  folder.write('unit.xml', junit('tests.unit', passing(unit)));
  folder.write('integration.xml', junit('tests.integration', passing(integration)));
  folder.write('e2e.xml', junit('tests.e2e', passing(e2e)));
  return folder;
}
const ALL = ['unit.xml', 'integration.xml', 'e2e.xml'];

test('a pyramid passes, with a record that the scorecard takes', async () => {
  const folder = pyramid(7, 2, 1);
  const { code, said } = folder.gate10('pyramid', ...ALL);
  expect(code, said).toBe(0);
  expect(said).toContain('Advice, not judged: unit 70 % (70 %) · integration 20 % (20 %) · e2e 10 % (10 %)');
  expect(said).toContain('Just Say No to More End-to-End Tests');
  const record = pyramidRecordSchema.parse(folder.record('pyramid.json'));
  expect(record).toMatchObject({
    status: 'warned',
    levels: { unit: { executed: 7, success_rate: 1 } },
    endpoints: null,
  });
  expect(blockFileSchema.parse(record).suites?.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'unit passed',
    'integration passed',
    'e2e passed',
  ]);
});

test('an ice-cream cone fails, and so does an integration test too many', async () => {
  const cone = await pyramid(1, 2, 3).here('pyramid', ...ALL);
  expect(cone.code, cone.said).toBe(1);
  expect(cone.said).toMatch(/FAILED +not more unit than integration tests: unit 1, integration 2/);
  const folder = pyramid(9, 2, 1);
  folder.write('integration.xml', junit('tests.integration', { ...passing(3), broken: 'failure' }));
  const broken = await folder.here('pyramid', ...ALL);
  expect(broken.code, broken.said).toBe(1);
  expect(broken.said).toContain('integration: 3 of 4 passed, 0.98 asked (failed: tests.integration › broken)');
});

test('what is not known is not passed: a level without results, an empty file, a missing one', async () => {
  const folder = pyramid(7, 2, 1);
  folder.write('empty.xml', '<testsuites/>');
  expect((await folder.here('pyramid', 'unit.xml')).code).toBe(3);
  expect(await folder.here('pyramid', ...ALL, 'empty.xml')).toMatchObject({
    code: 3,
    said: expect.stringContaining('holds no test'),
  });
  expect(await folder.here('pyramid', ...ALL, 'gone.xml')).toMatchObject({
    code: 3,
    said: expect.stringContaining('no such file'),
  });
});

test('what is wrong is told all at once, with its place', async () => {
  const folder = pyramid(7, 2, 1);
  folder.write('a.xml', '<testsuite name="s">\n<testcase/></testsuite>');
  folder.write('b.json', '{"reportFormat": "CTRF", "results": {\n');
  const { code, said } = await folder.here('pyramid', ...ALL, 'a.xml', 'b.json');
  expect(code).toBe(2);
  expect(said).toMatch(/^a\.xml:2: a <testcase> has no name/m);
  expect(said).toMatch(/^b\.json:1:\d+: the file ends in the middle/m);
});

test('the policy says levels, which there are not, and how many endpoints are met', async () => {
  const folder = resultFolder();
  folder.write('a.xml', junit('prices', passing(5)));
  folder.write('b.xml', junit('stores', passing(2)));
  folder.write(
    'endpoints.json',
    JSON.stringify([
      { name: 'backend.yaml', coverage: { verdict: 'passed', operations: { covered: 9, of: 10, threshold: 1 } } },
    ]),
  );
  folder.policy({
    levels: [
      { level: 'unit', suites: 'prices' },
      { level: 'integration', reports: 'b.xml' },
    ],
    absent: { e2e: 'a library without pages' },
  });
  expect((await folder.here('pyramid', 'a.xml', 'b.xml')).code).toBe(0);
  const { code, said } = await folder.here('pyramid', 'a.xml', 'b.xml', '--endpoints', 'endpoints.json');
  expect(code).toBe(1);
  expect(said).toContain('backend.yaml: 9 of 10 operations were met by tests, 1 asked');
});

test('a long list of what failed is cut on the screen, never in the record', async () => {
  const folder = resultFolder();
  const files = Array.from({ length: 70 }, (_, index) => `empty-${index}.xml`);
  for (const [index, name] of files.entries()) folder.write(name, `<testsuites name="${index}"/>`);
  const { code, said } = await folder.here('pyramid', ...files);
  expect(code).toBe(3);
  expect(said).toMatch(/11 more; all of them with --json/);
  expect(folder.record('pyramid.json')['checks']).toHaveLength(71);
});

test('an endpoints file that is none leaves them unknown', async () => {
  const folder = pyramid(7, 2, 1);
  folder.write('wrong.json', '{"name": 1}');
  folder.write('broken.json', '[{]');
  for (const name of ['wrong.json', 'broken.json']) {
    expect((await folder.here('pyramid', ...ALL, '--endpoints', name)).code).toBe(3);
  }
});

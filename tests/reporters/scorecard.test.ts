/** The scorecard that a real run leaves: what the project's policy requires, and what lies beside the run. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { sha256Hex } from '../../src/contract/canonical.ts';
import type { Scorecard } from '../../src/record/scorecard/scorecard-schema.ts';
import { COMMIT, createInlineProject, type InlineProject } from './support/inline-project.ts';

let project: InlineProject | undefined;
afterEach(() => project?.remove());

const REPORT = '{"lines": 0.93}';

/** A project that requires coverage, with the record of it that another command left there. */
async function proven(files: Readonly<Record<string, string>>): Promise<{ card: Scorecard; code: number | null }> {
  project = createInlineProject({
    'contracts/policy.yaml': 'schema: gate10/policy/v1\nscorecard: { required: [coverage] }\n',
    ...files,
  });
  const { code, output } = await project.run(['--project=production']);
  const file = path.join(project.dir, 'state/readiness-scorecard.json');
  expect(readdirSync(path.join(project.dir, 'state')), output).toContain('readiness-scorecard.json');
  return { card: JSON.parse(readFileSync(file, 'utf8')), code };
}

function coverage(commit = COMMIT): string {
  const inputs = [{ file: 'coverage-final.json', sha256: sha256Hex(REPORT) }];
  const generated_at = new Date(Date.now() - 1000).toISOString();
  return JSON.stringify({ schema: 'gate10/coverage/v1', generated_at, status: 'passed', because: [], commit, inputs });
}

it('is passed where the policy of the project is kept', async () => {
  const { card, code } = await proven({ 'state/coverage.json': coverage(), 'coverage-final.json': REPORT });
  expect({ code, because: card.overall_because }).toEqual({ code: 0, because: [] });
  expect(card).toMatchObject({ overall_passed: true, blocks: { coverage: { status: 'passed', required: true } } });
  expect(card.evidence.map(({ of }) => of)).toEqual(['production', 'production', 'coverage', 'coverage', 'dora']);
});

it.each<[string, Record<string, string>, RegExp]>([
  ['nobody looked', {}, /coverage is required and unknown/],
  [
    'it is of another commit',
    { 'state/coverage.json': coverage('b'.repeat(40)) },
    /required and stale: .*bbbbbbbbbbbb/,
  ],
  [
    'its input is another file now',
    { 'state/coverage.json': coverage(), 'coverage-final.json': '{"lines": 0.2}' },
    /required and stale: coverage-final\.json/,
  ],
])('is not passed where %s, although the run is', async (_, files, because) => {
  const { card, code } = await proven(files);
  expect({ code, verdict: card.verdict, passed: card.overall_passed }).toEqual({
    code: 0,
    verdict: 'passed',
    passed: false,
  });
  expect(card.overall_because).toEqual([expect.stringMatching(because)]);
});

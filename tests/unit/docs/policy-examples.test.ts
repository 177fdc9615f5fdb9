/** The policies in the documentation can be loaded, and its table of keys leaves none out. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadPolicy } from '../../../src/contract/load-policy.ts';
import { policySchema } from '../../../src/contract/policy-schema.ts';

const docs = path.resolve(import.meta.dirname, '../../../docs');
const policies = readdirSync(docs)
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) =>
    [
      ...readFileSync(path.join(docs, name), 'utf8').matchAll(
        /^```yaml\n(schema: gate10\/policy\/v1\n[\s\S]*?)^```$/gm,
      ),
    ].map(([, text = ''], index) => [`${name}, policy ${index + 1}`, text] as const),
  );

test.each(policies)('%s can be loaded, and says something', (_, text) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'gate10-policy-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const unsaid = loadPolicy(dir);
  writeFileSync(path.join(dir, 'policy.yaml'), text);
  expect(loadPolicy(dir)).not.toEqual(unsaid);
});

test.each(Object.keys(policySchema.shape).filter((key) => key !== 'schema'))(
  'the reference has a section on %s',
  (key) => {
    expect(readFileSync(path.join(docs, 'policy.md'), 'utf8')).toContain(`\n## \`${key}\`\n`);
  },
);

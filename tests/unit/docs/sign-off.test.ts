/** docs/sign-off.md leaves nothing out that a person may be told. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadPolicy } from '../../../src/contract/load-policy.ts';
import { APPROVAL_TYPE, PAYLOAD_TYPE, SUBJECT_NAME, WAIVER_TYPE } from '../../../src/release/attest/schema.ts';
import { NAMESPACE } from '../../../src/release/attest/ssh-signature.ts';
import { REFUSALS } from '../../../src/release/refusal.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../../../docs/sign-off.md'), 'utf8');
const { unwaivable } = loadPolicy('/nowhere').release;

test.each([
  ...REFUSALS,
  ...unwaivable.layers,
  ...unwaivable.checks,
  ...[PAYLOAD_TYPE, SUBJECT_NAME, APPROVAL_TYPE, WAIVER_TYPE, NAMESPACE],
])('%s is named', (word) => {
  expect(text).toContain(`\`${word}\``);
});

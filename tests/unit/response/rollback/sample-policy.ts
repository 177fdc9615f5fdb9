/** The rules as `authority/policy.yaml` has them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadPolicy } from '../../../../src/contract/load-policy.ts';
import type { RollbackPolicy } from '../../../../src/contract/rollback-policy-schema.ts';

let rules: RollbackPolicy | undefined;

export function rollbackPolicyFor(change: Partial<RollbackPolicy> = {}): RollbackPolicy {
  if (rules === undefined) {
    const empty = mkdtempSync(path.join(tmpdir(), 'gate10-policy-'));
    rules = loadPolicy(empty).rollback;
    rmSync(empty, { recursive: true, force: true });
  }
  return { ...rules, ...change };
}

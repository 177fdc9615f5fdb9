/** What the metrics were made of, so that a reader can tell whether they are still of today. */
import { readFileSync } from 'node:fs';
import { authorityPath } from '../../contract/authority-file.ts';
import { sha256Hex } from '../../contract/canonical.ts';
import type { LedgerRow } from '../../ledger/schema.ts';
import type { DoraMetrics } from '../schema.ts';

/** `standard`: id of the standard that rates. */
export function toMetricsInputs(rows: readonly LedgerRow[], standard: string): NonNullable<DoraMetrics['inputs']> {
  const files = [`${standard}.yaml`, 'dora-rules.yaml', 'dora-quickcheck-2025.yaml'];
  return {
    rows: rows.length,
    head: rows.at(-1)?.hash || null,
    authority: Object.fromEntries(files.map((name) => [name, sha256Hex(readFileSync(authorityPath(name)))])),
  };
}

/** Events and folders for the tests of the history. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { IntendedEvent } from '../../../src/ledger/schema.ts';

export const at = (): Date => new Date('2026-01-09T19:25:00.000Z');

export function intended(runId: string, change: Partial<IntendedEvent> = {}): IntendedEvent {
  return {
    type: 'run.intended',
    runId,
    system: 'mosaic',
    environment: 'production',
    kind: 'production',
    expected: { commit: '1e57859' },
    planDigest: 'p',
    contractDigest: 'c',
    startedAt: '2026-01-09T19:25:00.000Z',
    ...change,
  };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

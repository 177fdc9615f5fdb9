/** Importing a text or a sample of an export in memory, for the tests of the formats. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LedgerEntry } from '../../../../src/ledger/schema.ts';
import { loadSecretPatterns } from '../../../../src/probe/served/bundle-secrets.ts';
import { deploymentHistory } from '../../../../src/record/import/deployment-history.ts';
import { devlake } from '../../../../src/record/import/devlake.ts';
import { fourkeys } from '../../../../src/record/import/fourkeys.ts';
import { githubDeployments } from '../../../../src/record/import/github-deployments.ts';
import { githubReleases } from '../../../../src/record/import/github-releases.ts';
import type { ImportFormat, ImportScope } from '../../../../src/record/import/import-format.ts';
import { createImporter, type ImportCounts } from '../../../../src/record/import/import-records.ts';
import { createJsonSplitter, type SplitItem } from '../../../../src/record/import/split-json.ts';
import { openStage } from '../../../../src/record/import/stage.ts';
import type { ToldEvent } from '../../../../src/record/import/told-event.ts';
import { createTextCleaner } from '../../../../src/record/import/told-text.ts';

export const NOW = new Date('2026-02-01T00:00:00.000Z');
export const FORMATS: readonly ImportFormat[] = [
  githubDeployments,
  githubReleases,
  devlake,
  fourkeys,
  deploymentHistory,
];
export const clean = createTextCleaner((text) => text, loadSecretPatterns());

export const SCOPE: ImportScope = {
  system: 'shop',
  environment: 'production',
  sourceEnvironment: 'production',
  clean,
  now: NOW,
  isKnownRun: () => false,
};

export interface ImportedText extends ImportCounts {
  readonly events: readonly ToldEvent[];
  readonly entries: readonly LedgerEntry[];
}

export function sampleText(name: string): string {
  return readFileSync(path.resolve(import.meta.dirname, '../../../corpora/import', name), 'utf8');
}

export function sha(pair: string): string {
  return pair.repeat(20);
}

export function importText(text: string, format: ImportFormat, change: Partial<ImportScope> = {}): ImportedText {
  const splitter = createJsonSplitter();
  return importItems([...splitter.push(text), ...splitter.end()], format, change);
}

export function importItems(
  items: readonly SplitItem[],
  format: ImportFormat,
  change: Partial<ImportScope> = {},
): ImportedText {
  const stage = openStage();
  try {
    const importer = createImporter(format, { ...SCOPE, ...change }, stage, 'export.json');
    importer.take(items);
    const counts = importer.settle();
    const entries = [...stage.entries()];
    return { ...counts, entries, events: entries.map(({ event }) => event as ToldEvent) };
  } finally {
    stage.close();
  }
}

/** What machines keep and hand on: records, exports, journals, checkpoints, exports of other tools. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson, sha256Hex } from '../../../src/contract/canonical.ts';
import { readObserved, toObservedLine } from '../../../src/contract/observed.ts';
import { OwnFaultError } from '../../../src/errors.ts';
import { chainRow, rowHash, type StoredRow } from '../../../src/ledger/chain.ts';
import { readGivenCheckpoint } from '../../../src/ledger/checkpoint.ts';
import { parseEvent } from '../../../src/ledger/parse-event.ts';
import { readExport } from '../../../src/ledger/read-export.ts';
import type { SealedEvent } from '../../../src/ledger/schema.ts';
import { readJournal } from '../../../src/probe/journal/journal.ts';
import { loadSecretPatterns } from '../../../src/probe/served/bundle-secrets.ts';
import { readHistory } from '../../../src/record/flake/read-history.ts';
import { TEST_HISTORY } from '../../../src/record/flake/record-run.ts';
import { deploymentHistory } from '../../../src/record/import/deployment-history.ts';
import { devlake } from '../../../src/record/import/devlake.ts';
import { fourkeys } from '../../../src/record/import/fourkeys.ts';
import { githubDeployments } from '../../../src/record/import/github-deployments.ts';
import { githubReleases } from '../../../src/record/import/github-releases.ts';
import type { ImportFormat } from '../../../src/record/import/import-format.ts';
import { readFields } from '../../../src/record/import/record-fields.ts';
import { createJsonSplitter } from '../../../src/record/import/split-json.ts';
import { createTextCleaner } from '../../../src/record/import/told-text.ts';
import { readSealedRecord } from '../../../src/record/read-sealed-record.ts';
import { runRecordSchema } from '../../../src/run/schema.ts';
import { oneOfEach } from '../../unit/ledger/told-events.ts';
import { healthyRecord } from '../../unit/verdict/sample-record.ts';
import { Finding, type FuzzParser, fromFile, judged, mustEqual, type Outcome, textOf } from '../fuzz-parser.ts';
import { mustBeStrict } from '../strict-json.ts';
import { own } from './contracts.ts';
import { made, sealedFiles } from './release.ts';

const NOW = new Date('2026-02-01T00:00:00.000Z');
const clean = createTextCleaner((text) => text, loadSecretPatterns());
const DIGEST = 'd'.repeat(64);

function exportText(): string {
  const rows: StoredRow[] = [];
  for (const [index, [event]] of oneOfEach().entries())
    rows.push(chainRow(rows.at(-1), '2026-03-12T00:00:00.000Z', { key: `k${index}`, event: canonicalJson(event) }));
  return rows.map((row) => `${canonicalJson({ ...row, event: JSON.parse(row.event) })}\n`).join('');
}

/** Every row that is taken has the hash that its content has, and no second meaning. */
function exportOutcome(file: string, bytes: Uint8Array): Outcome {
  const lines = textOf(bytes).split('\n');
  const take = (partial: boolean): number =>
    [...readExport(file, { partial })].reduce((count, { kept, place, event }) => {
      if (kept === undefined || rowHash(kept) !== kept.hash)
        throw new Finding('a row was taken that is not what it was');
      if (canonicalJson(event) !== kept.event) throw new Finding('the event is not the text that was hashed');
      mustBeStrict(Buffer.from(lines[(place?.line ?? 1) - 1] ?? ''));
      return count + 1;
    }, 0);
  const whole = judged(() => take(false));
  const parts = judged(() => take(true));
  if (whole === 'read' && parts !== 'read') throw new Finding('it is whole, and not taken in part');
  return parts;
}

const SEAL: SealedEvent = {
  type: 'run.sealed',
  ...{ runId: 'run-1', system: 'mosaic', environment: 'embedded', kind: 'production', expected: {} },
  ...{ startedAt: '2026-11-21T10:00:00.000Z', endedAt: '2026-11-21T10:00:00.000Z', verdict: 'passed', exitCode: 0 },
  ...{ complete: true, because: [], failedLayers: [], planDigest: 'p', contractDigest: 'c', recordDigest: '' },
  recordPath: 'runs/run-1/record.json',
};

/** Bytes are taken for the record that the seal stands for: whatever else they are, they are no exception. */
function recordReader(folder: string): (bytes: Uint8Array) => Outcome {
  const { runId } = healthyRecord();
  const file = path.join(made(folder, 'runs', runId), 'record.json');
  return (bytes) => {
    writeFileSync(file, bytes);
    const seal = { ...SEAL, runId, recordDigest: sha256Hex(bytes) };
    try {
      const read = readSealedRecord(folder, seal);
      if (!('record' in read)) return 'refused';
      mustEqual(runRecordSchema.parse(read.record), read.record, 'the record, parsed again');
      return 'read';
    } catch (error) {
      // what was sealed and is of an unknown form is gate10's own fault, and says so
      if (error instanceof OwnFaultError) return 'refused';
      throw error;
    }
  };
}

const IMPORTS: readonly (readonly [ImportFormat, string])[] = [
  [githubDeployments, 'github-deployments.jsonl'],
  [githubReleases, 'github-releases.json'],
  [devlake, 'devlake.jsonl'],
  [fourkeys, 'fourkeys.jsonl'],
  [deploymentHistory, 'deployment_history.jsonl'],
];
const SCOPE = {
  ...{ system: 'shop', environment: 'production', sourceEnvironment: 'production', clean, now: NOW },
  isKnownRun: () => false,
};

function importOutcome(format: ImportFormat, text: string): Outcome {
  const splitter = createJsonSplitter();
  let taken = 0;
  for (const item of [...splitter.push(text), ...splitter.end()]) {
    if (!(item.line > 0)) throw new Finding('a record without a line');
    if (!('value' in item)) continue;
    const fields = readFields(item.value, { clean, now: NOW, zoneless: format.zoneless });
    const imported = format.read(fields, SCOPE);
    if (imported.kind === 'wrong' && fields.problems.length === 0) throw new Finding('it is refused without a reason');
    for (const { path: at, what } of fields.problems) if (!at || !what) throw new Finding('a problem says nothing');
    if (imported.kind !== 'told' || fields.problems.length > 0) continue;
    mustEqual(parseEvent(imported.event).data, imported.event, 'the event, parsed again');
    const said = JSON.stringify(imported.event);
    if (/\\u00[01]|\\u007f|\u001b|\u202e|\bghp_[a-z]{36}\b/.test(said))
      throw new Finding(`it moves the cursor, or is secret: ${said}`);
    taken += 1;
  }
  return taken > 0 ? 'read' : 'refused';
}

const OBSERVED = toObservedLine({
  ...{ v: 1, contract: DIGEST, operation: 'GET /jobs/{id}', method: 'GET', path: '/jobs/{id}', status: 200 },
  ...{ contentType: 'application/json', valid: true, problems: [] },
  request: { contentType: null, parameters: ['path id'], fields: [], valid: true },
  response: { fields: ['/id', '/items/*/id'] },
});
const JOURNAL = {
  ...{ schema: 'gate10/journal/v1', id: 'run-1.p.0', runId: 'run-1', system: 'shop', environment: 'live' },
  ...{ promise: 'p', title: 't', owner: { host: 'h', pid: 7, startedAt: '' }, undo: ['DELETE /a'], sealed: 'x' },
  ...{ openedAt: '2026-11-21T10:00:00.000Z', updatedAt: '2026-11-21T10:00:00.000Z' },
  writes: [{ step: 's', request: 'POST /a', at: '2026-11-21T10:00:00.000Z', outcome: 'taken' }],
};
const TEST_RUN = {
  ...{ schema: 'gate10/test-run/v1', recorded_at: '2026-11-21T10:00:00.000Z', run: 'r', commit: 'a'.repeat(40) },
  source: { file: 'x.json', format: 'ctrf', sha256: DIGEST },
  doubts: [],
  tests: [{ name: 'a', status: 'passed', retries: 0, tags: [] }],
};

export const HISTORIES: readonly FuzzParser[] = [
  {
    ...{ name: 'ledger-export', reads: 'gate10 history import: rows of an export', form: 'lines', inCi: 40 },
    samples: () => [exportText()],
    words: ['"seq":1', '"prev":"', '{"at":"', ',"hash":"', '\n'],
    open: fromFile('export.jsonl', exportOutcome),
  },
  {
    ...{ name: 'run-record', reads: 'runs/<id>/record.json, sealed', form: 'json', inCi: 50 },
    samples: async () => [(await sealedFiles()).record],
    open: recordReader,
  },
  ...IMPORTS.map(
    ([format, file]): FuzzParser => ({
      ...{ name: `import-${format.name}`, reads: `gate10 import ${format.name}`, inCi: 60 },
      form: file.endsWith('l') ? 'lines' : 'json',
      samples: () => [own(`tests/corpora/import/${file}`)],
      words: ['1e57859', 'production', '2026-02-30T00:00:00Z', '\n', '::error::x', `ghp_${'a'.repeat(36)}`],
      open: () => (bytes) => importOutcome(format, textOf(bytes)),
    }),
  ),
  {
    ...{ name: 'observed-traffic', reads: 'observed traffic (NDJSON)', form: 'lines', inCi: 500 },
    samples: () => [`${OBSERVED}${OBSERVED}`],
    open: () => (bytes) =>
      judged(
        () => readObserved(textOf(bytes), 'x'),
        (read) => mustEqual(readObserved(read.map(toObservedLine).join(''), 'x'), read, 'traffic, written and read'),
      ),
  },
  {
    ...{ name: 'checkpoint', reads: 'a copy of checkpoint.json', form: 'json', inCi: 200 },
    samples: () => [canonicalJson({ count: 3, head: DIGEST, at: '2026-11-21T10:00:00.000Z' })],
    open: fromFile('checkpoint.json', (file) => judged(() => readGivenCheckpoint(file), undefined, { lines: false })),
  },
  {
    ...{ name: 'journal', reads: 'journal/*.json: what a run has written', form: 'json', inCi: 200 },
    samples: () => [JSON.stringify(JOURNAL)],
    open: fromFile('entry.json', (file) => {
      const { entries, unreadable } = readJournal(path.dirname(file));
      if (entries.length + unreadable.length !== 1) throw new Finding('the entry is neither read nor told of');
      return entries.length === 1 ? 'read' : 'refused';
    }),
  },
  {
    ...{ name: 'test-history', reads: 'the recorded runs of tests', form: 'json', inCi: 200 },
    samples: () => [JSON.stringify(TEST_RUN)],
    open: (folder) => {
      const file = path.join(made(folder, TEST_HISTORY), 'run.json');
      return (bytes) => {
        writeFileSync(file, bytes);
        // one that is not told by its beginning is of another time
        return judged(() => [...readHistory(folder, new Date('2026-11-01T00:00:00Z'))]);
      };
    },
  },
];

export function corpus(folder: string, names: readonly string[]): () => string[] {
  return () => names.map((name) => readFileSync(path.join(import.meta.dirname, '../../..', folder, name), 'utf8'));
}

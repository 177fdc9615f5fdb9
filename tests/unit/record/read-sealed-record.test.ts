import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sha256Hex } from '../../../src/contract/canonical.ts';
import { OwnFaultError } from '../../../src/errors.ts';
import { readSealedRecord } from '../../../src/record/read-sealed-record.ts';
import { sealed } from '../ledger/told-events.ts';

test.each([['{'], [''], ['null'], ['[]'], ['{}']])(
  'a record that was sealed as %j is of a form that nobody knows',
  (text) => {
    const stateDir = mkdtempSync(path.join(tmpdir(), 'gate10-record-'));
    onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
    mkdirSync(path.join(stateDir, 'runs/r1'), { recursive: true });
    writeFileSync(path.join(stateDir, 'runs/r1/record.json'), text);
    const run = sealed('r1', '2026-11-21T10:00:00.000Z', { recordDigest: sha256Hex(text) });
    expect(() => readSealedRecord(stateDir, run)).toThrow(OwnFaultError);
    expect(() => readSealedRecord(stateDir, run)).toThrow(/does not know its form/);
  },
);

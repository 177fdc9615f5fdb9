/** Decisions that were kept, also by a gate10 that knew less, are made again from their files. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../../../src/contract/canonical.ts';
import { ensureFolder } from '../../../../src/ledger/durable-file.ts';
import { openLedger } from '../../../../src/ledger/open-ledger.ts';
import { runProcess } from '../../../../src/probe/run-process.ts';
import { replayDecision } from '../../../../src/release/gate/replay-decision.ts';
import { gateDecisionSchema, gateInputsSchema } from '../../../../src/release/gate/schema.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';

const kept = (name: string): unknown =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'kept', `${name}.json`), 'utf8'));

/** Of the bytes that gate10 0.1.0 wrote before the gate asked for metrics. */
const DECISION_SHA256 = 'c66aaf1c002cd0da9b53d9480ffe7573b553356269220a290248005768247f33';

it('a decision of before there were metrics comes out byte for byte', async () => {
  const stateDir = temporaryFolder();
  const decision = gateDecisionSchema.parse(kept('decision'));
  const { id, environment, decidedAt, verdict, exitCode, traceId, inputsSha256 } = decision;
  expect(gateInputsSchema.parse(kept('inputs'))).not.toHaveProperty('metrics');
  const folder = path.join(stateDir, 'decisions', id);
  ensureFolder(folder);
  writeFileSync(path.join(folder, 'inputs.json'), `${canonicalJson(kept('inputs'))}\n`);
  writeFileSync(path.join(folder, 'decision.json'), `${JSON.stringify(kept('decision'), null, 2)}\n`);
  const ledger = await openLedger({ stateDir, now: () => new Date(decidedAt) });
  try {
    const facts = { id, environment, at: decidedAt, verdict, exitCode, traceId, inputsSha256 };
    await ledger.append(
      {
        type: 'gate.decided',
        ...{ ...facts, system: 'careers', shadow: false, because: [], thresholds: [] },
        decisionSha256: DECISION_SHA256,
      },
      `gate:${id}`,
    );
    const nobody = () => ({ signers: [], run: runProcess, env: {} });
    expect(await replayDecision({ stateDir, ledger }, id, nobody)).toEqual({ decision, signature: undefined });
  } finally {
    await ledger.close();
  }
});

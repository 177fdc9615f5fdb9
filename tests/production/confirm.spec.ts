import { expect } from '@playwright/test';
import { attachEvidence } from '../support/attach-evidence.ts';
import { test } from '../support/fixture.ts';
import { readEngine } from '../support/follow-engine.ts';
import { showRows } from '../support/show-rows.ts';

const details = { annotation: { type: 'authority', description: 'seed S1: no restart within five minutes' } };

test(
  'at the end the same build still answers, and the runner can see',
  details,
  async ({ run, observatory }, testInfo) => {
    testInfo.setTimeout(run.limits.confirmMs);
    const [{ redactJson }, { confirm }] = await Promise.all([
      import('../../src/contract/redact.ts'),
      import('../../src/probe/identity/confirm.ts'),
    ]);
    const { system, client, clock, redact } = observatory;
    const { settledAt, identity } = readEngine(run.runDir);
    const confirmed = await confirm({
      system,
      plan: run.plan,
      client,
      clock,
      settledAt,
      samples: identity,
    });
    const { rows, samples, controls } = redactJson(confirmed, redact);
    await attachEvidence(testInfo, run, { rows, identity: samples, controls });
    await showRows(rows, testInfo);
    expect(controls, 'a known-good system is green, a known-bad one red').toMatchObject({
      good: 'passed',
      bad: 'failed',
    });
  },
);

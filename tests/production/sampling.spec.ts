import { attachEvidence } from '../support/attach-evidence.ts';
import { test } from '../support/fixture.ts';
import { followEngine, refuseFault } from '../support/follow-engine.ts';
import { showRows } from '../support/show-rows.ts';

const details = {
  tag: ['@layer:runtime', '@layer:endpoints'],
  annotation: { type: 'authority', description: 'Google SRE Book, ch. 4; SRE Workbook, ch. 2' },
};

test('Service levels: latency, availability and correctness hold', details, async ({ run, observatory }, testInfo) => {
  testInfo.setTimeout(run.limits.checkMs + run.limits.sampleMs);
  // the engine's requests would be measured too
  refuseFault(await followEngine(run.runDir, ({ ended }) => ended));
  // imported late, as in every spec: what a spec imports delays the first test of the run
  const [{ redactJson }, { createClient }, { sampleSlis, samplingConcurrency }] = await Promise.all([
    import('../../src/contract/redact.ts'),
    import('../../src/probe/http/request.ts'),
    import('../../src/probe/sli/sli.ts'),
  ]);
  const { system, clock, resolver, ca, nonce } = observatory;
  const { deadlines } = system.environment;
  const concurrency = samplingConcurrency(system);
  const client = createClient({ resolve: resolver.resolve, clock, ca, concurrency, deadlines, nonce });
  const { rows, slis } = redactJson(await sampleSlis({ system, client, clock }), observatory.redact);
  client.close();
  await attachEvidence(testInfo, run, { rows, slis });
  await showRows(rows, testInfo);
});

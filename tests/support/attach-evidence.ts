/** Evidence travels as an attachment, so that it survives blob reports, shards and merges. */
import type { TestInfo } from '@playwright/test';
import { EVIDENCE_MEDIA_TYPE } from '../../src/probe/evidence-media-type.ts';
import type { Evidence } from '../../src/probe/schema.ts';
import type { RunFiles } from './run-files.ts';

type Observed = Omit<Evidence, 'schema' | 'runId' | 'planDigest' | 'shard'>;

export async function attachEvidence(testInfo: TestInfo, run: RunFiles, observed: Observed): Promise<void> {
  const { shard } = testInfo.config;
  const evidence: Evidence = {
    schema: 'gate10/evidence/v1',
    runId: run.runId,
    planDigest: run.plan.digest,
    ...(shard && { shard: { current: shard.current, total: shard.total } }),
    ...observed,
  };
  await testInfo.attach('gate10-evidence', { body: JSON.stringify(evidence), contentType: EVIDENCE_MEDIA_TYPE });
}

import { attachEvidence } from '../support/attach-evidence.ts';
import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';
import { showRows } from '../support/show-rows.ts';

const authority = { type: 'authority', description: 'postmortem of 2026-01-13, layer table' };

test(
  'Frontend build: the application is served',
  { tag: '@layer:frontend', annotation: authority },
  ({ run }, testInfo) => proveLayer('frontend', run, testInfo),
);

test(
  'Frontend: users see the application in a browser',
  { tag: '@layer:frontend' },
  async ({ run, observatory, visitor }, testInfo) => {
    test.setTimeout(run.limits.checkMs);
    const [{ redactJson }, { lookAtPages }] = await Promise.all([
      import('../../src/contract/redact.ts'),
      import('../support/look-at-pages.ts'),
    ]);
    const rows = redactJson(await lookAtPages(run, observatory, visitor), observatory.redact);
    await attachEvidence(testInfo, run, { rows });
    await showRows(rows, testInfo);
  },
);

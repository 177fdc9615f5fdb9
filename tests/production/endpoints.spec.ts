import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'OpenAPI 3.1; postmortem of 2026-01-13' };

test(
  'API endpoints: every operation of the API answers as its contract says, new ones first',
  { tag: '@layer:endpoints', annotation: authority },
  ({ run }, testInfo) => proveLayer('endpoints', run, testInfo),
);

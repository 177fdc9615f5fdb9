import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'postmortem of 2026-01-13, layer table' };

test(
  'Integration: the front door gives the same answers as the service behind it',
  { tag: '@layer:integration', annotation: authority },
  ({ run }, testInfo) => proveLayer('integration', run, testInfo),
);

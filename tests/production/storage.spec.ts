import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'postmortem of 2026-01-13, layer table' };

test(
  'File storage: a file that was uploaded is read back as it was, and removed',
  { tag: '@layer:storage', annotation: authority },
  ({ run }, testInfo) => proveLayer('storage', run, testInfo),
);

import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'postmortem of 2026-01-13, layer table' };

test(
  'Database: data is read through the front door',
  { tag: '@layer:database', annotation: authority },
  ({ run }, testInfo) => proveLayer('database', run, testInfo),
);

import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'postmortem of 2026-01-13, layer table' };

test(
  'Database schema: the database schema is the one that the code expects',
  { tag: '@layer:schema', annotation: authority },
  ({ run }, testInfo) => proveLayer('schema', run, testInfo),
);

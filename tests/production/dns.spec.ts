import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'RFC 1035; postmortem of 2026-01-13, layer table' };

test(
  'DNS: every declared name resolves, everywhere, to where it has to',
  { tag: '@layer:dns', annotation: authority },
  ({ run }, testInfo) => proveLayer('dns', run, testInfo),
);

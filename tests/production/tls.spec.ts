import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'RFC 9325 (BCP 195); RFC 5280' };

test(
  'TLS: certificates are valid, protocols current, plain HTTP leads to HTTPS',
  { tag: '@layer:tls', annotation: authority },
  ({ run }, testInfo) => proveLayer('tls', run, testInfo),
);

import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'Google SRE Book, ch. 22' };

test(
  'External APIs: what depends on other providers works',
  { tag: '@layer:external-apis', annotation: authority },
  ({ run }, testInfo) => proveLayer('external-apis', run, testInfo),
);

import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'OWASP ASVS 5.0, V3 and V16; OWASP Secure Headers Project' };

test(
  'Security: headers protect users and errors tell nothing',
  { tag: '@layer:security', annotation: authority },
  ({ run }, testInfo) => proveLayer('security', run, testInfo),
);

import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'OWASP ASVS 5.0, V6 and V7' };

test(
  'Authentication: users get in, strangers do not, sessions end',
  { tag: '@layer:authentication', annotation: authority },
  ({ run }, testInfo) => proveLayer('authentication', run, testInfo),
);

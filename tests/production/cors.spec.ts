import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'Fetch Standard, 3.3 HTTP-CORS' };

test(
  'CORS: allowed origins may call, others may not',
  { tag: '@layer:cors', annotation: authority },
  ({ run }, testInfo) => proveLayer('cors', run, testInfo),
);

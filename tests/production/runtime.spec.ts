import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'Google SRE Book, ch. 6' };

test(
  'Backend runtime: the backend is alive, whole and one build',
  { tag: '@layer:runtime', annotation: authority },
  ({ run }, testInfo) => proveLayer('runtime', run, testInfo),
);

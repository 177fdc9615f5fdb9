import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'SLSA v1.1, provenance' };

test(
  'Code authority: the served commit is the commit that was released',
  { tag: '@layer:code-authority', annotation: authority },
  ({ run }, testInfo) => proveLayer('code-authority', run, testInfo),
);

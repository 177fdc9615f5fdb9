import { test } from '../support/fixture.ts';
import { proveLayer } from '../support/prove-layer.ts';

const authority = { type: 'authority', description: 'The Twelve-Factor App, III' };

test(
  'Environment: every variable that the code needs is set',
  { tag: '@layer:environment', annotation: authority },
  ({ run }, testInfo) => proveLayer('environment', run, testInfo),
);

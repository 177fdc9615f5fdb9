/** What `then: { function: … }` of a ruleset may name, beside Spectral's own functions. */

import { describedProperty } from './described-property.ts';
import { descriptionLength } from './description-length.ts';
import { errorConsistency, errorShape } from './error-responses.ts';
import type { MakeRule } from './rule-function.ts';
import { securityDeclared } from './security-declared.ts';
import { usedComponent } from './used-component.ts';
import { validExample } from './valid-example.ts';

export const FUNCTIONS: Readonly<Record<string, MakeRule>> = {
  descriptionLength,
  describedProperty,
  errorShape,
  errorConsistency,
  securityDeclared,
  usedComponent,
  validExample,
};

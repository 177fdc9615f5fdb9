/** Each operation says what it asks for, or that it is public (`security: []`); saying it once for all operations counts. */
import { isMapping, type MakeRule } from './rule-function.ts';

export const securityDeclared: MakeRule =
  ({ opened, followed }) =>
  (operation, _, path) => {
    const document = opened.source.value;
    if (!isMapping(operation) || Array.isArray(operation['security'])) return [];
    if (isMapping(document) && Array.isArray(document['security'])) return [];
    const message = 'declares no security; where it is public, say "security: []"';
    return [{ message, place: followed.locate(path) }];
  };

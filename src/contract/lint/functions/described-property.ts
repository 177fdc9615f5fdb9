/** Every property of every schema says what it is: beside it, or in the schema that it refers to. */
import { type Located, type References, referenceOf } from '../../openapi-references.ts';
import { child, membersOf, schemasIn } from '../schemas-in.ts';
import { isMapping, type MakeRule } from './rule-function.ts';

const MAX_HOPS = 32;

export const describedProperty: MakeRule =
  ({ opened: { references } }) =>
  () =>
    [...schemasIn(references)].flatMap((schema) => {
      const properties = isMapping(schema.value) ? schema.value['properties'] : undefined;
      const holder = child(schema, 'properties', properties);
      return membersOf(holder)
        .map(([name, member]) => [name, child(holder, name, member)] as const)
        .filter(([, property]) => isMapping(property.value) && !isDescribed(property, references))
        .map(([name, place]) => ({ message: `the property "${name}" has no description`, place }));
    });

function isDescribed(property: Located, references: References, depth = 0): boolean {
  const { value } = property;
  if (!isMapping(value) || depth > MAX_HOPS) return false;
  const { description, allOf } = value;
  if (typeof description === 'string' && description.trim() !== '') return true;
  // OpenAPI 3.0 has no other way to write a description beside a reference
  const list = child(property, 'allOf', allOf);
  const parts = Array.isArray(allOf) ? allOf.map((part, index) => child(list, index, part)) : [];
  const reference = referenceOf(value);
  const target = reference === undefined ? undefined : references.resolve(reference, property.file);
  return [...parts, ...(target ? [target] : [])].some((part) => isDescribed(part, references, depth + 1));
}

/**
 * `{ of: media | schema }`: examples and defaults are valid under their own schema. In place of Spectral's function for it, which
 * needs every schema written out at every use. Members that only travel the other way (`readOnly`, `writeOnly`) may be left out.
 */
import type { Located } from '../../openapi-references.ts';
import { createDocumentValidator, type DocumentValidator } from '../document-validator.ts';
import { child, membersOf, schemasIn } from '../schemas-in.ts';
import { type Complaint, isMapping, type MakeRule } from './rule-function.ts';

export const validExample: MakeRule = ({ opened }) => {
  let validator: DocumentValidator | undefined;
  return (_, { of }) => {
    validator ??= createDocumentValidator(opened);
    const { references } = opened;
    const found: Complaint[] = [];
    const judge = (schema: Located, example: Located): void => {
      const problem = validator?.(schema, example.value);
      if (problem === undefined) return;
      found.push({ message: problem.message, place: { ...example, pointer: example.pointer + problem.at } });
    };
    if (of === 'schema') {
      for (const schema of schemasIn(references)) {
        for (const example of schemaExamples(schema)) judge(schema, example);
      }
      return found;
    }
    for (const file of references.files()) {
      const root = { value: references.documentOf(file)?.value, file, pointer: '' };
      for (const holder of holdersIn(root)) {
        for (const example of holderExamples(holder, references.follow)) {
          judge(child(holder, 'schema', (holder.value as { schema?: unknown }).schema), example);
        }
      }
    }
    return found;
  };
};

function schemaExamples(schema: Located): Located[] {
  const { value } = schema;
  if (!isMapping(value)) return [];
  const own = ['example', 'default'].filter((key) => Object.hasOwn(value, key));
  const list = child(schema, 'examples', value['examples']);
  const several = Array.isArray(list.value) ? list.value.map((one, index) => child(list, index, one)) : [];
  return [...own.map((key) => child(schema, key, value[key])), ...several];
}

/** Media types, parameters and headers: what has a schema beside examples. */
function* holdersIn(node: Located): Generator<Located> {
  const { value } = node;
  if (value === null || typeof value !== 'object') return;
  if (isMapping(value) && isMapping(value['schema']) && !isForeignText(node)) yield node;
  for (const [key, member] of membersOf(node)) {
    if (['schema', 'schemas', 'example', 'examples', 'value'].includes(key) || key.startsWith('x-')) continue;
    yield* holdersIn(child(node, key, member));
  }
}

/** The text of XML, forms and the like: its schema describes what the text means, not the text. */
function isForeignText({ value, pointer }: Located): boolean {
  const [container, type = ''] = pointer.split('/').slice(-2);
  if (container !== 'content' || /json/i.test(type)) return false;
  return isMapping(value) && (value['schema'] as { type?: unknown }).type !== 'string';
}

function holderExamples(holder: Located, follow: (located: Located) => Located | undefined): Located[] {
  const value = holder.value as Record<string, unknown>;
  if (Object.hasOwn(value, 'example')) return [child(holder, 'example', value['example'])];
  const list = child(holder, 'examples', value['examples']);
  return membersOf(list).flatMap(([name, member]) => {
    const example = follow(child(list, name, member));
    if (!example || !isMapping(example.value) || !Object.hasOwn(example.value, 'value')) return [];
    return [child(example, 'value', example.value['value'])];
  });
}

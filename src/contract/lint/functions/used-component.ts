/** Components that nothing refers to. In place of Spectral's function for it, which needs the graph of its own resolver. */
import { percentDecoded, referenceOf } from '../../openapi-references.ts';
import { child, membersOf } from '../schemas-in.ts';
import type { MakeRule } from './rule-function.ts';

const KINDS = [
  'schemas',
  'responses',
  'parameters',
  'examples',
  'requestBodies',
  'headers',
  'links',
  'callbacks',
  'pathItems',
];

export const usedComponent: MakeRule =
  ({ opened: { name, references, source } }) =>
  () => {
    const used = new Set<string>();
    for (const file of references.files()) {
      for (const reference of everyReference(references.documentOf(file)?.value)) {
        const target = references.resolve(reference, file);
        if (target?.file === name) used.add(percentDecoded(target.pointer).split('/').slice(0, 4).join('/'));
      }
    }
    const components = child(
      { value: source.value, file: name, pointer: '' },
      'components',
      componentsOf(source.value),
    );
    return KINDS.flatMap((kind) => {
      const holder = child(components, kind, (components.value as Record<string, unknown> | undefined)?.[kind]);
      return membersOf(holder)
        .map(([key, member]) => child(holder, key, member))
        .filter(({ pointer }) => !used.has(pointer))
        .map((place) => ({ message: 'Potentially unused component has been detected.', place }));
    });
  };

/** Also where it might be data: better one component too few is called unused. */
function* everyReference(root: unknown): Generator<string> {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (node === null || typeof node !== 'object') continue;
    const reference = referenceOf(node);
    if (reference !== undefined) yield reference;
    stack.push(...Object.values(node));
  }
}

function componentsOf(document: unknown): unknown {
  return (document as { components?: unknown } | null)?.components;
}

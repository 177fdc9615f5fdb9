import { isMap, isPair, isScalar, parseDocument, type YAMLMap } from 'yaml';

/**
 * The contract as it was before its features: without operations that carry `x-feature`, without the schemas and tags
 * that only they use, and with the version of that release.
 */
export function withoutFeatures(contract: string, version: string): string {
  const document = parseDocument(contract);
  const removedTags = removeFeatureOperations(document.get('paths'));
  const tags = document.getIn(['tags']) as YAMLMap | undefined;
  if (tags !== undefined) {
    tags.items = tags.items.filter((tag) => !(isMap(tag) && removedTags.has(String(tag.get('name')))));
  }
  document.setIn(['info', 'version'], version);
  const schemas = document.getIn(['components', 'schemas']);
  while (isMap(schemas)) {
    const text = document.toString();
    const orphans = names(schemas).filter((name) => !refersTo(text, name) && refersTo(contract, name));
    if (orphans.length === 0) break;
    // A schema may have been the only one that refers to another: look again.
    for (const name of orphans) schemas.delete(name);
  }
  return document.toString(layout);
}

/** The contract as it is, laid out as `withoutFeatures` lays it out, so that the two differ in content only. */
export function withAllFeatures(contract: string): string {
  return parseDocument(contract).toString(layout);
}

const layout = { lineWidth: 0, singleQuote: true };

function refersTo(text: string, schema: string): boolean {
  return new RegExp(`#/components/schemas/${schema}["']`).test(text);
}

/** Removes the operations and returns the tags that no remaining operation has. */
function removeFeatureOperations(paths: unknown): Set<string> {
  if (!isMap(paths)) throw new Error('Failed to read the backend contract: it has no "paths" map.');
  const removed = new Set<string>();
  const kept = new Set<string>();
  for (const path of names(paths)) {
    const operations = paths.get(path);
    if (!isMap(operations)) continue;
    for (const method of names(operations)) {
      const operation = operations.get(method);
      if (!isMap(operation)) continue;
      const tags = operation.get('tags') as YAMLMap | undefined;
      const tagNames = (tags?.items ?? []).map((tag) => String(isScalar(tag) ? tag.value : tag));
      for (const tag of tagNames) (operation.has('x-feature') ? removed : kept).add(tag);
      if (operation.has('x-feature')) operations.delete(method);
    }
    if (operations.items.length === 0) paths.delete(path);
  }
  return removed.difference(kept);
}

function names(map: YAMLMap): string[] {
  return map.items.map((pair) => (isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : String(pair.key)));
}

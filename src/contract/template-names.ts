/** `{{name}}` in the strings of a promise: `run.id`, `run.nonce`, `secret.NAME`, or a captured name. */
const TEMPLATE = /\{\{([^{}]*)\}\}/g;

/** Every name that is used anywhere in a JSON value, keys included, in order, once. */
export function templateNames(value: unknown): readonly string[] {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node === 'string') for (const [, name = ''] of node.matchAll(TEMPLATE)) names.add(name.trim());
    else if (Array.isArray(node)) node.forEach(walk);
    else if (node !== null && typeof node === 'object') {
      for (const [key, member] of Object.entries(node)) {
        walk(key);
        walk(member);
      }
    }
  };
  walk(value);
  return [...names];
}

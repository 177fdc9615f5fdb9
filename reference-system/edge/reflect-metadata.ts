// @peculiar/x509 registers its algorithms through tsyringe, which refuses to load without the Reflect metadata API.
// These three functions are all of it that tsyringe calls; a full polyfill would be one more dependency for them.
const store = new WeakMap<object, Map<unknown, unknown>>();

function getOwnMetadata(key: unknown, target: object): unknown {
  return store.get(target)?.get(key);
}

function getMetadata(key: unknown, target: object): unknown {
  for (let current: object | null = target; current !== null; current = Object.getPrototypeOf(current)) {
    if (store.get(current)?.has(key) === true) return getOwnMetadata(key, current);
  }
  return undefined;
}

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const own = store.get(target) ?? new Map<unknown, unknown>();
  store.set(target, own.set(key, value));
}

if (!('getMetadata' in Reflect)) Object.assign(Reflect, { getOwnMetadata, getMetadata, defineMetadata });

import { gzipSync } from 'node:zlib';

/** How the bytes of a JSON answer are spoiled; a lenient reader would take the first three. */
export const spoilings = ['byte-order-mark', 'nan', 'trailing-comma', 'cut-gzip', 'empty'] as const;
export type Spoiling = (typeof spoilings)[number];

/** The spoiled body, and the headers that go with it. */
export function spoilAnswer(body: Buffer, how: Spoiling): { body: Buffer; headers: Record<string, string> } {
  const text = body.toString('utf8');
  switch (how) {
    case 'byte-order-mark':
      return { body: Buffer.from(`\uFEFF${text}`), headers: {} };
    case 'nan':
      return { body: Buffer.from(text.replace(/:\s*-?\d[\d.eE+-]*/, ':NaN')), headers: {} };
    case 'trailing-comma':
      return { body: Buffer.from(text.replace(/([}\]])(\s*)$/, ',$1$2')), headers: {} };
    case 'cut-gzip': {
      const whole = gzipSync(body);
      return { body: whole.subarray(0, Math.floor(whole.length / 2)), headers: { 'content-encoding': 'gzip' } };
    }
    case 'empty':
      return { body: Buffer.alloc(0), headers: {} };
  }
}

/** Returns the document without the members at the JSON pointers (RFC 6901). */
export function removePointers(document: unknown, pointers: readonly string[]): unknown {
  for (const pointer of pointers) {
    const keys = pointer.slice(1).split('/');
    const last = keys.pop() ?? '';
    const parent = keys.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
    if (typeof parent === 'object' && parent !== null) delete (parent as Record<string, unknown>)[last];
  }
  return document;
}

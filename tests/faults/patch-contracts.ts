/** A copy of the contracts with changes: what an adopter could have written instead. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import type { ContractPatch } from './fault.ts';

/** Writes `target`, a copy of `source` with the patch. Throws on a pointer that leads nowhere. */
export function patchContracts(source: string, target: string, patch: ContractPatch): void {
  cpSync(source, target, { recursive: true });
  const file = path.join(target, 'system.yaml');
  const document = parseDocument(readFileSync(file, 'utf8'));
  for (const pointer of patch.remove ?? []) {
    if (!document.hasIn(toPath(pointer))) throw new Error(`Failed to patch the contract: ${pointer} is not in it.`);
    document.deleteIn(toPath(pointer));
  }
  for (const [pointer, value] of Object.entries(patch.set ?? {})) document.setIn(toPath(pointer), value);
  for (const [pointer, items] of Object.entries(patch.append ?? {})) {
    if (!document.hasIn(toPath(pointer))) document.setIn(toPath(pointer), document.createNode([]));
    for (const item of items) document.addIn(toPath(pointer), document.createNode(item));
  }
  writeFileSync(file, document.toString());
  for (const [name, content] of Object.entries(patch.files ?? {})) {
    mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
    writeFileSync(path.join(target, name), content);
  }
}

/** RFC 6901; numbers are places in lists. */
function toPath(pointer: string): (string | number)[] {
  const keys = pointer.split('/').slice(1);
  return keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key.replaceAll('~1', '/').replaceAll('~0', '~')));
}

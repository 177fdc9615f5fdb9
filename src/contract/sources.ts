/** `file:line` of everything in a document that a row may point to. */
import type { SourceMap } from './schema.ts';
import type { DataPath, YamlDocument } from './yaml-document.ts';

/** Items are listed to this depth (`promises.3.steps.0`, `environments.embedded.services.app`). */
const DEPTH = 4;

export function sourcesOf(document: YamlDocument): SourceMap {
  const sources: Record<string, { readonly file: string; readonly line: number }> = {};
  const walk = (node: unknown, path: DataPath): void => {
    if (path.length > 0) {
      const { line, keyLine } = document.place(path);
      sources[path.join('.')] = { file: document.file, line: typeof path.at(-1) === 'number' ? line : keyLine };
    }
    if (path.length >= DEPTH || node === null || typeof node !== 'object') return;
    const entries = Array.isArray(node) ? [...node.entries()] : Object.entries(node);
    for (const [key, member] of entries) walk(member, [...path, key]);
  };
  walk(document.value, []);
  return sources;
}

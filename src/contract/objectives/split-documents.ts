/** A YAML file of several documents, or of one that is a list, as single objects that know their lines. */
import type { Problem } from '../../errors.ts';
import { parseYaml, type YamlDocument } from '../yaml-document.ts';

const MAX_DOCUMENTS = 200;
/** What aliases may make of a file, all documents together. */
const MAX_JSON_CHARS = 5_000_000;

/** `---` at the beginning of a line cannot be part of any value (YAML 1.2.2 §9.1.2), so that text can be cut there. */
export function splitDocuments(
  text: string,
  file: string,
): { readonly documents: readonly YamlDocument[]; readonly problems: readonly Problem[] } {
  const documents: YamlDocument[] = [];
  const problems: Problem[] = [];
  let chars = 0;
  for (const { line, chunk } of cut(text)) {
    if (documents.length >= MAX_DOCUMENTS || chars > MAX_JSON_CHARS) {
      const what = 'the file holds too much to be read';
      const expected = `at most ${MAX_DOCUMENTS} documents, and ${MAX_JSON_CHARS} characters once aliases are written out`;
      return { documents, problems: [...problems, { code: 'too-large', file, line, column: 1, what, expected }] };
    }
    // The lines before it, empty, so that every place is that of the file.
    const parsed = parseYaml('\n'.repeat(line - 1) + chunk, file);
    if (!parsed.ok) problems.push(...parsed.problems);
    else {
      chars += JSON.stringify(parsed.document.value).length;
      documents.push(...itemsOf(parsed.document));
    }
  }
  if (documents.length === 0 && problems.length === 0)
    problems.push({ code: 'empty', file, line: 1, column: 1, what: 'the file holds no objective' });
  return { documents, problems };
}

function* cut(text: string): Generator<{ readonly line: number; readonly chunk: string }> {
  let first = 1;
  let lines: string[] = [];
  const isData = () => lines.some((line) => /^\s*[^\s#]/.test(line) && line !== '...');
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^---(?:\s|$)/.test(line)) {
      if (isData()) yield { line: first, chunk: lines.join('\n') };
      // what follows the dashes on their line stays on it
      [first, lines] = [index + 1, [line.replace(/^---/, '   ')]];
    } else lines.push(line === '...' ? '' : line);
  }
  if (isData()) yield { line: first, chunk: lines.join('\n') };
}

function itemsOf(document: YamlDocument): YamlDocument[] {
  const { value, file, place } = document;
  if (!Array.isArray(value)) return [document];
  return value.map((item: unknown, index) => ({ file, value: item, place: (path) => place([index, ...path]) }));
}

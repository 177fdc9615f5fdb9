/** The contracts in the documentation: whole files, what is added to them, and wrong ones with the errors they give. */
import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';

export interface Example {
  /** line of the block in its document */
  readonly line: number;
  readonly text: string;
}

export interface WrongExample extends Example {
  /** the lines of the `text` block that follows */
  readonly errors: readonly string[];
}

export interface Examples {
  /** every whole file, and what it is after each addition */
  readonly right: readonly Example[];
  readonly wrong: readonly WrongExample[];
}

interface Block extends Example {
  readonly language: string;
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** Blocks that are no contract are left out; a `# wrong` one without a `text` block after it throws. */
export function readExamples(markdown: string): Examples {
  const blocks = [...markdown.matchAll(FENCE)].map(
    ({ 1: language = '', 2: text = '', index }): Block => ({
      language,
      text,
      line: markdown.slice(0, index).split('\n').length,
    }),
  );
  const right: Example[] = [];
  const wrong: WrongExample[] = [];
  for (const [index, block] of blocks.entries()) {
    if (block.language !== 'yaml') continue;
    if (block.text.startsWith('schema: gate10/system/v1')) right.push(block);
    if (block.text.startsWith('# adds\n')) right.push({ ...block, text: merge(right.at(-1)?.text ?? '', block.text) });
    if (block.text.startsWith('# wrong\n')) wrong.push({ ...block, errors: errorsAfter(blocks[index + 1], block) });
  }
  return { right, wrong };
}

function errorsAfter(next: Block | undefined, { line }: Block): string[] {
  if (next?.language !== 'text') throw new Error(`The wrong example in line ${line} is not followed by its errors.`);
  return next.text.trim().split('\n');
}

/** Mappings are merged, lists are appended, anything else is replaced. */
function merge(base: string, addition: string): string {
  const [target, source] = [parseDocument(base), parseDocument(addition)];
  if (!isMap(target.contents) || !isMap(source.contents)) throw new Error('There is no file to add to.');
  mergeMaps(target.contents, source.contents);
  return target.toString();
}

function mergeMaps(target: YAMLMap, source: YAMLMap): void {
  for (const { key, value } of source.items) {
    const old = target.get(key, true);
    if (isMap(old) && isMap(value)) mergeMaps(old, value);
    else if (isSeq(old) && isSeq(value)) old.items.push(...value.items);
    else target.set(key, value);
  }
}

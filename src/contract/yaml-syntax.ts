/** What the YAML parser complains of, in sentences that say how to mend it. */
import type { Problem } from '../errors.ts';

/** One complaint of the parser; `offset` in the text. */
export interface SyntaxComplaint {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

type At = (offset: number) => Pick<Problem, 'file' | 'line' | 'column'>;

/** Behind an unexpected token the parser has lost its way: what it says of the rest is an echo of the first complaint. */
export function toSyntaxProblems(complaints: readonly SyntaxComplaint[], text: string, at: At): Problem[] {
  const ordered = [...complaints].sort((a, b) => a.offset - b.offset);
  const lost = ordered.findIndex(({ code }) => code === 'UNEXPECTED_TOKEN');
  const meant = lost === -1 ? ordered : ordered.slice(0, lost + 1);
  return meant.map((complaint) => toProblem(complaint, text, at(complaint.offset)));
}

function toProblem(
  { code, message, offset }: SyntaxComplaint,
  text: string,
  place: Pick<Problem, 'file' | 'line' | 'column'>,
): Problem {
  const quoted = quoteHint(text, offset);
  if (code === 'UNEXPECTED_TOKEN' && quoted !== undefined) return { code: 'unquoted', ...place, ...quoted };
  const [what = message] = message.split('\n');
  if (code === 'TAG_RESOLVE_FAILED') return { code: 'unknown-tag', ...place, what, fix: 'Remove the tag; data only.' };
  return { code: 'yaml-syntax', ...place, what };
}

const BRACES_IN_TEXT = /^[^\s{}]*(?:\$\{[^}\n]*\}|\{\{[^}\n]*\}\})[^\s,{}]*/;

/** For `${NAME}` and `{{name}}` at this offset: inside braces YAML takes their own braces for a mapping. */
export function quoteHint(text: string, offset: number): Pick<Problem, 'what' | 'fix'> | undefined {
  if (text[offset] !== '{' || (text[offset - 1] !== '$' && text[offset + 1] !== '{')) return undefined;
  const start = text.slice(0, offset).search(/\S*$/);
  const [meant] = BRACES_IN_TEXT.exec(text.slice(start, start + 500)) ?? [];
  if (meant === undefined) return undefined;
  return { what: 'braces in a text inside braces have to be quoted', fix: `Quote it: "${meant}".` };
}

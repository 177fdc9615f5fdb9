/** SQL as a list of statements of tokens: comments are gone, texts are single tokens, names are folded as PostgreSQL folds them. */

export interface Token {
  /** `name` = identifier or keyword in lower case; `quoted` = "identifier" as written; `text` = a literal; `sign` = any other character. */
  readonly kind: 'name' | 'quoted' | 'text' | 'sign';
  readonly value: string;
}

export interface Script {
  readonly statements: readonly (readonly Token[])[];
  /** Bodies of functions and DO blocks, which may do anything. */
  readonly bodies: readonly string[];
}

const PARTS = [
  ['skip', /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y],
  ['body', /\$([A-Za-z_]\w*)?\$([\s\S]*?)\$\1\$/y],
  ['text', /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'/y],
  ['quoted', /"((?:[^"]|"")+)"/y],
  ['name', /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  ['sign', /[\s\S]/y],
] as const;

/** Where the part begins that undoes the migration: goose, dbmate, sql-migrate, node-pg-migrate and their like. */
const DOWN = /^[ \t]*--[^\n]*\b(?:down|undo)\b|^[ \t]*--[ \t]*rollback\b/im;

/** Never throws: what is no SQL becomes signs, which no reader takes for a statement. */
export function readScript(sql: string): Script {
  const down = sql.search(DOWN);
  const source = down < 0 ? sql : sql.slice(0, down);
  const statements: Token[][] = [[]];
  const bodies: string[] = [];
  let at = 0;
  while (at < source.length) {
    const { kind, match } = partAt(source, at);
    at += match[0].length;
    if (kind === 'skip') continue;
    if (kind === 'body') bodies.push(match[2] ?? '');
    if (kind === 'sign' && match[0] === ';') statements.push([]);
    else statements.at(-1)?.push(toToken(kind, match));
  }
  return { statements: statements.filter((tokens) => tokens.length > 0), bodies };
}

function partAt(source: string, at: number): { kind: (typeof PARTS)[number][0]; match: RegExpExecArray } {
  for (const [kind, pattern] of PARTS) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null) return { kind, match };
  }
  throw new Error('every character is at least a sign');
}

function toToken(kind: (typeof PARTS)[number][0], match: RegExpExecArray): Token {
  if (kind === 'name') return { kind, value: match[0].toLowerCase() };
  if (kind === 'quoted') return { kind, value: (match[1] ?? '').replaceAll('""', '"') };
  return { kind: kind === 'sign' ? 'sign' : 'text', value: match[0] };
}

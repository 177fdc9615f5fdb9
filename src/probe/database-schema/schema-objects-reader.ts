/** Reads the tokens of one SQL statement from left to right. */
import type { Token } from './schema-objects-sql.ts';

const TABLE_RULES = ['constraint', 'primary', 'unique', 'check', 'foreign', 'exclude', 'like', 'period'];

/** Goes through the tokens of one statement. State must live here: where it stands. */
export class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }
  is(word: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === 'name' && token.value === word;
  }
  /** `primary key (…)` and the like, where a column may stand. */
  isTableRule(): boolean {
    return TABLE_RULES.some((word) => this.is(word));
  }
  take(word: string): boolean {
    if (!this.is(word)) return false;
    this.#at += 1;
    return true;
  }
  takeOne(words: readonly string[]): string | undefined {
    return words.find((word) => this.take(word));
  }
  takeAll(words: readonly string[]): string[] {
    const taken: string[] = [];
    for (let word = this.takeOne(words); word !== undefined; word = this.takeOne(words)) taken.push(word);
    return taken;
  }
  takeSign(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.value !== sign) return false;
    this.#at += 1;
    return true;
  }
  takePlain(): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || (token.kind !== 'name' && token.kind !== 'quoted')) return undefined;
    this.#at += 1;
    return token.value;
  }
  /** `orders`, `shop.orders`; undefined = something that is no name, e.g. a placeholder of the migration tool. */
  takeName(): string | undefined {
    const first = this.takePlain();
    if (first === undefined || !this.takeSign('.')) return first;
    const second = this.takePlain();
    return second === undefined ? undefined : `${first}.${second}`;
  }
  /** Names of the columns in the parentheses that come next. */
  columns(): string[] {
    if (!this.takeSign('(')) return [];
    return this.#parts(')').flatMap((part) => {
      const column = part.isTableRule() ? undefined : part.takePlain();
      return column === undefined ? [] : [column];
    });
  }
  actions(): Reader[] {
    return this.#parts(undefined);
  }
  /** What lies between commas, up to the closing sign (or the end), parentheses kept whole. */
  #parts(end: string | undefined): Reader[] {
    const parts: Token[][] = [[]];
    let depth = 0;
    for (; this.#at < this.#tokens.length; this.#at += 1) {
      const token = this.#tokens[this.#at];
      if (token === undefined) break;
      const sign = token.kind === 'sign' ? token.value : '';
      if (depth === 0 && sign === end) break;
      if (sign === '(') depth += 1;
      if (sign === ')') depth -= 1;
      if (depth === 0 && sign === ',') parts.push([]);
      else parts.at(-1)?.push(token);
    }
    return parts.map((tokens) => new Reader(tokens));
  }
}

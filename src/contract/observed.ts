/**
 * Observed traffic: one line of JSON (NDJSON) for each exchange that somebody held against an API contract. What was seen,
 * never the values: a line may be kept and published. `gate10 contract coverage` reads it.
 */
import { z } from 'zod';
import { InputError, type Problem } from '../errors.ts';

/** An answer of a million different keys must not become a line of a million names. */
const MAX_FIELDS = 2000;
const MAX_PROBLEMS = 100;

const pointers = z.array(z.string().regex(/^\//, 'a JSON pointer such as /items/*/id'));

export const observedExchangeSchema = z.strictObject({
  v: z.literal(1),
  /** SHA-256 of the contract document's bytes: what was seen of another contract covers nothing of this one */
  contract: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest in hex'),
  /** as the contract has it, e.g. `GET /jobs/{id}`; null where it knows no such route */
  operation: z.string().nullable(),
  operationId: z.string().optional(),
  method: z.string().regex(/^[A-Z]+$/, 'a method in capitals'),
  /** path template of the contract; null where it knows no such route */
  path: z.string().nullable(),
  status: z.int().min(100).max(599),
  /** lower case, without parameters; null = the answer names none */
  contentType: z.string().nullable(),
  request: z.strictObject({
    contentType: z.string().nullable(),
    /** `query page`, `path id`: parameters that were sent */
    parameters: z.array(z.string()),
    fields: pointers,
    /** whether the contract allows the request; tests send wrong ones on purpose */
    valid: z.boolean(),
  }),
  /** JSON pointers (RFC 6901) of every member of the body; an item of a list is `*` */
  response: z.strictObject({ fields: pointers }),
  /** whether the contract allows this answer to this request */
  valid: z.boolean(),
  /** why not; places and rules, never values */
  problems: z.array(z.string()),
});

export type ObservedExchange = z.infer<typeof observedExchangeSchema>;

/** One line, with its end. */
export function toObservedLine(exchange: ObservedExchange): string {
  return `${JSON.stringify(exchange)}\n`;
}

/** The pointers of every member of a JSON value, each once, sorted; items of lists are `*`. At most 2,000. */
export function fieldsOf(value: unknown): string[] {
  const found = new Set<string>();
  const waiting: { readonly node: unknown; readonly at: string }[] = [{ node: value, at: '' }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, at } = next;
    if (Array.isArray(node)) {
      for (const item of node) waiting.push({ node: item, at: `${at}/*` });
    } else if (node !== null && typeof node === 'object') {
      for (const [key, member] of Object.entries(node)) {
        if (found.size >= MAX_FIELDS) return [...found].sort();
        const pointer = `${at}/${toPointerSegment(key)}`;
        found.add(pointer);
        waiting.push({ node: member, at: pointer });
      }
    }
  }
  return [...found].sort();
}

/** RFC 6901 §3. */
export function toPointerSegment(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Reads NDJSON. Throws InputError with every line that is not an observed exchange; a line cut off at the end is one. */
export function readObserved(text: string, file: string): ObservedExchange[] {
  const exchanges: ObservedExchange[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || problems.length >= MAX_PROBLEMS) continue;
    const reading = readLine(line);
    if (typeof reading === 'string') problems.push(lineProblem(file, index + 1, reading));
    else exchanges.push(reading);
  }
  if (problems.length > 0) throw new InputError(problems);
  return exchanges;
}

function readLine(line: string): ObservedExchange | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'the line is not JSON';
  }
  const parsed = observedExchangeSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'not an observed exchange'}`;
}

function lineProblem(file: string, line: number, what: string): Problem {
  const fix = 'Record the traffic again, or remove the file.';
  return { code: 'not-observed', file, line, what, expected: 'one observed exchange on each line', fix };
}

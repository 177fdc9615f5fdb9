/** One request for an operation of the contract, and how a person repeats it. */
import type { Operation } from '../../../src/contract/openapi.ts';
import type { Redactor } from '../../../src/contract/redact.ts';
import { SECRET_NAME } from '../../../src/probe/flow/hide-secrets.ts';

export interface ApiRequest {
  readonly operation: Operation;
  readonly pathAndQuery: string;
  /** names in lower case */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

const CREDENTIAL = /^(?:authorization|proxy-authorization|cookie)$/i;
const MAX_BODY_CHARS = 2000;

/** A line for a shell. Credentials are replaced by what they are: whoever repeats the request puts in their own. */
export function toCurl(request: ApiRequest, baseUrl: string, redact: Redactor): string {
  const { method } = request.operation;
  const headers = Object.entries(request.headers).map(([name, value]) => {
    const isSecret = CREDENTIAL.test(name) || SECRET_NAME.test(name);
    return `-H ${quoted(`${name}: ${isSecret ? withoutValue(value) : redact(value)}`)}`;
  });
  const body = request.body === undefined ? undefined : shownBody(request.body, redact);
  const url = quoted(redact(`${baseUrl.replace(/\/+$/, '')}${request.pathAndQuery}`));
  const line = ['curl -i', ...(method === 'GET' ? [] : [`-X ${method}`]), url, ...headers];
  if (body === undefined) return line.join(' ');
  // No argument of a program can have it.
  if (body.includes('\0')) return `printf %b ${escaped(body)} | ${line.join(' ')} --data-binary @-`;
  return [...line, `--data-binary ${quoted(body)}`].join(' ');
}

/** `Bearer …` says how it is sent, and nothing of what. */
function withoutValue(value: string): string {
  const [scheme, ...rest] = value.split(' ');
  return rest.length > 0 ? `${scheme} [redacted]` : '[redacted]';
}

function shownBody(body: string | Buffer, redact: Redactor): string {
  const text = redact(body.toString('utf8').toWellFormed());
  return text.length > MAX_BODY_CHARS ? `${text.slice(0, MAX_BODY_CHARS)}… (${body.length} in all)` : text;
}

/** ANSI-C quoting where a text has control characters: a shell reads them back as they were. */
function quoted(text: string): string {
  if (!/\p{Cc}/u.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const inside = text.replaceAll(/['\\]|\p{Cc}/gu, (char) => {
    return char === "'" || char === '\\' ? `\\${char}` : `\\u${hexOf(char)}`;
  });
  return `$'${inside}'`;
}

/** For `printf %b`: `\0` and three octal digits. */
function escaped(text: string): string {
  const inside = text.replaceAll(/['\\]|\p{Cc}/gu, (char) => `\\0${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `'${inside}'`;
}

function hexOf(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(4, '0');
}

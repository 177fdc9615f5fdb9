/** A failing request is shown as a line for the shell, which sends the same again, and shows no secret. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parseOpenApi } from '../../../src/contract/openapi.ts';
import { createRedactor } from '../../../src/contract/redact.ts';
import { toCurl } from './api-request.ts';
import { OPENAPI } from './small-shop.ts';

const { operations } = await parseOpenApi(OPENAPI, 'shop.yaml');
const operation = operations.find(({ key }) => key === 'POST /orders');
const redact = createRedactor(new Map([['SHOP_KEY', 'correct-horse']]));

function curl(headers: Record<string, string>, body?: string): string {
  if (operation === undefined) throw new Error('The shop takes no orders.');
  const request = { operation, pathAndQuery: '/orders?q=it%27s', headers, ...(body !== undefined && { body }) };
  return toCurl(request, 'https://shop.example/', redact);
}

test('it has method, address, headers and body, quoted', () => {
  expect(curl({ 'content-type': 'application/json' }, '{"item":1}')).toBe(
    `curl -i -X POST 'https://shop.example/orders?q=it%27s' -H 'content-type: application/json' --data-binary '{"item":1}'`,
  );
});

describe('a shell reads back', () => {
  /** Stands for curl: says its last argument, or what it is given. */
  const SAID = 'curl() { for last; do :; done; if [ "$last" = @- ]; then cat; else printf %s "$last"; fi; }';

  test.each([
    ['a quote', "it's"],
    ['a backslash', 'a\\u0041\\n'],
    ['line ends', 'a\r\nb\tc\n.'],
    ['what no argument can have', "a\0b'\\c%d"],
    ['other scripts', 'Grüße 𝕏'],
  ])('%s', (_name, body) => {
    const said = execFileSync('bash', ['--norc', '-c', `${SAID}; ${curl({}, body)}`], { env: { LC_ALL: 'C.UTF-8' } });
    expect(said.toString()).toBe(body);
  });
});

describe('it shows nothing of', () => {
  test.each([
    ['a bearer token', { authorization: 'Bearer abc.def' }, "-H 'authorization: Bearer [redacted]'"],
    ['a cookie', { cookie: 'session=abc' }, "-H 'cookie: [redacted]'"],
    ['a key', { 'x-api-key': 'abc' }, "-H 'x-api-key: [redacted]'"],
  ])('%s', (_name, headers, expected) => {
    expect(curl(headers)).toContain(expected);
    expect(curl(headers)).not.toContain('abc');
  });

  test('a declared secret in its body', () => {
    expect(curl({}, '{"key":"correct-horse"}')).toContain('{"key":"[redacted:SHOP_KEY]"}');
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProxyRule, matchRedirect, parseRedirects } from '../../reference-system/edge/redirects.ts';

const table = readFileSync(join(import.meta.dirname, '../../reference-system/release/content/_redirects'), 'utf8');

describe('the redirect table of the release', () => {
  const rules = parseRedirects(table, '_redirects');
  const navigation = 'text/html,application/xhtml+xml,*/*;q=0.8';
  it.each([
    ['/health', 'application/json', 'https://api.mosaic.test/health'],
    ['/jobs', 'application/json', 'https://api.mosaic.test/jobs'],
    ['/jobs', '*/*', 'https://api.mosaic.test/jobs'],
    ['/jobs', navigation, '/index.html'],
    ['/jobs/7', 'application/json', 'https://api.mosaic.test/jobs/7'],
    ['/files/abc', navigation, '/index.html'],
    ['/auth/login', 'application/json', 'https://api.mosaic.test/auth/login'],
    ['/reranker/health', '*/*', 'https://api.mosaic.test/reranker/health'],
    ['/metrics', '*/*', '/index.html'],
    ['/coach', navigation, '/index.html'],
  ])('sends %s (accept %s) to %s', (path, accept, target) => {
    expect(matchRedirect(rules, path, accept)?.target).toBe(target);
  });

  it('hands exactly the API paths to another host', () => {
    expect(rules.filter(isProxyRule).map((rule) => rule.from)).toEqual([
      '/health',
      '/__version',
      '/__config',
      '/auth/',
      '/files',
      '/jobs',
      '/chat',
      '/reranker/',
      '/analytics/',
    ]);
  });

  it('inserts the splat literally, replacement patterns included', () => {
    expect(matchRedirect(rules, '/jobs/$&$1', '*/*')?.target).toBe('https://api.mosaic.test/jobs/$&$1');
  });
});

describe('a table that cannot be read', () => {
  it.each([
    ['/jobs', 'too few fields'],
    ['/jobs /index.html', 'too few fields'],
    ['jobs /index.html 200', 'no path pattern'],
    ['/a*b /index.html 200', 'only at its end'],
    ['/a ftp://x/y 200', 'no target'],
    ['/a https://HOST 200', 'no target'],
    ['/a /b 201', 'status "201" is unknown'],
    ['/a /b 200 Cookie=x', 'condition "Cookie=x" is unknown'],
    ['/a /b 200 Accept=text/html more', 'one field too many'],
    ['/a https://api.test/:splat 200', 'has no "*"'],
  ])('is refused: %s', (line, reason) => {
    expect(() => parseRedirects(`# comment\n${line}\n`, '_redirects')).toThrow(reason);
    expect(() => parseRedirects(`# comment\n${line}\n`, '_redirects')).toThrow('Failed to load _redirects:2: ');
  });

  it('names every bad line at once', () => {
    expect(() => parseRedirects('/a\n/ok /b 200\nc /d 200', 'x')).toThrow(/x:1:[\s\S]*x:3:/);
  });
});

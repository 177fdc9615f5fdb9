import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProxyRule, matchRedirect, parseRedirects } from '../../reference-system/edge/redirects.ts';

const table = readFileSync(join(import.meta.dirname, '../../reference-system/release/content/_redirects'), 'utf8');

describe('the redirect table of the release', () => {
  const rules = parseRedirects(table, '_redirects');
  it.each([
    ['/health', 'https://api.mosaic.test/health'],
    ['/jobs', 'https://api.mosaic.test/jobs'],
    ['/jobs/7', 'https://api.mosaic.test/jobs/7'],
    ['/files/abc', 'https://api.mosaic.test/files/abc'],
    ['/auth/login', 'https://api.mosaic.test/auth/login'],
    ['/reranker/health', 'https://api.mosaic.test/reranker/health'],
    ['/metrics', '/index.html'],
    ['/healthy', '/index.html'],
    ['/search', '/index.html'],
  ])('sends %s to %s', (path, target) => {
    expect(matchRedirect(rules, path)?.target).toBe(target);
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
    expect(matchRedirect(rules, '/jobs/$&$1')?.target).toBe('https://api.mosaic.test/jobs/$&$1');
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
    ['/a /b 200 Cookie=x', 'one field too many'],
    ['/a https://api.test/:splat 200', 'has no "*"'],
  ])('is refused: %s', (line, reason) => {
    expect(() => parseRedirects(`# comment\n${line}\n`, '_redirects')).toThrow(reason);
    expect(() => parseRedirects(`# comment\n${line}\n`, '_redirects')).toThrow('Failed to load _redirects:2: ');
  });

  it('names every bad line at once', () => {
    expect(() => parseRedirects('/a\n/ok /b 200\nc /d 200', 'x')).toThrow(/x:1:[\s\S]*x:3:/);
  });
});

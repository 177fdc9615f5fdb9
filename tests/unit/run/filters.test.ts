import { describe, expect, it } from 'vitest';
import { findFilters, findProjects } from '../../../src/run/filters.ts';

describe('what a command leaves out', () => {
  it.each<[string, string[]]>([
    ['test --project=production', []],
    ['test --project production --workers 2 --reporter=list', []],
    ['test -c playwright.config.ts --shard=1/3 --retries 1', []],
    ['test --project=production --grep @layer:dns', ['--grep @layer:dns']],
    ['test -g dns', ['-g dns']],
    ['test --grep-invert=slow', ['--grep-invert slow']],
    ['test tests/production/dns.spec.ts --project=production', ['tests/production/dns.spec.ts']],
    ['test --project=production -x', ['-x']],
    ['test --max-failures=1', ['--max-failures 1']],
    ['test --last-failed --no-deps', ['--last-failed', '--no-deps']],
  ])('%s', (command, filters) => {
    expect(findFilters(['node', 'cli.js', ...command.split(' ')])).toEqual(filters);
  });

  it('names the projects that were asked for', () => {
    expect(findProjects(['test', '--project=a', '--project', 'b', 'c', '--list'])).toEqual(['a', 'b', 'c']);
  });
});

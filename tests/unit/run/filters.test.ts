import { describe, expect, it } from 'vitest';
import { findFilters, findParts, findProjects } from '../../../src/run/filters.ts';

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

describe('the parts of the suite that a command asks for', () => {
  const known = ['settle', 'production', 'confirm', 'journeys', 'journeys-mobile', 'own'];

  it.each<[string, ReturnType<typeof findParts>]>([
    ['test', { production: true, ways: ['', 'mobile'] }],
    ['test --project=production', { production: true, ways: [] }],
    ['test --project=journeys', { production: false, ways: [''] }],
    ['test --project=Journeys*', { production: false, ways: ['', 'mobile'] }],
    ['test --project=settle --project=journeys-mobile', { production: false, ways: ['mobile'] }],
    ['test --project production journeys', { production: true, ways: [''] }],
    ['test --project=production --project=journeys-mobile', { production: true, ways: ['', 'mobile'] }],
    ['test --project=own --project=journeys', { production: true, ways: [''] }],
    ['test --project=own', { production: true, ways: [] }],
  ])('%s', (command, parts) => {
    expect(findParts(['node', 'cli.js', ...command.split(' ')], known)).toEqual(parts);
  });
});

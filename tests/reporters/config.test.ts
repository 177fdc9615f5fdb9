/** Configurations that would prove less than they say end with 2, with the place and the fix, without a stack trace. */
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { configFile, createInlineProject, type InlineProject } from './support/inline-project.ts';

const root = path.resolve(import.meta.dirname, '../..');
let project: InlineProject | undefined;
afterEach(() => {
  project?.remove();
  project = undefined;
});

const config = (options: string): string =>
  `import { defineGate10Config } from '${root}/src/index.ts';\nexport default defineGate10Config(${options});\n`;

describe('a configuration that cannot be used', () => {
  it.each<[string, string, readonly string[], Record<string, string>, string]>([
    ['a misspelt key of Playwright', config('{ reties: 2 }'), [], {}, 'Did you mean "retries"?'],
    [
      'a misspelt key of a project',
      config("{ projects: [{ name: 'x', testMach: 'y' }] }"),
      [],
      {},
      'Did you mean "testMatch"?',
    ],
    ['a misspelt key of gate10', config("{ gate10: { statedir: 'x' } }"), [], {}, 'Did you mean "stateDir"?'],
    ['ignoreHTTPSErrors', config('{ use: { ignoreHTTPSErrors: true } }'), [], {}, 'tls.ca'],
    ['forbidOnly: false', config('{ forbidOnly: false }'), [], {}, 'test.only'],
    ['NODE_TLS_REJECT_UNAUTHORIZED=0', config('{}'), [], { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'Unset it'],
    ['a project that does not exist', config('{}'), ['--project=prodution'], {}, 'there is no project "prodution"'],
    [
      'a misspelt option of the reporter',
      configFile({ ours: '{ stateDri: "state" }' }),
      ['--project=production'],
      {},
      'Did you mean "stateDir"?',
    ],
    [
      'an environment that is not declared',
      config('{}'),
      ['--project=production'],
      { GATE10_TARGET: 'nowhere', GATE10_CONTRACTS: path.join(root, 'contracts') },
      'nowhere',
    ],
    [
      'a contracts folder that is not there',
      config('{}'),
      ['--project=production'],
      { GATE10_TARGET: 'staging', GATE10_CONTRACTS: '/nonexistent' },
      'system.yaml',
    ],
  ])('%s', async (_, text, args, env, said) => {
    project = createInlineProject({ 'playwright.config.ts': text });
    const outcome = await project.run(args, { env });
    expect(outcome.code, outcome.output).toBe(2);
    expect(outcome.output).toContain(said);
    expect(outcome.output).not.toMatch(/\n\s+at .*:\d+:\d+/);
  });
});

/** Configurations that would prove less than they say end with 2, with the place and the fix, without a stack trace. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { configFile } from './support/inline-project.ts';
import { begin, removeProjectAfterEach } from './support/one-project.ts';

const root = path.resolve(import.meta.dirname, '../..');
removeProjectAfterEach();

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
    ['traces in every project', config("{ use: { trace: 'retain-on-failure' } }"), [], {}, 'use.trace'],
    ['videos in every project', config("{ use: { video: { mode: 'on' } } }"), [], {}, 'use.video'],
    ['screenshots in every project', config("{ use: { screenshot: 'on' } }"), [], {}, 'use.screenshot'],
    ['traces by command line', config('{}'), ['--project=production', '--trace=on'], {}, 'Run without --trace'],
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
    const project = begin({ 'playwright.config.ts': text });
    const outcome = await project.run(args, { env });
    expect(outcome.code, outcome.output).toBe(2);
    expect(outcome.output).toContain(said);
    expect(outcome.output).not.toMatch(/\n\s+at .*:\d+:\d+/);
  });

  it('is told in one message, not as an object', async () => {
    const project = begin({ 'playwright.config.ts': config('{ reties: 2 }') });
    const { output } = await project.run(['--project=prodution']);
    expect(output.trimEnd().split('\n')).toEqual([
      'gate10: exit 2: the configuration cannot be used',
      expect.stringContaining('Did you mean "retries"?'),
      expect.stringContaining('there is no project "prodution"'),
    ]);
  });

  it('allows that a project of its own records itself', async () => {
    const own = "{ projects: [{ name: 'mine', testMatch: 'mine.spec.ts', use: { trace: 'on' } }] }";
    const project = begin({ 'playwright.config.ts': config(own) });
    const outcome = await project.run(['--list', '--project=mine']);
    expect(outcome.output).not.toContain('config-recording');
  });

  it('leaves our code to Node, beside what its owner leaves to it', async () => {
    const own = config("{ build: { external: ['mine/**'] } }");
    const told = "export default tell(defineGate10Config({ build: { external: ['mine/**'] } }));";
    const text = `${own.split('\n')[0]}\nconst tell = (c) => (console.log(JSON.stringify(c.build)), c);\n${told}\n`;
    const { output } = await begin({ 'playwright.config.ts': text }).run(['--list', '--project=production']);
    const [line = '{}'] = output.split('\n').filter((each) => each.startsWith('{'));
    expect(JSON.parse(line)).toEqual({
      external: ['mine/**', ...['src', 'reporters', 'tests/support'].map((folder) => path.join(root, folder, '**'))],
    });
  });
});

describe('an environment that the contract does not have', () => {
  const starts = config(
    "{ webServer: { command: 'touch started && sleep 60', wait: { stdout: /never/ }, timeout: 5000 } }",
  );
  const contract = 'environments:\n  staging: {}\n  production: {}\n';

  it.each<[string, Record<string, string>]>([
    ['embedded, because none was named', {}],
    ['one that was named', { GATE10_TARGET: 'nowhere' }],
  ])('%s: is refused before a web server starts', async (_, env) => {
    const project = begin({ 'playwright.config.ts': starts, 'contracts/system.yaml': contract });
    const outcome = await project.run(['--project=production'], { env });
    expect(outcome.code, outcome.output).toBe(2);
    expect(outcome.output).toContain('one of staging, production');
    expect(outcome.output).toContain('Set GATE10_TARGET');
    expect(existsSync(path.join(project.dir, 'started'))).toBe(false);
  });
});

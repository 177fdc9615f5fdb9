/** `gate10 gates` and `gate10 hooks install`: what blocks, what is not decided, what is kept, and whose hooks stay. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderOf, type Ran, runIn } from './run-command.ts';

const node = process.execPath;

function project(contract: object, files: Readonly<Record<string, string>> = {}): string {
  const folder = folderOf({
    'contracts/gates.yaml': JSON.stringify({ schema: 'gate10/gates/v1', ...contract }, null, 2),
    'src/upload.ts': 'export function uploadFile() {}\n',
    ...files,
  });
  git(folder, 'init', '--quiet');
  git(folder, 'add', '.');
  return folder;
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const gate = (name: string, script: string, more: object = {}) => ({
  ...{ name, modes: ['local'], argv: [node, '-e', script], timeout: '20s' },
  ...more,
});
const run = (folder: string, ...args: string[]): Promise<Ran> => runIn(folder, 'gates', '--mode', 'local', ...args);

describe('gate10 gates', () => {
  it('runs all of them, and one that fails blocks', async () => {
    const folder = project({
      gates: [
        gate('behaviour-lint', 'console.log("looked"); process.exit(4)'),
        gate('context', 'console.log("fine")'),
        gate('model-graded-evaluation', 'process.exit(1)', { modes: ['ci'] }),
      ],
      criticalFeatures: [{ feature: 'CV upload', file: 'src/upload.ts', contains: 'uploadFile' }],
    });
    const { code, stdout } = await run(folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^passed +critical-features/m);
    expect(stdout).toMatch(/^passed +secret-detection/m);
    expect(stdout).toMatch(/^FAILED +behaviour-lint: exit 4 \(.*behaviour-lint\.log\)$/m);
    expect(stdout).toMatch(/^passed +context/m);
    expect(stdout).not.toContain('model-graded-evaluation');
    expect(readFileSync(path.join(folder, '.gate10/gates/behaviour-lint.log'), 'utf8')).toBe('looked\n');
  });

  it('opens where all pass', async () => {
    const { code, stdout } = await run(project({ gates: [gate('context', ';')] }), '--json');
    expect({ code, said: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      said: { mode: 'local', verdict: 'passed', gates: [{ name: 'secret-detection' }, { name: 'context' }] },
    });
  });

  it('finds a secret in what is tracked', async () => {
    const secret = ['ghp', 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5'].join('_');
    const { code, stdout } = await run(project({}, { 'src/key.ts': `export const token = '${secret}';\n` }));
    expect({ code, isNamed: stdout.includes('FAILED       secret-detection') }).toEqual({ code: 1, isNamed: true });
    expect(stdout).not.toContain(secret);
  });

  it('misses a feature that is gone', async () => {
    const lost = [
      { feature: 'CV upload', file: 'src/upload.ts', contains: 'deleteFile' },
      { feature: 'Job search', file: 'src/search.ts', contains: 'search' },
    ];
    const { code, stdout } = await run(project({ criticalFeatures: lost }));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /CV upload: src\/upload\.ts does not have "deleteFile" any more; Job search: src\/search\.ts/,
    );
  });

  it.each([
    ['that is not there', { argv: ['/nowhere/program'] }, /cannot be started/],
    ['that hangs', { argv: [node, '-e', 'setInterval(() => {}, 1000)'], timeout: '300ms' }, /was ended after 0\.3 s/],
    ['that is killed', { argv: [node, '-e', 'process.kill(process.pid, "SIGKILL")'] }, /ended from outside/],
  ])('does not know about a program %s', async (_, more, words) => {
    const { code, stdout } = await run(project({ gates: [gate('context', ';', more)] }));
    expect(code).toBe(3);
    expect(stdout).toMatch(words);
  });

  it('asks gate10 itself in the later modes, and takes none of its doubts for a pass', async () => {
    const folder = project({});
    const { code, stdout } = await runIn(folder, 'gates', '--mode', 'production');
    expect(code).toBe(3);
    expect(stdout).toMatch(/INCONCLUSIVE +production-connectivity: exit 2/);
    expect(stdout).toMatch(/INCONCLUSIVE +production-smoke: exit [23]/);
  });

  it('runs nothing through a shell', async () => {
    const argv = [node, '-e', 'process.exit(process.argv[1] === "; touch hacked #" ? 0 : 1)', '; touch hacked #'];
    expect((await run(project({ gates: [gate('context', ';', { argv })] }))).code).toBe(0);
  });

  it.each([
    [{ gates: [gate('secret-detection', ';')] }, /the name of a built-in gate/],
    [{ gates: [gate('a', ';'), gate('a', ';')] }, /two gates have one name/],
    [{ gates: [gate('A B', ';')] }, /lower-case/],
    [{ gates: [gate('a', ';', { modes: ['always'] })] }, /gates\.0\.modes\.0/],
    [{ gates: [gate('a', ';', { timeout: '5' })] }, /duration/],
    [{ criticalFeatures: [{ feature: 'x y', file: '../out', contains: 'abc' }] }, /inside the project/],
    [{ gate: [] }, /"gate" is not known/],
  ])('refuses %j with its line', async (contract, words) => {
    const { code, stderr } = await run(project(contract));
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/contracts\/gates\.yaml:\d+/);
  });

  it('refuses a mode that it does not know', async () => {
    expect(await runIn(project({}), 'gates', '--mode', 'always')).toMatchObject({ code: 2 });
    expect(await runIn(project({}), 'gates')).toMatchObject({ code: 2 });
  });
});

describe('gate10 hooks install', () => {
  const install = (folder: string): Promise<Ran> => runIn(folder, 'hooks', 'install');

  it('writes both hooks, and is harmless a second time', async () => {
    const folder = project({});
    expect((await install(folder)).code).toBe(0);
    const file = path.join(folder, '.git/hooks/pre-push');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('npx gate10 gates --mode ci\nnpx gate10 verify\n');
    expect(statSync(file).mode & 0o111).toBe(0o111);
    expect(readFileSync(path.join(folder, '.git/hooks/pre-commit'), 'utf8')).toContain('gates --mode local');
    expect((await install(folder)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('goes where git looks for them', async () => {
    const folder = project({});
    git(folder, 'config', 'core.hooksPath', 'own-hooks');
    expect((await install(folder)).code).toBe(0);
    expect(statSync(path.join(folder, 'own-hooks/pre-commit')).isFile()).toBe(true);
  });

  it('leaves a hook of others as it is, and says what to add', async () => {
    const folder = project({});
    const file = path.join(folder, '.git/hooks/pre-push');
    writeFileSync(file, '#!/bin/sh\necho mine\n');
    chmodSync(file, 0o755);
    const { code, stderr } = await install(folder);
    expect(code).toBe(2);
    expect(stderr).toContain('Add to it: npx gate10 gates --mode ci && npx gate10 verify');
    expect(readFileSync(file, 'utf8')).toBe('#!/bin/sh\necho mine\n');
  });

  it.each(['.husky/pre-commit', 'lefthook.yml', '.pre-commit-config.yaml'])(
    'leaves %s to its manager',
    async (name) => {
      const { code, stderr } = await install(project({}, { [name]: '' }));
      expect({ code, isSaid: stderr.includes('Add there') }).toEqual({ code: 2, isSaid: true });
    },
  );

  it('needs a repository', async () => {
    expect(await install(folderOf({}))).toMatchObject({ code: 2, stderr: expect.stringContaining('no repository') });
  });
});

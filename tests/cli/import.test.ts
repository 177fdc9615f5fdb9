/** `gate10 import` as its user runs it: all of a file or nothing, once however often, and never a proof. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const bin = path.resolve(import.meta.dirname, '../../bin/gate10.js');
const corpus = path.resolve(import.meta.dirname, '../corpora/import');
const SCOPE = ['--system', 'shop', '--environment', 'production'];

function project() {
  const cwd = mkdtempSync(path.join(tmpdir(), 'gate10-import-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  for (const name of readdirSync(corpus)) copyFileSync(path.join(corpus, name), path.join(cwd, name));
  const gate10 = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
    return { status, stdout, stderr };
  };
  const rows = () => gate10('history', 'export').stdout.split('\n').filter(Boolean).length;
  const isWithoutHistory = () => !readdirSync(cwd).includes('.gate10');
  return { cwd, gate10, rows, isWithoutHistory };
}

const line = (minute: number, change: object = {}) =>
  `${JSON.stringify({ timestamp: `2026-01-05T10:${String(minute).padStart(2, '0')}:00Z`, commit: 'a1a1a1a', success: true, ...change })}\n`;

describe('gate10 import', () => {
  it.each<[string, string, string[], number]>([
    ['github-deployments', 'github-deployments.json', [], 4],
    ['github-deployments', 'github-deployments-pages.txt', [], 4],
    ['github-releases', 'github-releases.json', [], 2],
    ['devlake', 'devlake.jsonl', [], 5],
    ['fourkeys', 'fourkeys.jsonl', [], 4],
    ['deployment-history', 'deployment_history.jsonl', [], 3],
    ['devlake', 'devlake.jsonl', ['--source-environment', 'staging'], 3],
  ])('takes %s from %s, and the same again changes nothing', (format, file, more, count) => {
    const { gate10, rows } = project();
    const args = ['import', format, file, ...SCOPE, ...more, '--json'];
    expect(JSON.parse(gate10(...args).stdout)).toMatchObject({ schema: 'gate10/import/v1', recorded: count, known: 0 });
    expect(JSON.parse(gate10(...args).stdout)).toMatchObject({ recorded: 0, known: count });
    expect(rows()).toBe(count);
    expect(gate10('history', 'verify').status).toBe(0);
  });

  it('says to people what it did, and that none of it is proven', () => {
    const { gate10 } = project();
    const { status, stdout } = gate10('import', 'github-deployments', 'github-deployments.json', ...SCOPE);
    expect(status).toBe(0);
    expect(stdout).toContain('6 records, 4 deployments and 0 incidents of shop in production.');
    expect(stdout).toContain('Left out: 1 of the environment "staging".');
    expect(stdout).toContain('Told, not proven');
    expect(gate10('verify', '--environment', 'production', '--commit', 'a1a1a1a').status).toBe(3);
  });

  it('records nothing of a file in which a line is wrong, and names all of them', () => {
    const { cwd, gate10, isWithoutHistory } = project();
    const wrong = [line(2, { commit: 1e9 }), line(3, { success: 'yes' }), '{"timestamp":'];
    const text = [line(1), ...wrong].join('');
    writeFileSync(path.join(cwd, 'x.jsonl'), text);
    const { status, stderr } = gate10('import', 'deployment-history', 'x.jsonl', ...SCOPE);
    expect(status).toBe(2);
    expect(stderr).toContain('x.jsonl:2: commit: the commit is the number 1000000000');
    expect(stderr).toContain(
      'x.jsonl:3: success: "yes" is neither true nor false (expected true or false, without quotes)',
    );
    expect(stderr).toContain('x.jsonl:4: the file ends in the middle of a record');
    expect(stderr).toContain('Nothing was recorded.');
    expect(isWithoutHistory()).toBe(true);
  });

  it('leaves out what is wrong where it is asked to, and names it', () => {
    const { cwd, gate10, rows } = project();
    writeFileSync(path.join(cwd, 'x.jsonl'), line(1) + line(2, { success: 'yes' }) + line(3));
    const { status, stdout, stderr } = gate10('import', 'deployment-history', 'x.jsonl', ...SCOPE, '--skip-invalid');
    expect(status).toBe(0);
    expect(stdout).toContain('Wrong and left out (--skip-invalid): 1.');
    expect(stderr).toContain('skipped: x.jsonl:2: success');
    expect(rows()).toBe(2);
  });

  it.each([
    ['a missing comma', `[${line(1).trim()} ${line(2).trim()},${line(3).trim()}]`],
    ['a quote too few', `[${line(1).replace('a1a1a1a"', 'a1a1a1a')},${line(2)},${line(3)}]`],
    ['an array that was cut off', `[${line(1)},${line(2)},{"time`],
    ['bytes that are no text', Buffer.concat([Buffer.from(line(1)), Buffer.of(0xff), Buffer.from(line(3))])],
  ])('leaves out nothing behind %s: what cannot be read is not skipped', (_, bytes) => {
    const { cwd, gate10, isWithoutHistory } = project();
    writeFileSync(path.join(cwd, 'x'), bytes);
    const { status, stderr } = gate10('import', 'deployment-history', 'x', ...SCOPE, '--skip-invalid');
    expect({ status, said: stderr.includes('what stands behind could not be read') }, stderr).toEqual({
      status: 2,
      said: true,
    });
    expect(isWithoutHistory()).toBe(true);
  });

  it('reads and checks all of it without a trace where it is only tried', () => {
    const { gate10, isWithoutHistory } = project();
    const { status, stdout } = gate10('import', 'fourkeys', 'fourkeys.jsonl', ...SCOPE, '--dry-run');
    expect({ status, said: stdout.includes('Nothing was recorded (--dry-run).') }).toEqual({ status: 0, said: true });
    expect(isWithoutHistory()).toBe(true);
  });

  it('takes a corrected export as the last word, in whatever order its lines come', () => {
    const { cwd, gate10, rows } = project();
    writeFileSync(path.join(cwd, 'x.jsonl'), line(3) + line(1) + line(2));
    writeFileSync(path.join(cwd, 'y.jsonl'), line(2) + line(1, { success: false }) + line(3));
    gate10('import', 'deployment-history', 'x.jsonl', ...SCOPE);
    const { stdout } = gate10('import', 'deployment-history', 'y.jsonl', ...SCOPE, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ recorded: 1, known: 2 });
    const events = gate10('history', 'export')
      .stdout.split('\n')
      .filter(Boolean)
      .map((row) => JSON.parse(row).event);
    expect(events.map(({ deployedAt, outcome }) => `${deployedAt.slice(14, 16)} ${outcome}`)).toEqual([
      '01 succeeded',
      '02 succeeded',
      '03 succeeded',
      '01 failed',
    ]);
    expect(rows()).toBe(4);
  });

  it.each<[string, Uint8Array | string]>([
    ['a byte order mark', `\ufeff${line(1)}`],
    ['carriage returns', line(1).replace('\n', '\r\n')],
    ['no line break at its end', line(1).trimEnd()],
  ])('takes a file with %s', (_, bytes) => {
    const { cwd, gate10 } = project();
    writeFileSync(path.join(cwd, 'x.jsonl'), bytes);
    expect(gate10('import', 'deployment-history', 'x.jsonl', ...SCOPE, '--dry-run').status).toBe(0);
  });

  it.each<[string, Uint8Array | string, RegExp]>([
    ['UTF-16', Buffer.from(`\ufeff${line(1)}`, 'utf16le'), /x:1: the bytes are not UTF-8/],
    [
      'bytes that are no text',
      Buffer.concat([Buffer.from(line(1)), Buffer.of(0xff, 0xfe, 0x0a)]),
      /x:2: the bytes are not UTF-8/,
    ],
    ['a character that is cut in two', Buffer.from('{"a":"é').subarray(0, 7), /not UTF-8/],
    ['a zero byte', line(1) + line(2).replace('a1a1a1a', 'a1\u0000'), /x:2: this is not JSON/],
    ['nothing', '', /x: there is no record in it/],
    ['an empty list', '[]', /x: there is no record in it/],
    ['an answer that is an error', '{"message":"Bad credentials"}', /x:1: timestamp: it is missing/],
    ['CSV', 'id,commit_sha,result\n1,1e57859,SUCCESS\n', /x:1: "i" stands where[\s\S]*CSV is not read/],
    ['a page', '<html>', /x:1: "<" stands where it does not belong/],
    [
      'a secret in the wrong place',
      line(1, { commit: `ghp_${'a'.repeat(36)}` }),
      /the commit is "\[redacted:GitHub token\]"/,
    ],
    [
      'other environments only',
      line(1, { environment: 'staging' }),
      /nothing of it is of the environment "production": of the environment "staging"/,
    ],
  ])('refuses a file of %s', (_, bytes, said) => {
    const { cwd, gate10, isWithoutHistory } = project();
    writeFileSync(path.join(cwd, 'x'), bytes);
    const { status, stderr } = gate10('import', 'deployment-history', 'x', ...SCOPE);
    expect({ status, said: said.test(stderr) }, stderr).toEqual({ status: 2, said: true });
    expect(isWithoutHistory()).toBe(true);
  });

  it.each<[string, string[], RegExp]>([
    [
      'a format that is none',
      ['github-deployment', 'x'],
      /<format>: "github-deployment" is not known[\s\S]*Did you mean github-deployments\?/,
    ],
    ['no file', ['devlake'], /<file>: it is missing/],
    ['a file that is not there', ['devlake', 'nowhere.json'], /nowhere.json: there is no such file/],
    ['a folder', ['devlake', '.'], /this is not a regular file/],
    ['tags of a file', ['git-tags', 'devlake.jsonl', '--tags', 'v*'], /<file>: there is one too many/],
    ['tags without a pattern', ['git-tags'], /--tags: it is missing/],
    ['a pattern for a file', ['devlake', 'devlake.jsonl', '--tags', 'v*'], /--tags: it says nothing about devlake/],
    ['a pattern that is a command', ['git-tags', '--tags', '$(id)'], /--tags is no pattern/],
    ['tags of a folder that is no repository', ['git-tags', '--tags', 'v*'], /not a git repository/],
  ])('refuses %s', (_, args, said) => {
    const { gate10 } = project();
    const { status, stderr } = gate10('import', ...args, ...SCOPE);
    expect({ status, said: said.test(stderr) }, stderr).toEqual({ status: 2, said: true });
  });

  it('says at once that system and environment are missing', () => {
    const { gate10 } = project();
    const { status, stderr } = gate10('import', 'devlake', 'devlake.jsonl', '--environment', 'Prod uction');
    expect(status).toBe(2);
    expect(stderr).toMatch(/--system: it is missing[\s\S]*--environment: "Prod uction" is no name/);
  });

  it('takes the tags of the repository, and says where a shallow clone may hide some', () => {
    const { cwd, gate10 } = project();
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@x', ...args], { cwd, stdio: 'pipe' });
    git('init', '-q', 'origin');
    for (const n of [1, 2]) {
      git('-C', 'origin', 'commit', '-q', '--allow-empty', '-m', `${n}`);
      git('-C', 'origin', 'tag', '-a', '-m', 'x', `v${n}`);
    }
    mkdirSync(path.join(cwd, 'origin/state'));
    const args = ['--tags', 'v*', ...SCOPE, '--json'];
    const run = (folder: string) =>
      JSON.parse(
        spawnSync(process.execPath, [bin, 'import', 'git-tags', ...args], {
          cwd: path.join(cwd, folder),
          encoding: 'utf8',
          env: { PATH: process.env['PATH'], GATE10_STATE_DIR: path.join(cwd, 'state') },
        }).stdout,
      );
    expect(run('origin')).toMatchObject({ recorded: 2, known: 0, notes: [] });
    git('clone', '-q', '--depth', '1', `file://${cwd}/origin`, 'shallow');
    expect(run('shallow')).toMatchObject({ notes: ['this is a shallow clone: tags may be missing'] });
    expect(gate10('verify', '--environment', 'production').status).toBe(3);
  });

  it('counts in the report on DORA as what was only told, in JSON and for Prometheus', () => {
    const { gate10 } = project();
    expect(gate10('import', 'github-deployments', 'github-deployments.json', ...SCOPE).status).toBe(0);
    const dora = ['dora', '--since', '2026-01-01', '--until', '2026-01-31', '--no-git'];
    const [report] = JSON.parse(gate10(...dora, '--json').stdout).reports;
    expect(report.deployment_frequency).toMatchObject({ total_deployments: 3, told_deployments: 3 });
    expect(report.change_failure_rate).toMatchObject({ failed_deployments: 1, told_deployments: 3 });
    const { stdout } = gate10(...dora, '--format', 'prometheus');
    expect(stdout).toContain('gate10_dora_deployments_told{system="shop",environment="production"} 3\n');
    expect(spawnSync('promtool', ['check', 'metrics'], { input: stdout }).status).toBe(0);
  });

  it('run by many at once records each deployment once', async () => {
    const { cwd, rows } = project();
    const args = [bin, 'import', 'github-deployments', 'github-deployments.json', ...SCOPE, '--json'];
    const run = async () => {
      const child = spawn(process.execPath, args, { cwd, env: { PATH: process.env['PATH'] } });
      let said = '';
      child.stdout.on('data', (chunk) => {
        said += chunk;
      });
      await once(child, 'close');
      return JSON.parse(said).recorded as number;
    };
    const recorded = await Promise.all(Array.from({ length: 6 }, run));
    expect(recorded.reduce((sum, each) => sum + each, 0)).toBe(4);
    expect(rows()).toBe(4);
  });

  it('takes the blame, with what to do, where there is no room for what it reads', () => {
    const { cwd, isWithoutHistory } = project();
    const lines = Array.from({ length: 20_000 }, (_, index) =>
      line(index % 60, { commit: `${index}`.padStart(40, '0') }),
    );
    writeFileSync(path.join(cwd, 'x.jsonl'), lines.join(''));
    const args = [process.execPath, bin, 'import', 'deployment-history', 'x.jsonl', ...SCOPE];
    const env = { PATH: process.env['PATH'] };
    const limited = spawnSync('sh', ['-c', 'ulimit -f 1000; exec "$@"', 'sh', ...args], { cwd, encoding: 'utf8', env });
    expect(limited.stderr).toMatch(/^Failed to keep what was read in a temporary file \(TMPDIR\): .+ Check the disk/);
    expect(limited.status).toBe(70);
    expect(isWithoutHistory()).toBe(true);
  });

  it('shows and keeps no escape sequence, command of a runner or secret of a file', () => {
    const { cwd, gate10 } = project();
    const evil = `\u001b]0;x\u0007::error::$(touch ran) ghp_${'a'.repeat(36)} <script>|[x](y)`;
    const text = line(1, { success: false, failure_reason: evil }) + line(2, { environment: `\u001b[31m${evil}` });
    writeFileSync(path.join(cwd, 'x.jsonl'), text);
    const { status, stdout } = gate10('import', 'deployment-history', 'x.jsonl', ...SCOPE);
    expect(status).toBe(0);
    const shown = stdout + gate10('history', 'export').stdout;
    expect(shown).not.toMatch(/\u001b|\\u001b|ghp_|\n::/);
    expect(shown).toContain('[redacted:GitHub token]');
    expect(readdirSync(cwd)).not.toContain('ran');
  });
});

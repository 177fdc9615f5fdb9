/** `gate10 record` as a person or a pipeline meets it: what was told is kept once, and proves nothing. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const bin = path.resolve(import.meta.dirname, '../../bin/gate10.js');
const SCOPE = ['--system', 'shop', '--environment', 'production'];
const DEPLOYMENT = ['record', 'deployment', ...SCOPE, '--commit', '1e57859', '--outcome', 'succeeded'];

function project() {
  const cwd = mkdtempSync(path.join(tmpdir(), 'gate10-record-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const gate10 = (args: readonly string[], env: Record<string, string> = {}) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    });
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
    return { status, stdout, stderr };
  };
  const events = () =>
    gate10(['history', 'export'])
      .stdout.split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).event);
  return { cwd, gate10, events };
}

describe('gate10 record', () => {
  it('keeps a deployment, and says that it is told and not proven', () => {
    const { gate10, events } = project();
    const { status, stdout } = gate10([
      ...DEPLOYMENT,
      '--id',
      'ci-7',
      '--at',
      '2026-01-09T20:25:00+01:00',
      '--by',
      'ci',
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain('Recorded (row 1): deployment ci-7 of shop in production: 1e57859, succeeded');
    expect(stdout).toContain('Told, not proven');
    expect(events()).toEqual([
      {
        type: 'deployment.recorded',
        id: 'ci-7',
        system: 'shop',
        environment: 'production',
        commit: '1e57859',
        deployedAt: '2026-01-09T19:25:00.000Z',
        outcome: 'succeeded',
        told: { source: 'person', by: 'ci' },
      },
    ]);
  });

  it('does not let a deployment that was told to have succeeded pass for a proven one', () => {
    const { gate10 } = project();
    expect(gate10([...DEPLOYMENT]).status).toBe(0);
    const verified = gate10(['verify', '--environment', 'production', '--commit', '1e57859', '--json']);
    expect(verified.status).toBe(3);
    expect(JSON.parse(verified.stdout)).toMatchObject({ outcome: 'inconclusive', reason: 'not-run' });
  });

  it('keeps what is said twice under one id once, also where a pipeline tries again later', () => {
    const { gate10, events } = project();
    const told = [...DEPLOYMENT, '--id', 'ci-7', '--source', 'pipeline', '--json'];
    expect(JSON.parse(gate10(told).stdout)).toMatchObject({ outcome: 'recorded', seq: 1 });
    expect(JSON.parse(gate10(told).stdout)).toMatchObject({ outcome: 'known', seq: 1 });
    expect(events()).toHaveLength(1);
  });

  it('refuses another content under an id that was recorded', () => {
    const { gate10, events } = project();
    const told = [...DEPLOYMENT, '--id', 'ci-7'];
    gate10([...told, '--at', '2026-01-09T19:25:00Z']);
    const { status, stderr } = gate10([...told, '--at', '2026-01-09T19:26:00Z', '--claimed', 'all is well']);
    expect(status).toBe(2);
    expect(stderr).toContain('"ci-7" was recorded before (row 1) with another claimed, deployedAt');
    expect(events()).toHaveLength(1);
  });

  it('opens an incident and resolves it later, each once', () => {
    const { gate10, events } = project();
    const incident = ['record', 'incident', ...SCOPE, '--id', 'INC-1'];
    const opened = [...incident, '--title', 'checkout answers 500', '--severity', 'P1', '--at', '2026-01-09T19:00:00Z'];
    const resolved = [...incident, '--resolve', '--at', '2026-01-09T20:00:00Z', '--resolution', 'rolled back'];
    for (const args of [opened, opened, resolved, resolved]) expect(gate10(args).status).toBe(0);
    expect(events()).toMatchObject([
      { type: 'incident.recorded', id: 'INC-1', openedAt: '2026-01-09T19:00:00.000Z', severity: 'P1' },
      { id: 'INC-1', title: 'checkout answers 500', resolvedAt: '2026-01-09T20:00:00.000Z', resolution: 'rolled back' },
    ]);
    expect(events()[0]).not.toHaveProperty('resolvedAt');
  });

  it('resolves no incident that nobody recorded, and names the open ones', () => {
    const { gate10 } = project();
    gate10(['record', 'incident', ...SCOPE, '--id', 'INC-1', '--title', 'x']);
    const { status, stderr } = gate10(['record', 'incident', ...SCOPE, '--id', 'INC-2', '--resolve']);
    expect(status).toBe(2);
    expect(stderr).toContain('no incident "INC-2" of shop in production is recorded (expected an open one: "INC-1")');
  });

  it('keeps an intervention', () => {
    const { gate10, events } = project();
    const told = [
      '--commit',
      '1e57859',
      '--kind',
      'user-visible-errors',
      '--description',
      'checkout failed for an hour',
    ];
    expect(gate10(['record', 'intervention', ...SCOPE, ...told]).status).toBe(0);
    expect(events()).toMatchObject([{ type: 'intervention.recorded', kind: 'user-visible-errors', commit: '1e57859' }]);
  });

  it('says everything that is wrong at once, and records nothing', () => {
    const { cwd, gate10 } = project();
    const { status, stderr } = gate10([
      ...['record', 'deployment', '--system', 'Shop!', '--commit', '1e+57859', '--outcome', 'suceeded'],
      ...['--at', '2999-01-01T00:00:00Z', '--url', 'javascript:alert(1)', '--time-to-detect-minutes', '-3'],
    ]);
    expect(status).toBe(2);
    const wanted = ['--system', '--environment', '--commit', '--outcome', '--at', '--url', '--time-to-detect-minutes'];
    for (const flag of wanted) expect(stderr).toContain(`${flag}: `);
    expect(stderr).toContain('Did you mean succeeded?');
    expect(stderr).toContain('in the future');
    expect(gate10(['verify', '--environment', 'production']).stdout).toContain(`no history in ${cwd}`);
  });

  it.each<[string, string[], RegExp]>([
    [
      'an end before the beginning',
      ['--at', '2026-01-09T19:00:00Z', '--resolved-at', '2026-01-09T18:00:00Z'],
      /before it opened/,
    ],
    ['a severity that is none', ['--severity', 'P9'], /"P9" is not known \(expected one of P0, P1, P2, P3\)/],
    ['a time without a zone', ['--at', '2026-01-09 19:00'], /does not say in which zone/],
    ['a day that does not exist', ['--at', '2026-02-30T00:00:00Z'], /no time of the calendar/],
    ['an empty root cause', ['--root-cause', ' '], /--root-cause: it is empty/],
    ['an address with a password', ['--url', `https${'://'}me:secret@example.com/`], /without user name and password/],
  ])('refuses %s', (_, args, said) => {
    const { gate10 } = project();
    const { status, stderr } = gate10(['record', 'incident', ...SCOPE, '--id', 'i', '--title', 't', ...args]);
    expect(status).toBe(2);
    expect(stderr).toMatch(said);
    expect(stderr).not.toContain('secret@');
  });

  it('keeps no escape sequence, no line break and no secret of what it is told, and runs nothing of it', () => {
    const { cwd, gate10, events } = project();
    mkdirSync(path.join(cwd, 'contracts'));
    const contract = 'schema: gate10/system/v1\nsystem: shop\nenvironments:\n  production: { secrets: [SHOP_KEY] }\n';
    writeFileSync(path.join(cwd, 'contracts/system.yaml'), contract);
    const title = `\u001b[31m$(touch ran)\u0007\u202e\n::error::x hunter22-hunter22 ghp_${'a'.repeat(36)} [a](../../x)`;
    const told = ['record', 'incident', ...SCOPE, '--id', '../../etc', '--title', title];
    const { status, stdout } = gate10(told, { SHOP_KEY: 'hunter22-hunter22' });
    expect(status).toBe(0);
    const clean = '$(touch ran) ::error::x [redacted:SHOP_KEY] [redacted:GitHub token] [a](../../x)';
    expect(events()).toMatchObject([{ id: '../../etc', title: clean }]);
    expect(stdout).toContain(clean);
    expect(gate10(['history', 'verify']).stdout).toContain('1 rows');
  });
});

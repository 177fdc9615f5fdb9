/** `gate10 rollback` as it is run: real checks and a real suite as processes of their own, a real driver, the real history. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { deployedSample } from './deployed-sample.ts';
import { folderOf, runIn } from './run-command.ts';

describe('gate10 rollback', () => {
  it('goes back from a broken release, proves it, tells it and keeps every step', async () => {
    const sample = await deployedSample({
      notify: ['/bin/sh', 'notify.sh', '{{outcome}}', '{{failed.commit}}', '{{target.commit}}'],
      drivers: {
        embedded: {
          ...{ kind: 'command', argv: ['/bin/sh', 'drive.sh', 'switches', '{{target.commit}}'], timeout: '10s' },
          credentials: ['DEPLOY_KEY'],
        },
      },
    });
    writeFileSync(path.join(sample.folder, 'notify.sh'), 'echo "$1 $2 $3 [$DEPLOY_KEY]" > told\n');
    const { code, stdout, stderr } = await sample.gate10(['rollback', '--json'], { DEPLOY_KEY: 'sesame-open' });
    expect({ code, stderr }, stderr).toMatchObject({ code: 0 });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      ...{ outcome: 'restored', failed: { commit: sample.broken }, target: { commit: sample.good }, exitCode: 0 },
    });
    expect(sample.switches()).toEqual([sample.good]);
    // the driver has its credential, nobody else has
    expect(readFileSync(path.join(sample.folder, 'env-of-driver'), 'utf8')).toContain('DEPLOY_KEY=sesame-open');
    expect(readFileSync(path.join(sample.folder, 'told'), 'utf8')).toBe(
      `restored ${sample.broken} ${sample.good} []\n`,
    );
    expect(stdout + stderr).not.toContain('sesame-open');
    const kept = readFileSync(path.join(sample.folder, '.gate10', 'rollbacks', `${report.rollbackId}.json`), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ outcome: 'restored', proofRun: report.proofRun });
    const ledger = await openLedger({ stateDir: path.join(sample.folder, '.gate10'), now: () => new Date() });
    const types = (await ledger.rows()).map(({ event }) =>
      'kind' in event ? `${event.type} ${event.kind}` : event.type,
    );
    expect(types).toEqual([
      ...['run.sealed production', 'run.sealed production'],
      ...['run.intended check', 'run.sealed check', 'run.intended check', 'run.sealed check'],
      ...['rollback.intended', 'rollback.driven', 'run.sealed production', 'rollback.settled'],
    ]);
    expect(await ledger.verify()).toEqual([]);
    await ledger.close();
    const again = await sample.gate10(['rollback'], { DEPLOY_KEY: 'sesame-open' });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('NOTHING DUE (proven)') });
    expect(sample.switches()).toEqual([sample.good]);
  });

  it('in a dry run says what it would do, and does nothing', async () => {
    const sample = await deployedSample({ confirm: { times: 1, of: 1 } });
    const { code, stdout } = await sample.gate10(['rollback', '--dry-run']);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('A ROLLBACK IS DUE (dry-run)') });
    expect(stdout).toContain(`target: ${sample.good}`);
    expect(sample.switches()).toEqual([]);
    expect(existsSync(path.join(sample.folder, '.gate10', 'rollbacks'))).toBe(false);
  });

  it('that was killed while its driver was at work is taken over, and done once', async () => {
    const deadlines = { poll: '50ms' };
    const sample = await deployedSample({ confirm: { times: 1, of: 1 }, deadlines });
    const script = 'touch started; sleep 0.3; echo "$2" >> "$1"\n';
    writeFileSync(path.join(sample.folder, 'drive.sh'), script);
    const first = spawn(process.execPath, [path.resolve('bin/gate10.js'), 'rollback'], {
      cwd: sample.folder,
      stdio: 'ignore',
    });
    const ended = once(first, 'exit');
    await vi.waitUntil(() => existsSync(path.join(sample.folder, 'started')), { timeout: 20_000, interval: 10 });
    first.kill('SIGKILL');
    await ended;
    const { code, stdout, stderr } = await sample.gate10(['rollback', '--json']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'restored', resumed: true });
    expect(sample.switches()).toEqual([sample.good]);
  });

  it('that fails is exit 1 and loud', async () => {
    const sample = await deployedSample({ confirm: { times: 1, of: 1 } });
    writeFileSync(path.join(sample.folder, 'drive.sh'), 'exit 5\n');
    const { code, stdout, stderr } = await sample.gate10(['rollback']);
    expect(code, stderr).toBe(1);
    expect(stdout).toContain('ROLLBACK FAILED (driver-failed)');
    expect(stderr).toContain(
      'THE ROLLBACK IS NOT DONE: failed: the driver failed (/bin/sh: it ended with exit code 5)',
    );
    expect(sample.switches()).toEqual([]);
  });

  it('without a driver is refused, exit 3', async () => {
    const sample = await deployedSample({ drivers: {} });
    const { code, stdout } = await sample.gate10(['rollback']);
    expect({ code, stdout }).toMatchObject({ code: 3, stdout: expect.stringContaining('REFUSED (no-driver)') });
  });

  it.each<[string, object, readonly string[], string]>([
    ['an environment that is not there', {}, ['--environment', 'moon'], 'moon'],
    [
      'a credential that is not set',
      { drivers: { embedded: { kind: 'command', argv: ['x'], credentials: ['NO_SUCH_KEY'], timeout: '1s' } } },
      [],
      'NO_SUCH_KEY is not set',
    ],
    [
      'a placeholder that nobody fills in',
      { drivers: { embedded: { kind: 'command', argv: ['x', '{{who}}'], timeout: '1s' } } },
      [],
      'placeholder',
    ],
    ['a layer that is not there', { criticalLayers: ['kitchen'] }, [], 'criticalLayers'],
    ['an unknown option', {}, ['--force'], '--force'],
  ])('with %s is exit 2', async (_, rollback, args, said) => {
    const sample = await deployedSample(rollback);
    const { code, stderr } = await sample.gate10(['rollback', ...args]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
    expect(sample.switches()).toEqual([]);
  });

  it('without a contract is exit 2', async () => {
    expect(await runIn(folderOf({}), 'rollback')).toMatchObject({ code: 2 });
  });
});

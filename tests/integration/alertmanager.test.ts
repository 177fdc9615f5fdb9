/** A real Alertmanager hears of an incident, and that it is over. Needs `prometheus-alertmanager` (Debian's package of that name). */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { SealedEvent } from '../../src/ledger/schema.ts';
import { folderOf, runWith } from '../unit/cli/run-command.ts';
import { COMMIT, sealed } from '../unit/ledger/told-events.ts';

/** A program of the machine, not of a package. */
const PROGRAM = 'prometheus-alertmanager';
const installed = spawnSync(PROGRAM, ['--version']).status === 0;

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly endsAt: string;
  readonly status: { readonly state: string };
}

describe.runIf(installed)('Alertmanager', () => {
  let dir = '';
  let url = '';
  let server: ChildProcess;
  beforeAll(async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-alertmanager-'));
    writeFileSync(path.join(dir, 'alertmanager.yml'), 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
    const port = await freePort();
    server = spawn(
      PROGRAM,
      [
        `--config.file=${dir}/alertmanager.yml`,
        `--storage.path=${dir}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    url = `http://127.0.0.1:${port}`;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      server.once('exit', (code) => reject(new Error(`Alertmanager ended with ${code}: ${said}`)));
      server.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (/[Ll]istening.*127\.0\.0\.1/.test(said)) resolve();
      });
    });
  });
  afterAll(async () => {
    const gone = once(server, 'exit');
    server.kill('SIGTERM');
    await gone;
    rmSync(dir, { recursive: true, force: true });
  });

  const alerts = async (): Promise<Alert[]> => (await (await fetch(`${url}/api/v2/alerts`)).json()) as Alert[];

  it('fires what gate10 sends, keeps it once however often it is sent, and resolves it when it is over', async () => {
    const now = new Date();
    const before = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
    const broken = sealed('r1', before(30), {
      ...{ verdict: 'failed', exitCode: 1, failedLayers: ['tls'], severity: 'P0', because: ['tls: "expired" \\ <b>'] },
    });
    const folder = folderOf({
      'contracts/notify.yaml': `schema: gate10/notify/v1
targets: { alerts: { kind: alertmanager, url: "${url}" } }
routes: [{ events: [incident-opened, incident-closed], targets: [alerts] }]
`,
    });
    const append = async (event: SealedEvent) => {
      const ledger = await openLedger({ stateDir: path.join(folder, '.gate10'), now: () => now });
      await ledger.append(event, `seal:${event.runId}`);
      await ledger.close();
    };
    const notify = () => runWith(folder, { now: now.toISOString() }, 'notify', '--environment', 'production');

    await append(broken);
    expect(await notify()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^delivered/) });
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(alert?.labels).toEqual({
      ...{ alertname: 'Gate10Incident', system: 'mosaic', environment: 'production', release: COMMIT, layer: 'tls' },
      ...{ severity: 'P0', dedup_key: `mosaic/production/tls/${COMMIT}` },
    });
    expect(alert?.annotations['description']).toContain('tls: "expired" \\ <b>');
    expect(alert?.status.state).toMatch(/active|unprocessed/);
    expect(Date.parse(alert?.endsAt ?? '') - now.getTime()).toBeGreaterThan(29 * 86_400_000);

    expect(await notify()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is due') });
    expect(await alerts()).toHaveLength(1);

    await append(sealed('r2', before(10), { expected: { commit: 'b'.repeat(40) } }));
    expect(await notify()).toMatchObject({ code: 0, stdout: expect.stringContaining('incident-closed') });
    expect(await alerts()).toEqual([]);
  });

  it('is told nothing that it refuses without our noticing', async () => {
    const folder = folderOf({
      'contracts/notify.yaml': `schema: gate10/notify/v1
targets: { alerts: { kind: alertmanager, url: "${url}/nowhere" } }
routes: [{ events: [incident-opened], targets: [alerts] }]
`,
    });
    const ran = await runWith(folder, {}, 'notify', '--test', 'alerts');
    expect(ran).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^FAILED {5}test to alerts \(1 attempt\): it answers 404/),
    });
  });
});

/** Its own choice of port 0 is told nowhere. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Verdaccio behind nginx, with a name server and a local CA: everything on loopback, in one folder, stopped by pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openAuthority } from '../../reference-system/edge/ca.ts';
import { startDns } from '../../reference-system/edge/dns.ts';

const HOST = 'registry.verdaccio.test';
const USER = 'gate10-synthetic';
const START_DEADLINE_MS = 30_000;

export interface Stand {
  /** What `contracts/system.yaml` interpolates. */
  readonly env: Readonly<Record<string, string>>;
  /** Points nginx at another upstream port; a port that nobody listens on is the seeds' dead host. */
  pointProxyAt(port: number): Promise<void>;
  readonly ports: { readonly verdaccio: number; readonly dead: number };
  stop(): Promise<void>;
}

/** Starts the stand and publishes the sentinel package. Throws with the reason when nginx or Verdaccio cannot start. */
export async function startStand(dir: string): Promise<Stand> {
  await mkdir(dir, { recursive: true });
  const [verdaccio = 0, http = 0, https = 0, dead = 0] = await freePorts(4);
  const authority = await openAuthority(path.join(dir, 'ca'), () => new Date());
  const leaf = await authority.issue(HOST, 'valid');
  await writeFile(path.join(dir, 'certificate.pem'), leaf.cert);
  await writeFile(path.join(dir, 'key.pem'), leaf.key, { mode: 0o600 });
  const dns = await startDns({ zone: 'verdaccio.test', records: new Map([[HOST, ['127.0.0.1']]]) });
  const password = randomBytes(18).toString('hex');
  const registry = await startVerdaccio(dir, verdaccio);
  await publishSentinel(verdaccio, password);
  let nginx = await startNginx(dir, { http, https, upstream: verdaccio });
  return {
    ports: { verdaccio, dead },
    env: {
      VERDACCIO_FRONT_DOOR: `https://${HOST}:${https}`,
      VERDACCIO_FRONT_DOOR_HTTP: `http://${HOST}:${http}`,
      VERDACCIO_DIRECT: `http://127.0.0.1:${verdaccio}`,
      VERDACCIO_RESOLVER: dns.address,
      VERDACCIO_CA: authority.rootPath,
      VERDACCIO_PASSWORD: password,
      VERDACCIO_BASIC: Buffer.from(`${USER}:${password}`).toString('base64'),
    },
    async pointProxyAt(port) {
      await stopChild(nginx);
      nginx = await startNginx(dir, { http, https, upstream: port });
    },
    async stop() {
      await Promise.all([stopChild(nginx), stopChild(registry), dns.stop()]);
    },
  };
}

async function startVerdaccio(dir: string, port: number): Promise<ChildProcess> {
  const config = path.join(dir, 'verdaccio.yaml');
  const settings = {
    storage: path.join(dir, 'storage'),
    auth: { htpasswd: { file: path.join(dir, 'htpasswd') } },
    uplinks: {},
    packages: { '**': { access: '$all', publish: '$authenticated', unpublish: '$authenticated' } },
    log: { type: 'stdout', format: 'json', level: 'error' },
  };
  await writeFile(config, JSON.stringify(settings));
  const binary = path.join(import.meta.dirname, 'node_modules/verdaccio/bin/verdaccio');
  const child = spawn(process.execPath, [binary, '--config', config, '--listen', `127.0.0.1:${port}`], {
    stdio: 'ignore',
  });
  await untilAnswers(child, `http://127.0.0.1:${port}/-/ping`, 'Verdaccio');
  return child;
}

async function startNginx(
  dir: string,
  ports: { http: number; https: number; upstream: number },
): Promise<ChildProcess> {
  const binary = ['/usr/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx', '/usr/local/bin/nginx'].find((file) =>
    existsSync(file),
  );
  if (!binary)
    throw new Error(
      'Failed to start the example: nginx is not installed. Install it (Debian: apt-get install nginx; macOS: brew install nginx).',
    );
  const template = await readFile(path.join(import.meta.dirname, 'nginx.conf.template'), 'utf8');
  const config = template
    .replaceAll('@DIR@', dir)
    .replaceAll('@HTTP_PORT@', String(ports.http))
    .replaceAll('@HTTPS_PORT@', String(ports.https))
    .replaceAll('@UPSTREAM_PORT@', String(ports.upstream));
  const file = path.join(dir, 'nginx.conf');
  await writeFile(file, config);
  const child = spawn(binary, ['-p', dir, '-c', file], { stdio: 'ignore' });
  await untilAnswers(child, `http://127.0.0.1:${ports.http}/`, 'nginx');
  return child;
}

/** Waits for the condition, not for a time: any HTTP answer; a child that ended first is an error. */
async function untilAnswers(child: ChildProcess, url: string, name: string): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null)
      throw new Error(`Failed to start the example: ${name} ended with code ${child.exitCode}.`);
    const answered = await fetch(url, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await delay(50);
  }
  child.kill('SIGKILL');
  throw new Error(`Failed to start the example: ${name} did not answer on ${url} within ${START_DEADLINE_MS} ms.`);
}

async function publishSentinel(port: number, password: string): Promise<void> {
  const put = async (
    pathname: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ token?: string }> => {
    const answer = await fetch(`http://127.0.0.1:${port}${pathname}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (answer.status !== 201)
      throw new Error(`Failed to prepare the example: PUT ${pathname} answered ${answer.status}.`);
    return (await answer.json()) as { token?: string };
  };
  const { token = '' } = await put(`/-/user/org.couchdb.user:${USER}`, { name: USER, password });
  const tarball = Buffer.from('the sentinel package of the gate10 example');
  const shasum = createHash('sha1').update(tarball).digest('hex');
  const dist = { shasum, tarball: `http://127.0.0.1:${port}/gate10-sentinel/-/gate10-sentinel-1.0.0.tgz` };
  const document = {
    _id: 'gate10-sentinel',
    name: 'gate10-sentinel',
    description: 'sentinel data of the example',
    'dist-tags': { latest: '1.0.0' },
    versions: { '1.0.0': { name: 'gate10-sentinel', version: '1.0.0', description: 'sentinel', dist } },
    _attachments: {
      'gate10-sentinel-1.0.0.tgz': {
        content_type: 'application/octet-stream',
        data: tarball.toString('base64'),
        length: tarball.length,
      },
    },
  };
  await put('/gate10-sentinel', document, { authorization: `Bearer ${token}` });
}

/** nginx and Verdaccio cannot say which port they took, so free ones are looked up first; a lost race ends the start. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Verdaccio behind nginx, with a name server and a local CA: everything on loopback, in one folder, stopped by pid. */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { type Authority, type CertificateVariant, openAuthority } from '../../reference-system/edge/ca.ts';
import { type DnsAnswer, type DnsServer, startDns } from '../../reference-system/edge/dns.ts';
import { stopChild } from './child.ts';
import { createNginx, type Nginx, type NginxChange, type NginxPorts } from './nginx.ts';
import { publishSentinel, startVerdaccio, USER, type VerdaccioSettings } from './verdaccio.ts';

export const HOST = 'registry.verdaccio.test';

/** What is put before the users instead of the healthy front. */
export interface Front {
  readonly nginx?: NginxChange;
  readonly certificate?: CertificateVariant;
  /** Where nginx passes requests to; default: Verdaccio. A port that nobody listens on is the seeds' dead host. */
  readonly upstream?: number;
  readonly dns?: DnsAnswer;
}

export interface Stand {
  /** What `contracts/system.yaml` interpolates. */
  readonly env: Readonly<Record<string, string>>;
  readonly ports: { readonly verdaccio: number; readonly dead: number };
  /** Verdaccio's folder: `storage`, `htpasswd`. */
  readonly dataDir: string;
  /** Replaces the front; {} is the healthy one. */
  setFront(front: Front): Promise<void>;
  /** The Verdaccio process, until it is started anew. */
  registry(): ChildProcess;
  /** Stops Verdaccio, does what cannot be done while it runs (it writes its lists when it ends), and starts it with these settings. */
  restartRegistry(settings?: Pick<VerdaccioSettings, 'publish'>, whileStopped?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the stand and publishes the sentinel package. Throws with the reason when nginx or Verdaccio cannot start. */
export async function startStand(dir: string): Promise<Stand> {
  await mkdir(dir, { recursive: true });
  const [verdaccio = 0, http = 0, https = 0, dead = 0] = await freePorts(4);
  const authority = await openAuthority(path.join(dir, 'ca'), () => new Date());
  const dns = await startDns({ zone: 'verdaccio.test', records: new Map([[HOST, ['127.0.0.1']]]) });
  const password = randomBytes(18).toString('hex');
  const dataDir = path.join(dir, 'registry');
  let registry = await startVerdaccio({ dir: dataDir, port: verdaccio });
  await publishSentinel(verdaccio, password);
  const nginx = createNginx(dir);
  const setFront = toSetFront({ dir, authority, dns, nginx, ports: { http, https, upstream: verdaccio } });
  await setFront({});
  return {
    ports: { verdaccio, dead },
    dataDir,
    env: {
      VERDACCIO_FRONT_DOOR: `https://${HOST}:${https}`,
      VERDACCIO_FRONT_DOOR_HTTP: `http://${HOST}:${http}`,
      VERDACCIO_DIRECT: `http://127.0.0.1:${verdaccio}`,
      VERDACCIO_RESOLVER: dns.address,
      VERDACCIO_CA: authority.rootPath,
      VERDACCIO_PASSWORD: password,
      VERDACCIO_BASIC: Buffer.from(`${USER}:${password}`).toString('base64'),
    },
    setFront,
    registry: () => registry,
    async restartRegistry(settings = {}, whileStopped) {
      await stopChild(registry);
      await whileStopped?.();
      registry = await startVerdaccio({ dir: dataDir, port: verdaccio, ...settings });
    },
    async stop() {
      await Promise.all([nginx.stop(), stopChild(registry), dns.stop()]);
    },
  };
}

interface FrontParts {
  readonly dir: string;
  readonly authority: Authority;
  readonly dns: DnsServer;
  readonly nginx: Nginx;
  readonly ports: NginxPorts;
}

function toSetFront({ dir, authority, dns, nginx, ports }: FrontParts): Stand['setFront'] {
  return async (front) => {
    const leaf = await authority.issue(HOST, front.certificate ?? 'valid');
    await writeFile(path.join(dir, 'certificate.pem'), leaf.cert);
    await writeFile(path.join(dir, 'key.pem'), leaf.key, { mode: 0o600 });
    dns.setFaults(front.dns === undefined ? [] : [{ host: HOST, answer: front.dns }]);
    await nginx.configure(front.nginx ?? {}, { ...ports, upstream: front.upstream ?? ports.upstream });
  };
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

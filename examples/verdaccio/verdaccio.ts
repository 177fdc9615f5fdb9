/** Verdaccio as a child process, with one package that was published to it: the sentinel. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { untilAnswers } from './child.ts';

export const USER = 'gate10-synthetic';
export const TARBALL = 'the sentinel package of the gate10 example';

export interface VerdaccioSettings {
  /** Folder of packages, users and configuration. */
  readonly dir: string;
  readonly port: number;
  /** Who may publish: "$authenticated", or the fault "$all". */
  readonly publish?: '$authenticated' | '$all';
}

/** Throws with the reason when it does not answer. */
export async function startVerdaccio({
  dir,
  port,
  publish = '$authenticated',
}: VerdaccioSettings): Promise<ChildProcess> {
  await mkdir(dir, { recursive: true });
  const config = path.join(dir, 'verdaccio.yaml');
  const settings = {
    storage: path.join(dir, 'storage'),
    auth: { htpasswd: { file: path.join(dir, 'htpasswd') } },
    uplinks: {},
    packages: { '**': { access: '$all', publish, unpublish: publish } },
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

/** Registers the synthetic user and publishes the sentinel package as that user. */
export async function publishSentinel(port: number, password: string): Promise<void> {
  const { token = '' } = await put(port, `/-/user/org.couchdb.user:${USER}`, { name: USER, password });
  const tarball = Buffer.from(TARBALL);
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
  await put(port, '/gate10-sentinel', document, { authorization: `Bearer ${token}` });
}

async function put(
  port: number,
  pathname: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ token?: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}${pathname}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (answer.status !== 201)
    throw new Error(`Failed to prepare the example: PUT ${pathname} answered ${answer.status}.`);
  return (await answer.json()) as { token?: string };
}

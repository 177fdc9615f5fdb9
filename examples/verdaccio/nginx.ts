/** nginx as a child process, with its configuration made from the template and what a fault changes in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stopChild, untilAnswers } from './child.ts';

/** nginx directives that are put in, or replace what is there when all is well. Ports are written as `@UPSTREAM_PORT@`. */
export interface NginxChange {
  /** in the `http` block */
  readonly http?: string;
  /** of the plain-HTTP server, instead of its redirect */
  readonly plain?: string;
  /** TLS versions */
  readonly protocols?: string;
  /** further locations, before the one that passes everything to Verdaccio */
  readonly locations?: string;
  /** inside the location that passes everything to Verdaccio */
  readonly pass?: string;
}

export interface NginxPorts {
  readonly http: number;
  readonly https: number;
  readonly upstream: number;
}

export interface Nginx {
  /** Starts anew with this; {} = healthy. */
  configure(change: NginxChange, ports: NginxPorts): Promise<void>;
  stop(): Promise<void>;
}

const REDIRECT = 'return 308 https://registry.verdaccio.test:@HTTPS_PORT@$request_uri;';
const PLACES = ['/usr/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx', '/usr/local/bin/nginx'];

/** Throws when nginx is not installed, and from `configure` when it does not start. */
export function createNginx(dir: string): Nginx {
  const binary = PLACES.find((file) => existsSync(file));
  if (!binary)
    throw new Error(
      'Failed to start the example: nginx is not installed. Install it (Debian: apt-get install nginx; macOS: brew install nginx).',
    );
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (child !== undefined) await stopChild(child);
    child = undefined;
  };
  return {
    stop,
    async configure(change, ports) {
      await stop();
      const file = path.join(dir, 'nginx.conf');
      await writeFile(file, await fillIn(dir, change, ports));
      child = spawn(binary, ['-p', dir, '-c', file], { stdio: 'ignore' });
      await untilAnswers(child, `http://127.0.0.1:${ports.http}/`, 'nginx');
    },
  };
}

async function fillIn(dir: string, change: NginxChange, ports: NginxPorts): Promise<string> {
  const template = await readFile(path.join(import.meta.dirname, 'nginx.conf.template'), 'utf8');
  return template
    .replaceAll('@HTTP@', change.http ?? '')
    .replaceAll('@PLAIN@', change.plain ?? REDIRECT)
    .replaceAll('@PROTOCOLS@', change.protocols ?? 'TLSv1.2 TLSv1.3')
    .replaceAll('@LOCATIONS@', change.locations ?? '')
    .replaceAll('@PASS@', change.pass ?? '')
    .replaceAll('@DIR@', dir)
    .replaceAll('@HTTP_PORT@', String(ports.http))
    .replaceAll('@HTTPS_PORT@', String(ports.https))
    .replaceAll('@UPSTREAM_PORT@', String(ports.upstream));
}

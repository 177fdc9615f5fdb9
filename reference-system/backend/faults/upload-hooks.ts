import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BackendConfig } from '../config.ts';
import type { BehaviourOf } from './behaviour.ts';
import { type HookRule, isFor, refuse } from './hook-rule.ts';

/** Does something to the bytes of an upload after they are stored and before the client hears of it. */
function afterUpload(config: BackendConfig, change: (file: string) => Promise<void>): HookRule {
  return {
    onSend: async (request, reply, payload) => {
      if (!isFor(request, 'POST', '/files') || reply.statusCode !== 201) return payload;
      const { id } = JSON.parse(String(payload)) as { id: string };
      await change(path.join(config.uploadDir, id));
      return payload;
    },
  };
}

export function lostUploads(config: BackendConfig): HookRule {
  return afterUpload(config, (file) => rm(file, { force: true }));
}

export function damagedUploads({ how }: BehaviourOf<'damaged-uploads'>, config: BackendConfig): HookRule {
  return afterUpload(config, async (file) => {
    const bytes = await readFile(file);
    await writeFile(file, damage(bytes, how));
  });
}

function damage(bytes: Buffer, how: BehaviourOf<'damaged-uploads'>['how']): Buffer {
  switch (how) {
    case 'empty':
      return Buffer.alloc(0);
    case 'truncated':
      return bytes.subarray(0, Math.floor(bytes.length / 2));
    case 'transcoded':
      return Buffer.from(bytes.toString('utf8'), 'utf16le');
  }
}

/** Whoever knows the address of a file gets it. */
export function publicFiles(config: BackendConfig): HookRule {
  return {
    onRequest: async (request, reply) => {
      const anonymous = request.headers.authorization === undefined && request.headers.cookie === undefined;
      if (!anonymous || !isFor(request, 'GET', '/files/:id')) return false;
      const bytes = await readFile(path.join(config.uploadDir, (request.params as { id: string }).id));
      reply.code(200).header('content-type', 'text/plain').send(bytes);
      return true;
    },
  };
}

/** Anybody sees what is in the folder. */
export function fileListing(config: BackendConfig): HookRule {
  return {
    onRequest: async (request, reply) => {
      const asked = request.url.split('?', 1)[0];
      if (request.method !== 'GET' || (asked !== '/files' && asked !== '/files/')) return false;
      if (request.headers.authorization !== undefined) return false;
      const names = await readdir(config.uploadDir);
      const items = names.map((name) => `<li><a href="/files/${name}">${name}</a></li>`).join('');
      reply
        .code(200)
        .header('content-type', 'text/html; charset=utf-8')
        .send(`<!doctype html><html lang="en"><title>Index of /files/</title><body><ul>${items}</ul></body></html>`);
      return true;
    },
  };
}

export function uploadLimit({ bytes }: BehaviourOf<'upload-limit'>): HookRule {
  return {
    onRequest: (request, reply) =>
      isFor(request, 'POST', '/files') &&
      Number(request.headers['content-length'] ?? 0) > bytes &&
      refuse(reply, 413, 'payload-too-large', 'Payload too large'),
  };
}

import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTcpGate } from '../../reference-system/edge/tcp-gate.ts';
import { createStorage } from '../../reference-system/orchestrator/storage.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gate10-parts-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the upload folder', () => {
  const file = () => join(dir, 'uploads', 'a.txt');
  it.each([
    ['missing', 'ENOENT'],
    ['read-only', /EACCES|EROFS|EPERM|ENOENT/],
  ] as const)('%s refuses a write (%s) and is whole again when healed', async (fault, code) => {
    const storage = await createStorage(join(dir, 'uploads'), process.getuid?.() === 0);
    await writeFile(file(), 'kept');
    await storage.setFault(fault);
    await expect(writeFile(join(dir, 'uploads', 'b.txt'), 'x')).rejects.toThrow(code);
    await storage.setFault(undefined);
    expect(await readFile(file(), 'utf8')).toBe('kept');
    await writeFile(join(dir, 'uploads', 'b.txt'), 'x');
  });
  it('goes from one fault to the other without losing anything', async () => {
    const storage = await createStorage(join(dir, 'uploads'), process.getuid?.() === 0);
    await writeFile(file(), 'kept');
    for (const fault of ['missing', 'read-only', 'read-only', 'missing', undefined] as const)
      await storage.setFault(fault);
    expect(await readFile(file(), 'utf8')).toBe('kept');
  });
});

describe('the database gate', () => {
  it('cuts and refuses when it is shut, and opens again on the same port', async () => {
    const target = createServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(target, 'listening');
    const address = target.address();
    const gate = await startTcpGate({
      host: '127.0.0.1',
      port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    });
    const client = connect(gate.port, '127.0.0.1');
    client.write('ping');
    expect(String((await once(client, 'data'))[0])).toBe('ping');
    const closed = once(client, 'close');
    await gate.setOpen(false);
    await closed;
    const [error] = await once(connect(gate.port, '127.0.0.1'), 'error');
    expect(error.code).toBe('ECONNREFUSED');
    await gate.setOpen(true);
    const again = connect(gate.port, '127.0.0.1');
    again.write('pong');
    expect(String((await once(again, 'data'))[0])).toBe('pong');
    await gate.stop();
    target.close();
  });

  it('holds each answer back for as long as it is told, several at once', async () => {
    const target = createServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(target, 'listening');
    const gate = await startTcpGate({ host: '127.0.0.1', port: (target.address() as AddressInfo).port });
    gate.setPassage({ delayMs: 300 });
    const client = connect(gate.port, '127.0.0.1');
    await once(client, 'connect');
    const startMs = performance.now();
    let said = '';
    client.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    for (const word of ['one', 'two', 'six']) {
      client.write(word);
      await new Promise((done) => setImmediate(done));
    }
    await expect.poll(() => said, { timeout: 5000, interval: 5 }).toBe('onetwosix');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(290);
    client.destroy();
    await gate.stop();
    target.close();
  });

  it('leads elsewhere, or answers itself, and cuts who was connected before', async () => {
    const target = createServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(target, 'listening');
    const gate = await startTcpGate({ host: '127.0.0.1', port: (target.address() as AddressInfo).port });
    const before = connect(gate.port, '127.0.0.1');
    await once(before, 'connect');
    before.write('ping');
    await once(before, 'data');
    gate.setPassage({ answer: (client) => client.end('nobody is in') });
    await once(before, 'close');
    expect(String((await once(connect(gate.port, '127.0.0.1'), 'data'))[0])).toBe('nobody is in');
    await gate.stop();
    target.close();
  });
});

/** The thread beside a parser ends the process, and keeps the case. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const DOG = path.resolve(import.meta.dirname, '../../fuzz/watchdog.ts');
const MB = 1 << 20;

test.each([
  ['computes for ever', 'while (true);', 100, 4096 * MB, /^it hangs: more than \d+ ms/],
  ['takes too much memory', 'setInterval(() => undefined, 1000);', 60_000, 10 * MB, /^it takes \d+ MB/],
])('a case that %s', (_, work, limitMs, maxRssBytes, said) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-dog-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const keepAs = path.join(folder, 'case');
  const script = `
    import { Worker } from 'node:worker_threads';
    const shared = new SharedArrayBuffer(16);
    new Uint8Array(shared, 8).set([1, 2, 3]);
    new Int32Array(shared, 0, 2).set([1, 3]);
    const order = ${JSON.stringify({ keepAs, limitMs, maxRssBytes })};
    const dog = new Worker(${JSON.stringify(DOG)}, { workerData: { ...order, shared }, execArgv: [] });
    dog.on('online', () => { ${work} });`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect([signal, stderr]).toEqual(['SIGKILL', expect.stringMatching(said)]);
  expect([...readFileSync(keepAs)]).toEqual([1, 2, 3]);
});

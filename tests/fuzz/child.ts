/** One parser in a process of its own; the answer goes to the parent. `child.ts <parser> <cases> <seed> <folder> <keep as>` */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { PARSERS } from './parsers.ts';
import { LIMIT_MS, runCases } from './run-cases.ts';

export const MAX_RSS_BYTES = 512 * 1024 * 1024;
const MAX_CASE_BYTES = 4 << 20;
const HEAD_BYTES = 8;

const [name = '', cases = '0', seed = '0', folder = '', keepAs = ''] = process.argv.slice(2);
const parser = PARSERS.find((each) => each.name === name);
if (parser === undefined) throw new Error(`there is no parser "${name}"`);

const shared = new SharedArrayBuffer(HEAD_BYTES + MAX_CASE_BYTES);
const head = new Int32Array(shared, 0, 2);
const body = new Uint8Array(shared, HEAD_BYTES);
const dog = new Worker(path.join(import.meta.dirname, 'watchdog.ts'), {
  workerData: { shared, keepAs, limitMs: LIMIT_MS, maxRssBytes: MAX_RSS_BYTES },
});
dog.unref();

const startMs = performance.now();
const result = await runCases(parser, {
  ...{ cases: Number(cases), seed: Number(seed), folder },
  watch: {
    begin: (bytes) => {
      const kept = bytes.subarray(0, MAX_CASE_BYTES);
      body.set(kept);
      Atomics.store(head, 1, kept.length);
      Atomics.add(head, 0, 1);
    },
    end: () => Atomics.add(head, 0, 1),
  },
});
const { finding, ...counts } = result;
process.send?.({
  ...counts,
  durationMs: performance.now() - startMs,
  maxRssBytes: process.resourceUsage().maxRSS * 1024,
  ...(finding && { finding: { ...finding, bytes: Buffer.from(finding.bytes).toString('base64') } }),
});
process.disconnect?.();
await dog.terminate();

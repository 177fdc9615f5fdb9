/** A thread beside the parser: ends the process where one case takes too long or too much memory, and keeps that case. */
import { writeFileSync, writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

interface Order {
  readonly shared: SharedArrayBuffer;
  readonly keepAs: string;
  readonly limitMs: number;
  readonly maxRssBytes: number;
}

/** Of the shared memory: number of the case (odd = under way), its length; then its bytes. */
const HEAD_BYTES = 8;
const POLL_MS = 50;
/** A case that waits for nothing that comes has no processor time either. */
const STUCK_MS = 20_000;

const { shared, keepAs, limitMs, maxRssBytes } = workerData as Order;
const head = new Int32Array(shared, 0, 2);
let seen = -1;
let since = { cpuMs: 0, wallMs: 0 };

setInterval(() => {
  const rss = process.memoryUsage.rss();
  if (rss > maxRssBytes) end(`it takes ${Math.round(rss / 1e6)} MB`);
  const now = Atomics.load(head, 0);
  const isUnderWay = now % 2 === 1;
  if (now !== seen || !isUnderWay) {
    seen = now;
    since = { cpuMs: cpuMs(), wallMs: performance.now() };
    return;
  }
  const spentMs = cpuMs() - since.cpuMs;
  // compilation and garbage of other threads count too: half as much again is no false alarm
  if (spentMs > 1.5 * limitMs) end(`it hangs: more than ${Math.round(spentMs)} ms of processor time`);
  if (performance.now() - since.wallMs > STUCK_MS) end('it hangs, and computes nothing');
}, POLL_MS);

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function end(why: string): void {
  const length = Math.max(0, Atomics.load(head, 1));
  writeFileSync(keepAs, Uint8Array.from(new Uint8Array(shared, HEAD_BYTES, length)));
  writeSync(2, `${why}\n`);
  process.kill(process.pid, 'SIGKILL');
}

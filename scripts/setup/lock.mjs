// Keeps two set-ups from installing into one folder at the same time.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { SetupError, say } from './say.mjs';

const POLL_MS = 200;
const PATIENCE_MS = 20 * 60_000;

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that holds the lock; null where it is gone or about to be written. @param {string} file */
function holder(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Runs `work` alone. A lock whose process is gone is taken over.
 * @param {string} file
 * @param {() => void} work
 */
export function withLock(file, work) {
  mkdirSync(path.dirname(file), { recursive: true });
  for (let waitedMs = 0; !take(file); waitedMs += POLL_MS) {
    const pid = holder(file);
    if (pid !== null && !isAlive(pid)) rmSync(file, { force: true });
    else if (waitedMs === 0) say('another set-up is at work in this folder; waiting for it');
    if (waitedMs > PATIENCE_MS)
      throw new SetupError(
        `Another set-up (process ${pid ?? 'unknown'}) does not end. End it, delete ${file}, and run this again.`,
      );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
  }
  try {
    work();
  } finally {
    rmSync(file, { force: true });
  }
}

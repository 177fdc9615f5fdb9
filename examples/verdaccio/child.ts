/** Child processes that serve HTTP: waited for by condition, stopped by pid. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const START_DEADLINE_MS = 30_000;

/** Waits for the condition, not for a time: any HTTP answer; a child that ended first is an error. */
export async function untilAnswers(child: ChildProcess, url: string, name: string): Promise<void> {
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

/** A stopped (SIGSTOP) child is let go on first, so that it can end. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  await ended;
}

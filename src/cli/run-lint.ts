/** Lints a document in a thread of its own, within a limit of time and memory. */
import { Worker } from 'node:worker_threads';
import type { LintOrder } from '../contract/lint/lint-document.ts';
import type { LintAnswer } from './lint-worker.ts';

const MAX_HEAP_MB = 1024;

/** `gave-up` = nothing can be said about the document. Throws what is gate10's own fault. */
export function runLint(
  order: LintOrder,
  timeLimitMs: number,
): Promise<LintAnswer | { readonly kind: 'gave-up'; readonly why: string }> {
  const program = new URL(import.meta.url.endsWith('.ts') ? './lint-worker.ts' : './lint-worker.js', import.meta.url);
  const worker = new Worker(program, {
    workerData: order,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve({ kind: 'gave-up', why: `the rules did not come to an end within ${timeLimitMs / 1000} s` });
      void worker.terminate();
    }, timeLimitMs);
    worker.once('message', (answer: LintAnswer) => resolve(answer));
    worker.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') reject(error);
      else resolve({ kind: 'gave-up', why: `the rules need more than ${MAX_HEAP_MB} MB for this document` });
    });
    worker.once('exit', () => {
      clearTimeout(timer);
      reject(new Error('the thread that lints ended without an answer'));
    });
  });
}

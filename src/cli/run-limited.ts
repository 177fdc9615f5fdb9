/** Works on a document in a thread of its own, within a limit of time and memory. */
import { Worker } from 'node:worker_threads';
import type { ContractAnswer, ContractTask } from './contract-worker.ts';

const MAX_HEAP_MB = 1024;

/** `gave-up` = nothing can be said about the document. Throws what is gate10's own fault. */
export function runLimited(
  task: ContractTask,
  timeLimitMs: number,
): Promise<ContractAnswer | { readonly kind: 'gave-up'; readonly why: string }> {
  const name = import.meta.url.endsWith('.ts') ? './contract-worker.ts' : './contract-worker.js';
  const worker = new Worker(new URL(name, import.meta.url), {
    workerData: task,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve({ kind: 'gave-up', why: `it did not come to an end within ${timeLimitMs / 1000} s` });
      void worker.terminate();
    }, timeLimitMs);
    worker.once('message', (answer: ContractAnswer) => resolve(answer));
    worker.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') reject(error);
      else resolve({ kind: 'gave-up', why: `it takes more than ${MAX_HEAP_MB} MB for this document` });
    });
    worker.once('exit', () => {
      clearTimeout(timer);
      reject(new Error('the thread that works on the contract ended without an answer'));
    });
  });
}

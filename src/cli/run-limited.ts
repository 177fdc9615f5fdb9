/**
 * Works on a document in a process of its own, within a limit of time and memory. A thread would not do: where V8 finds no
 * memory for one, it may end the whole process.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ContractAnswer, ContractTask } from './contract-worker.ts';

/** The source and the build lie equally deep. */
const PROGRAM = fileURLToPath(new URL('../../bin/contract-worker.js', import.meta.url));
const MAX_HEAP_MB = 1024;

/** `gave-up` = nothing can be said about the document. Throws what is gate10's own fault. */
export function runLimited(
  task: ContractTask,
  timeLimitMs: number,
): Promise<ContractAnswer | { readonly kind: 'gave-up'; readonly why: string }> {
  const worker = fork(PROGRAM, [], {
    execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  worker.send(task);
  let said = '';
  worker.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-8000);
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve({ kind: 'gave-up', why: `it did not come to an end within ${timeLimitMs / 1000} s` });
      worker.kill('SIGKILL');
    }, timeLimitMs);
    worker.once('message', (answer) => resolve(answer as ContractAnswer));
    worker.once('error', reject);
    worker.once('close', () => {
      clearTimeout(timer);
      if (said.includes('heap out of memory'))
        resolve({ kind: 'gave-up', why: `it takes more than ${MAX_HEAP_MB} MB for this document` });
      else if (said.includes('Maximum call stack size exceeded'))
        resolve({ kind: 'gave-up', why: 'it refers to itself without end' });
      else reject(new Error(`the process that works on the contract ended without an answer: ${said.slice(-500)}`));
    });
  });
}

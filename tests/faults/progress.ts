/** What a person sees while trials run: one line that changes, or on a log every trial that is not right. */
import type { TrialResult } from './result.ts';

export interface Progress {
  readonly onResult: (result: TrialResult, done: number) => void;
  readonly onIllness: (illness: string) => void;
  readonly end: () => void;
}

const EVERY = 25;

export function showProgress(stream: NodeJS.WriteStream, total: number, skipped: number): Progress {
  const startedMs = performance.now();
  let wrong = 0;
  const clear = stream.isTTY ? '\r\u001b[K' : '';
  const line = (done: number): string => {
    const elapsedMs = performance.now() - startedMs;
    const leftMin = ((total - done) * elapsedMs) / Math.max(done, 1) / 60_000;
    return `${done} of ${total} trials, ${wrong} not right, about ${leftMin.toFixed(1)} min left`;
  };
  if (skipped > 0) stream.write(`${skipped} trials are done already\n`);
  return {
    onResult: (result, done) => {
      if (result.grade !== 'right') {
        wrong++;
        stream.write(`${clear}${drawWrong(result)}\n`);
      }
      if (stream.isTTY) stream.write(`${clear}${line(done)}`);
      else if (done % EVERY === 0) stream.write(`${line(done)}\n`);
    },
    onIllness: (illness) => stream.write(`${clear}THE LANE IS REPLACED: ${illness}\n`),
    end: () => stream.write(clear === '' ? '' : clear),
  };
}

function drawWrong({ grade, name, layer, expect, verdict, exitCode, failed, because, seconds }: TrialResult): string {
  const found = `${verdict ?? 'no record'} (exit ${exitCode}), failed: ${failed.join(', ') || 'none'}`;
  return `${grade.padEnd(13)} ${name}: due ${expect} ${layer}, found ${found}; ${because.slice(0, 160)} [${seconds} s]`;
}

/** While the runner waits, a person sees where the check engine is. Runs in the runner's own process. */
import { createProgress } from '../../src/page/progress.ts';
import { readEngineLines } from './engine-lines.ts';

const LOOK_EVERY_MS = 250;

const WORDS: Readonly<Record<string, string>> = {
  planning: 'planning what has to be observed',
  settling: 'waiting until the expected build answers everywhere',
  settled: 'the expected build answers; observing',
  checking: 'observing every promise',
  checked: 'the wire is observed; browser, service levels and the end of the observation window follow',
};

/** Returns a function that stops it. */
export function showProgress(runDir: string): () => void {
  const { stderr } = process;
  const progress = createProgress({
    write: (text) => stderr.write(text),
    tty: stderr.isTTY === true,
    columns: stderr.columns ?? 80,
  });
  const startMs = performance.now();
  let shown = 0;
  const look = (): void => {
    const phases = readEngineLines(runDir).filter((event) => event.type === 'phase');
    for (const { phase, note } of phases.slice(shown)) {
      const seconds = ((performance.now() - startMs) / 1000).toFixed(1).padStart(6);
      progress.show(`${seconds} s  ${WORDS[phase] ?? phase}${note === undefined ? '' : `: ${note}`}`);
    }
    shown = phases.length;
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    look();
    progress.end();
  };
}

/** While the runner waits, a person sees where the check engine is. Runs in the runner's own process. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createProgress } from '../../src/page/progress.ts';
import { engineEventSchema } from '../../src/probe/schema.ts';

const LOOK_EVERY_MS = 250;

const WORDS: Readonly<Record<string, string>> = {
  planning: 'planning what has to be observed',
  settling: 'waiting until the expected build answers everywhere',
  settled: 'the expected build answers; observing',
  checking: 'observing every promise',
  checked: 'the wire is observed; browser, service levels and the end of the observation window follow',
};

/** Returns a function that stops it. Nothing is shown where the screen is switched off. */
export function showProgress(runDir: string, env: NodeJS.ProcessEnv): () => void {
  if (env['GATE10_SCREEN'] === 'off') return () => undefined;
  const { stderr } = process;
  const progress = createProgress({
    write: (text) => stderr.write(text),
    tty: stderr.isTTY === true,
    columns: stderr.columns ?? 80,
  });
  const startMs = performance.now();
  let shown = 0;
  const look = (): void => {
    const phases = readPhases(runDir);
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

/** Progress is a courtesy: what cannot be read yet is shown at the next look. */
function readPhases(runDir: string): { phase: string; note: string | undefined }[] {
  const file = path.join(runDir, 'engine.ndjson');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"type":"phase"') && line.endsWith('}'))
    .flatMap((line) => {
      const event = engineEventSchema.safeParse(JSON.parse(line));
      return event.success && event.data.type === 'phase' ? [{ phase: event.data.phase, note: event.data.note }] : [];
    });
}

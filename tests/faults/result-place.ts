/** Where a campaign's results lie. */
import path from 'node:path';

export interface ResultPlace {
  readonly dir: string;
  /** One line per trial that ever ran, append-only. */
  readonly resultFile: string;
  readonly summaryFile: string;
}

export function resultPlace(dir: string): ResultPlace {
  return { dir, resultFile: path.join(dir, 'results.jsonl'), summaryFile: path.join(dir, 'summary.json') };
}

/**
 * What stands in `engine.ndjson` now, by its own types: the engine of this very run wrote it, and the reporter checks every
 * row of it against the schema before it counts. A torn last line is still being written, so it is left for the next look.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { EngineEvent } from '../../src/probe/schema.ts';

export function readEngineLines(runDir: string): EngineEvent[] {
  const file = path.join(runDir, 'engine.ndjson');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EngineEvent);
}

/** The recorded runs of the state folder, one at a time: all of them together may be large. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError, type Problem } from '../../errors.ts';
import { type TestRun, testRunSchema } from '../results/test-run-schema.ts';
import { TEST_HISTORY } from './record-run.ts';

/** It stands in the first few bytes. */
const RECORDED_AT = /"recorded_at":\s*"([^"]+)"/;

/** Those recorded at `since` or later. Throws InputError: a history with a hole in it is not the history. */
export function* readHistory(stateDir: string, since: Date): Generator<TestRun> {
  const folder = path.join(stateDir, TEST_HISTORY);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.json')) continue;
    const text = readFileSync(path.join(folder, name), 'utf8');
    const recordedAt = Date.parse(RECORDED_AT.exec(text.slice(0, 1000))?.[1] ?? '');
    if (recordedAt < since.getTime()) continue;
    yield parseRun(text, path.join(TEST_HISTORY, name));
  }
}

function parseRun(text: string, file: string): TestRun {
  const refuse = (what: string): never => {
    const fix = 'Take it out of the state folder, or bring it back from a copy.';
    throw new InputError([{ code: 'damaged-history', file, line: 1, what, fix } satisfies Problem]);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('this recorded run is damaged: it is no JSON');
  }
  const checked = testRunSchema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  return refuse(`this recorded run is damaged: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** Notes a refused run in the history: `node note-refusal.ts <state folder>`, the refusal as JSON on standard input. */
import { readFileSync } from 'node:fs';
import { noteRefusal, type Refusal } from '../record/note-refusal.ts';
import { ledgerPlace } from './context.ts';

const [, , stateDir = ''] = process.argv;
try {
  const refusal = JSON.parse(readFileSync(0, 'utf8')) as Refusal;
  const context = { cwd: process.cwd(), env: process.env };
  await noteRefusal({ stateDir, now: () => new Date(), ...ledgerPlace(context) }, refusal);
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

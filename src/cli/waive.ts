/** `gate10 waive`: a person says with his key that one failed check, or one layer, may stay failed for a while. */
import type { Command } from 'commander';
import { z } from 'zod';
import { LAYERS } from '../contract/layers.ts';
import type { OptionReader, Options } from '../record/import/option-reader.ts';
import { shown, wrong } from '../record/import/read-field.ts';
import type { WaiverClaims } from '../release/attest/schema.ts';
import { toWaiver } from '../release/attest/statement.ts';
import { printSigned, withSigner } from './approve.ts';
import type { CliContext } from './context.ts';
import { type SignedNow, signStatement, textOf } from './sign-statement.ts';

/** Exit codes: 0 signed and written · 2 wrong input, or it would not count: nothing is written · 70 it cannot be written. */
export function registerWaive(program: Command, context: CliContext): void {
  withSigner(program.command('waive').description('sign that one failed check of this release is known, and let pass'))
    .option('--check <id>', 'the whole id of the check, as the verdict prints it')
    .option('--layer <layer>', 'instead: every check of a layer that is not P0')
    .option('--owner <person>', 'who answers for the risk: not you')
    .option('--reason <text>', 'why it may pass')
    .option('--expires <date>', 'the first day (UTC) on which it is void: 2027-01-31')
    .action(async (options: Options) => printSigned(await waive(options, context), options, context));
}

const MIN_REASON_CHARS = 10;
const MAX_OWNER_CHARS = 120;

function waive(options: Options, context: CliContext): Promise<SignedNow> {
  return signStatement(options, context, (reader) => {
    const covers = readCovers(reader, options);
    const owner = reader.required('owner', reader.id, 'who answers for the risk');
    if (owner.length > MAX_OWNER_CHARS)
      reader.add('owner', wrong('it is too long', `at most ${MAX_OWNER_CHARS} characters`));
    const reason = reader.required('reason', reader.text, 'why it may pass');
    if (options['reason'] !== undefined && reason.trim().length < MIN_REASON_CHARS)
      reader.add('reason', wrong('it says too little', `at least ${MIN_REASON_CHARS} characters`));
    const expires = readDay(reader, options);
    return (sha256, common) => toWaiver(sha256, { ...common, covers, owner, reason, expires });
  });
}

/** An empty id where there is a problem: then nothing is signed. */
function readCovers(reader: OptionReader, options: Options): WaiverClaims['covers'] {
  const [check, layer] = [textOf(options, 'check'), textOf(options, 'layer')];
  if ((check === undefined) === (layer === undefined)) {
    const what = check === undefined ? 'it is missing, and so is --layer' : '--layer is there as well';
    reader.add('check', wrong(what, 'one of the two'));
    return { check: '' };
  }
  if (check === undefined) {
    const chosen = reader.choice('layer', LAYERS);
    return chosen === undefined ? { check: '' } : { layer: chosen };
  }
  // an id that had to be cleaned is another one, and would cover nothing
  const clean = reader.text('check');
  if (clean !== undefined && clean !== check)
    reader.add('check', wrong('it holds what no id does', 'the id as it is printed'));
  if (check.includes('*')) reader.add('check', wrong(`${shown(check)} is a pattern`, 'the whole id of one check'));
  return { check };
}

function readDay(reader: OptionReader, options: Options): string {
  const text = textOf(options, 'expires');
  const expected = 'a day such as 2027-01-31';
  if (text === undefined) reader.add('expires', wrong('it is missing', expected));
  else if (!z.iso.date().safeParse(text).success) reader.add('expires', wrong(`${shown(text)} is no day`, expected));
  return text ?? '';
}

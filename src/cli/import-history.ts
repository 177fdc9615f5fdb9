/** `gate10 history import`: takes the rows of an export, all of them or none. */
import path from 'node:path';
import { EXIT } from '../errors.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { readExport } from '../ledger/read-export.ts';
import { type CliContext, ledgerPlace, stateDir } from './context.ts';

export interface ImportAsked {
  readonly partial?: true;
  readonly json?: true;
}

/**
 * Rows that continue this history's own chain (all of them where it is empty) stay as they were, hashes and times; others
 * are recorded anew behind its end, each under its key, so that nothing is taken twice. Throws InputError with file and line.
 */
export async function importHistory(context: CliContext, name: string, asked: ImportAsked): Promise<void> {
  const file = path.resolve(context.cwd, name);
  const options = { partial: asked.partial === true };
  // A file that is none begins no history.
  for (const _first of readExport(file, options)) break;
  const ledger = await openLedger({ stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) });
  try {
    const { added, known } = await ledger.appendAll(readExport(file, options));
    context.stdout(
      asked.json ? `${JSON.stringify({ added, known })}\n` : `${added} rows added, ${known} were there already.\n`,
    );
    context.setExitCode(EXIT.proven);
  } finally {
    await ledger.close();
  }
}

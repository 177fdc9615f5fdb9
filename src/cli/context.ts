/** Everything a command takes from the outside world, so that commands can be run and tested without it. */
import path from 'node:path';

export interface CliContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** true where the terminal understands colours (a TTY, no NO_COLOR) */
  readonly colour: boolean;
  /** columns of the terminal; 80 where there is none */
  readonly columns: number;
  readonly setExitCode: (code: number) => void;
}

/** The folder of ledger, runs and reports: `GATE10_STATE_DIR`, else `.gate10`. */
export function stateDir(context: Pick<CliContext, 'cwd' | 'env'>): string {
  return path.resolve(context.cwd, context.env['GATE10_STATE_DIR'] || '.gate10');
}

/** Where the history lies, as `openLedger` takes it: its server, if it is on one, and the checkpoint outside the state folder. */
export interface LedgerPlace {
  /** `GATE10_LEDGER` */
  readonly store?: string;
  /** `GATE10_CHECKPOINT` */
  readonly externalCheckpoint?: string;
}

export function ledgerPlace({ cwd, env }: Pick<CliContext, 'cwd' | 'env'>): LedgerPlace {
  const { GATE10_LEDGER: store, GATE10_CHECKPOINT: file } = env;
  return { ...(store && { store }), ...(file && { externalCheckpoint: path.resolve(cwd, file) }) };
}

/** The contracts folder: `GATE10_CONTRACTS`, else `contracts`. */
export function contractsDir(context: Pick<CliContext, 'cwd' | 'env'>): string {
  return path.resolve(context.cwd, context.env['GATE10_CONTRACTS'] || 'contracts');
}

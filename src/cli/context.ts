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

/** Where the checkpoint outside the state folder lies, if there is one: `GATE10_CHECKPOINT`. As `openLedger` takes it. */
export function externalCheckpoint(context: Pick<CliContext, 'cwd' | 'env'>): { externalCheckpoint?: string } {
  const file = context.env['GATE10_CHECKPOINT'];
  return file ? { externalCheckpoint: path.resolve(context.cwd, file) } : {};
}

/** The contracts folder: `GATE10_CONTRACTS`, else `contracts`. */
export function contractsDir(context: Pick<CliContext, 'cwd' | 'env'>): string {
  return path.resolve(context.cwd, context.env['GATE10_CONTRACTS'] || 'contracts');
}

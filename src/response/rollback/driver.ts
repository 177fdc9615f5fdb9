/** What every driver can do: bring one named commit back into service, or show that it could. */

import type { Redactor } from '../../contract/redact.ts';
import type { RollbackDriver } from '../../contract/rollback-policy-schema.ts';
import type { Clock } from '../../probe/clock.ts';
import type { ProcessResult, RunProcess } from '../../probe/run-process.ts';
import { plainLine } from '../../run/plain-text.ts';
import type { Served } from './served.ts';

export interface DriveOrder {
  readonly rollbackId: string;
  readonly failed: string;
  readonly target: string;
}

export interface Driven {
  /** `unknown` = it was ended or cut off: it may have done it, so that the runtime is asked */
  readonly outcome: 'accepted' | 'failed' | 'unknown';
  /** the commit that has to answer from then on */
  readonly serves: string;
  /** one line, redacted */
  readonly said: string;
}

/** Drivers name their target, so that driving to it twice comes to the same. None of their methods rejects. */
export interface Driver {
  readonly kind: RollbackDriver['kind'];
  readonly timeoutMs: number;
  drive(order: DriveOrder): Promise<Driven>;
  /** The same way up to the last step, which changes what is served. */
  dryRun(order: DriveOrder): Promise<Driven>;
  /** Where the target comes back under another commit: that commit, once an earlier attempt has made it. */
  findDone?(order: DriveOrder): Promise<string | undefined>;
  /** What the platform says that it serves, for when the system itself says nothing. */
  current?(order: Omit<DriveOrder, 'rollbackId'>): Promise<Served>;
}

/** What a driver takes from the outside world. */
export interface DriverTools {
  readonly run: RunProcess;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** the folder that holds the contracts folder */
  readonly projectDir: string;
  /** an empty folder that may be written to, made for each use; removed by whoever gave it */
  readonly temporaryFolder: () => string;
  readonly redact: Redactor;
}

export const MAX_OUTPUT_BYTES = 1_000_000;
const MAX_SAID = 500;

/** The end of what a program said, as one line without secrets. */
export function toSaid(result: ProcessResult, redact: Redactor): string {
  const text = redact(`${result.stdout.toString('utf8')}\n${result.stderr}`).trim();
  return plainLine(text.slice(-MAX_SAID), MAX_SAID);
}

/** How a program ended, in words. */
export function endOf({ code, error }: ProcessResult): string {
  switch (error) {
    case undefined:
      return `it ended with exit code ${code}`;
    case 'timeout':
      return 'it was ended at its time limit';
    case 'killed':
      return 'it was killed';
    case 'not-found':
      return 'it could not be started';
    case 'bad-folder':
      return 'its working folder is not there';
    case 'too-large':
      return 'it said too much';
  }
}

/** Only exit code 0 is taken for yes, and only an exit code for no. */
export function toOutcome({ code, error }: ProcessResult): Driven['outcome'] {
  if (code === 0) return 'accepted';
  if (code !== undefined || error === 'not-found' || error === 'bad-folder') return 'failed';
  return 'unknown';
}

/** `{{name}}` in each argument, by these values; what has none stays. The result is never split or read by a shell. */
export function fillArgv(argv: readonly string[], values: Readonly<Record<string, string>>): string[] {
  return argv.map((part) =>
    part.replace(
      /\{\{([^{}]*)\}\}/g,
      (whole, name: string) => (Object.hasOwn(values, name) ? values[name] : whole) ?? whole,
    ),
  );
}

export function wordsOf({ target, failed, rollbackId }: DriveOrder): Record<string, string> {
  return { 'target.commit': target, 'failed.commit': failed, 'rollback.id': rollbackId };
}

/** Notes in the history that a production run was refused, so that what was proven before does not pass for its answer. */
import { formatProblem, type Problem } from '../errors.ts';
import type { LedgerOptions } from '../ledger/ledger-options.ts';
import { openExisting } from '../ledger/open-existing.ts';
import type { RefusedEvent } from '../ledger/schema.ts';

/** Enough for a person; a file of garbage has hundreds. */
const MAX_REASONS = 20;

export interface Refusal extends Pick<RefusedEvent, 'runId' | 'environment' | 'system'> {
  /** unpredictable: runs of one name may be refused more than once */
  readonly attempt: string;
  /** the commit that was to be proven, where it is known */
  readonly commit?: string | undefined;
  /** redacted already */
  readonly problems: readonly Problem[];
}

/** Where there is no history there is nothing to be mistaken for an answer, and none is begun. Throws OwnFaultError. */
export async function noteRefusal(options: Omit<LedgerOptions, 'create'>, refusal: Refusal): Promise<void> {
  const { runId, environment, system, commit, attempt, problems } = refusal;
  const ledger = await openExisting(options);
  if (ledger === undefined) return;
  try {
    await ledger.append(
      {
        type: 'run.refused',
        kind: 'production',
        ...{ runId, environment },
        ...(system === undefined ? {} : { system }),
        expected: commit === undefined ? {} : { commit },
        refusedAt: options.now().toISOString(),
        because: problems.slice(0, MAX_REASONS).map(formatProblem),
      },
      `refused:${runId}:${attempt}`,
    );
  } finally {
    await ledger.close();
  }
}

/** The part of a record that the scorecard reads, from what a command found. */
import type { InconclusiveReason, VerdictWord } from '../../contract/verdict-words.ts';
import type { SuiteCheck } from '../suite.ts';
import type { ReadinessFile } from './readiness-file-schema.ts';

export interface ReadinessFacts {
  /** ISO-8601 UTC */
  readonly generatedAt: string;
  readonly commit?: string | undefined;
  readonly dirty?: boolean | undefined;
  readonly verdict: VerdictWord;
  readonly reason: InconclusiveReason | undefined;
  readonly inputs: ReadinessFile['inputs'];
  readonly totals: ReadinessFile['totals'];
  /** worst first */
  readonly checks: readonly SuiteCheck[];
  readonly notes: readonly string[];
}

const MAX_BECAUSE = 10;

export function toReadinessFile(facts: ReadinessFacts): ReadinessFile {
  const { generatedAt, commit, dirty, verdict, reason, inputs, totals, checks, notes } = facts;
  const unkept = checks.filter(({ status }) => status !== 'passed').map(({ message }) => message);
  return {
    generated_at: generatedAt,
    status: verdict,
    ...(reason !== undefined && { reason }),
    because: unkept.slice(0, MAX_BECAUSE),
    ...(commit !== undefined && { commit }),
    ...(dirty !== undefined && { dirty }),
    inputs,
    totals,
    checks: checks.map((check) => ({
      name: check.name,
      status: check.status,
      ...(check.reason !== undefined && { reason: check.reason }),
      message: check.message,
    })),
    notes: [...notes],
  };
}

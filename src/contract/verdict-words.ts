/** The words of every judgement, from a single row to the release. */
import { z } from 'zod';

/** in-toto test-result's words, plus the third state (Argo Rollouts' Inconclusive). */
export const verdictSchema = z.enum(['passed', 'warned', 'failed', 'inconclusive']);
export type VerdictWord = z.output<typeof verdictSchema>;

/** Why something cannot be judged. */
export const reasonSchema = z.enum(['not-run', 'insufficient', 'stale', 'blind', 'wrong-build']);
export type InconclusiveReason = z.output<typeof reasonSchema>;

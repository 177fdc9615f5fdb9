/** The program of a thread that lints one document, so that it can be stopped: a rule may take for ever on a wicked one. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LintFinding } from '../contract/lint/finding.ts';
import { type LintOrder, lintDocument } from '../contract/lint/lint-document.ts';
import { InputError, type Problem } from '../errors.ts';

export type LintAnswer =
  | { readonly kind: 'findings'; readonly findings: readonly LintFinding[] }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

async function answer(): Promise<LintAnswer> {
  try {
    return { kind: 'findings', findings: await lintDocument(workerData as LintOrder) };
  } catch (error) {
    if (error instanceof InputError) return { kind: 'refused', problems: error.problems };
    throw error;
  }
}

parentPort?.postMessage(await answer());

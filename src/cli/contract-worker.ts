/** The program of a process that works on one document, so that it can be stopped: a wicked one can take for ever. */
import type { LintFinding } from '../contract/lint/finding.ts';
import type { LintOrder } from '../contract/lint/lint-document.ts';
import { InputError, type Problem } from '../errors.ts';

export type ContractTask =
  | { readonly task: 'lint'; readonly order: LintOrder }
  | { readonly task: 'types'; readonly file: string; readonly root: string };

export type ContractAnswer =
  | { readonly kind: 'findings'; readonly findings: readonly LintFinding[] }
  | { readonly kind: 'types'; readonly text: string }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

async function answer(given: ContractTask): Promise<ContractAnswer> {
  try {
    if (given.task === 'types') {
      const { generateTypes } = await import('../contract/types/generate-types.ts');
      return { kind: 'types', text: await generateTypes(given.file, given.root) };
    }
    const { lintDocument } = await import('../contract/lint/lint-document.ts');
    return { kind: 'findings', findings: await lintDocument(given.order) };
  } catch (error) {
    if (error instanceof InputError) return { kind: 'refused', problems: error.problems };
    throw error;
  }
}

process.once('message', async (given) => {
  const answered = await answer(given as ContractTask);
  process.send?.(answered, () => process.disconnect());
});

/** Which run and which commit a results file is of, where the file does not say. */
import { InputError } from '../errors.ts';
import type { ResultsFile } from '../record/results/model.ts';
import type { CliContext } from './context.ts';
import { repositoryState } from './suite-output.ts';

const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const COMMIT = /^[0-9a-f]{7,64}$/;

export interface RunIdentity {
  readonly run: string;
  /** undefined = not known */
  readonly commit: string | undefined;
}

/** Asked for, said by the file, said by CI, else by the content: the same results are the same run. Throws InputError. */
export async function runOf(
  { sha256, ...said }: ResultsFile,
  asked: { readonly run?: string; readonly commit?: string },
  context: Pick<CliContext, 'cwd' | 'env'>,
): Promise<RunIdentity> {
  const { env } = context;
  const run = asked.run ?? said.run ?? runOfCi(env) ?? sha256.slice(0, 16);
  const commit =
    asked.commit ??
    said.commit ??
    (env['GATE10_EXPECT_SHA'] || env['GITHUB_SHA'] || env['CI_COMMIT_SHA'] || (await cleanHead(context)));
  const problems = [
    ...(RUN_ID.test(run)
      ? []
      : [
          {
            code: 'run-id',
            what: `"${run}" is no id of a run`,
            expected: 'letters, digits, dots and dashes, at most 100',
          },
        ]),
    ...(commit === undefined || COMMIT.test(commit)
      ? []
      : [{ code: 'commit', what: `"${commit}" is no id of a commit`, expected: '7 to 64 hex digits' }]),
  ];
  if (problems.length > 0) throw new InputError(problems);
  return { run, commit };
}

/** `GATE10_RUN_ID`, else what CI calls it. An attempt is the same run tried again. */
export function runOfCi(env: CliContext['env']): string | undefined {
  return env['GATE10_RUN_ID'] || env['GITHUB_RUN_ID'] || env['CI_PIPELINE_ID'] || env['BUILD_TAG'] || undefined;
}

async function cleanHead(context: Pick<CliContext, 'cwd' | 'env'>): Promise<string | undefined> {
  const { commit, dirty } = await repositoryState(context.cwd, context);
  return dirty === false ? commit : undefined;
}

/** Layer code authority, as far as git can say: the expected commit is known, pushed, and what was built from. */
import type { ResolvedSystem } from '../contract/schema.ts';
import type { Clock } from './clock.ts';
import type { Git, GitProblem } from './git.ts';
import { observeRow } from './observe-row.ts';
import type { Judgement } from './row.ts';
import type { Plan, PlannedRow, Row } from './schema.ts';

export interface CodeAuthorityInput {
  readonly system: ResolvedSystem;
  readonly plan: Pick<Plan, 'expected' | 'rows'>;
  readonly git: Git;
  readonly clock: Clock;
}

type Look = (input: CodeAuthorityInput, commit: string) => Promise<Judgement>;

const LOOKS: Readonly<Record<string, Look>> = {
  'code-authority.commit-known': lookAtCommit,
  'code-authority.pushed': lookAtRemote,
  'code-authority.tree-clean': lookAtTree,
};

/** Nothing where the build is known by its version only. The tree counts only where the repository is the checkout. */
export function planCodeAuthority(system: ResolvedSystem, commit: string | undefined): PlannedRow[] {
  if (commit === undefined) return [];
  const { remote, branch } = system.contract.code;
  const row = (id: string, title: string): PlannedRow => {
    return { id, layer: 'code-authority', title, severity: 'P1', by: 'engine' };
  };
  const rows = [
    row('code-authority.commit-known', 'The repository has the expected commit'),
    row('code-authority.pushed', `The expected commit is on ${remote}/${branch}`),
  ];
  if (system.environment.repository !== undefined) return rows;
  return [...rows, row('code-authority.tree-clean', 'The checkout has no changes that are not committed')];
}

export async function probeCodeAuthority(input: CodeAuthorityInput): Promise<Row[]> {
  const { plan, clock } = input;
  const { commit } = plan.expected;
  if (commit === undefined) return [];
  const planned = plan.rows.flatMap((row) => {
    const look = row.by === 'engine' ? LOOKS[row.id] : undefined;
    return look === undefined ? [] : [{ row, look }];
  });
  return Promise.all(planned.map(({ row, look }) => observeRow(row, clock, () => look(input, commit))));
}

async function lookAtCommit({ git }: CodeAuthorityInput, commit: string): Promise<Judgement> {
  const found = await git.resolve(commit);
  if (found.ok) return { status: 'passed', evidence: { commit: found.value } };
  if (found.problem.kind !== 'unknown') return blind(found.problem, 'whether the repository has the expected commit');
  const message = `The repository ${git.repository} has no commit ${commit}: what was deployed was not built from it. Fetch it, or look at where the deployment took its code from.`;
  return { status: 'failed', message, expected: commit, actual: found.problem.message };
}

async function lookAtRemote({ git, system }: CodeAuthorityInput, commit: string): Promise<Judgement> {
  const { remote, branch } = system.contract.code;
  const name = `${remote}/${branch}`;
  const question = `whether ${commit.slice(0, 12)} is on ${name}`;
  const known = await git.hasRemote(remote);
  if (!known.ok) return blind(known.problem, question);
  if (!known.value) {
    const message = `The repository ${git.repository} has no remote "${remote}": nobody else has this code. Add it, or declare code.remote.`;
    return { status: 'failed', message, expected: `a remote "${remote}"`, actual: 'none of that name' };
  }
  const head = await git.resolve(`refs/remotes/${name}`);
  if (!head.ok)
    return blind({ ...head.problem, message: `${head.problem.message} (git fetch ${remote} ${branch})` }, question);
  const pushed = await git.isAncestor(commit, head.value);
  if (pushed.ok && pushed.value) return { status: 'passed', evidence: { [name]: head.value } };
  if (!pushed.ok && pushed.problem.kind !== 'unknown') return blind(pushed.problem, question);
  const message = `The expected commit ${commit.slice(0, 12)} is not on ${name} (${head.value.slice(0, 12)}): it was deployed without being pushed, or from another branch. Push it, or declare code.branch.`;
  return {
    status: 'failed',
    message,
    expected: `an ancestor of ${name}`,
    actual: `${name} is at ${head.value.slice(0, 12)}`,
  };
}

/** Changes of tracked files only: reports of this very run would make every tree unclean. */
async function lookAtTree({ git }: CodeAuthorityInput, commit: string): Promise<Judgement> {
  const question = 'whether the checkout has changes that are not committed';
  const [changed, head, expected] = [await git.uncommitted(), await git.resolve('HEAD'), await git.resolve(commit)];
  if (!changed.ok) return blind(changed.problem, question);
  if (!head.ok) return blind(head.problem, question);
  if (changed.value.length === 0) return { status: 'passed' };
  const files = changed.value.slice(0, 5).join(', ');
  const actual = `${changed.value.length} changed: ${files}`;
  if (expected.ok && expected.value === head.value) {
    const message = `The checkout of the expected commit has changes that are not committed (${files}): what was built from it may not be that commit. Commit them and deploy again.`;
    return { status: 'failed', message, expected: 'no changes', actual };
  }
  const message = `The checkout has changes that are not committed (${files}); it is not at the expected commit, so they say nothing of what is deployed.`;
  return { status: 'warned', message, expected: 'no changes', actual };
}

function blind(problem: GitProblem, question: string): Judgement {
  const message = `It cannot be seen ${question}: ${problem.message}.`;
  return { status: 'inconclusive', reason: 'blind', message, actual: problem.kind };
}

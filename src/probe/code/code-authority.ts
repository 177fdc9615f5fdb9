/** Layer code authority, as far as git can say: the expected commit is known, pushed, and what was built from. */
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { Clock } from '../clock.ts';
import { observeRow } from '../observe-row.ts';
import type { Judgement } from '../row.ts';
import type { Plan, PlannedRow, Row } from '../schema.ts';
import type { Git, GitProblem, LogEntry } from './git.ts';
import { judgeStateFile } from './state-file.ts';

export interface CodeAuthorityInput {
  readonly system: ResolvedSystem;
  readonly plan: Pick<Plan, 'expected' | 'rows'>;
  readonly git: Git;
  readonly clock: Clock;
  /** Commits with a passed, sealed run in this environment; asked for only where a state file is declared. */
  readonly provenCommits?: (() => Promise<readonly string[] | undefined>) | undefined;
}

type Look = (input: CodeAuthorityInput, commit: string) => Promise<Judgement>;

const LOOKS: Readonly<Record<string, Look>> = {
  'code-authority.commit-known': lookAtCommit,
  'code-authority.pushed': lookAtRemote,
  'code-authority.tree-clean': lookAtTree,
  'code-authority.remote': lookAtAddress,
  'code-authority.state-file': lookAtStateFile,
};

/** Nothing where the build is known by its version only. */
export function planCodeAuthority(system: ResolvedSystem, commit: string | undefined): PlannedRow[] {
  if (commit === undefined) return [];
  const { remote, branch, remoteUrl, stateFile } = system.contract.code;
  const row = (id: string, title: string): PlannedRow => {
    return { id, layer: 'code-authority', title, severity: 'P1', by: 'engine' };
  };
  return [
    row('code-authority.commit-known', 'The repository has the expected commit'),
    row('code-authority.pushed', `The expected commit is on ${remote}/${branch}`),
    row('code-authority.tree-clean', 'The checkout has no changes that are not committed'),
    ...(remoteUrl === undefined ? [] : [row('code-authority.remote', `The code comes from ${withoutUser(remoteUrl)}`)]),
    ...(stateFile === undefined
      ? []
      : [row('code-authority.state-file', `${stateFile.path} claims nothing that was not proven`)]),
  ];
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
  if (pushed.ok && pushed.value) return judgeReverted(git, commit, { name, head: head.value });
  if (!pushed.ok && pushed.problem.kind !== 'unknown') return blind(pushed.problem, question);
  const message = `The expected commit ${commit.slice(0, 12)} is not on ${name} (${head.value.slice(0, 12)}): it was deployed without being pushed, or from another branch. Push it, or declare code.branch.`;
  return {
    status: 'failed',
    message,
    expected: `an ancestor of ${name}`,
    actual: `${name} is at ${head.value.slice(0, 12)}`,
  };
}

/** On the branch, and taken back since: what runs is what its authors withdrew. */
async function judgeReverted(
  git: Git,
  commit: string,
  at: { readonly name: string; readonly head: string },
): Promise<Judgement> {
  const evidence = { [at.name]: at.head };
  const [full, later] = [await git.resolve(commit), await git.log(commit, at.head)];
  if (!full.ok || !later.ok) return { status: 'passed', evidence };
  const taken = (sha: string): LogEntry | undefined =>
    later.value.find(({ message }) => message.includes(`This reverts commit ${sha}`));
  const revert = taken(full.value);
  // A revert that was itself reverted brings the commit back.
  if (revert === undefined || taken(revert.commit) !== undefined) return { status: 'passed', evidence };
  const message = `The expected commit ${commit.slice(0, 12)} was reverted on ${at.name} by ${revert.commit.slice(0, 12)} (${revert.subject}), and still runs. Deploy ${at.name}.`;
  return {
    status: 'warned',
    message,
    expected: `what is in force on ${at.name}`,
    actual: 'a reverted commit',
    evidence,
  };
}

async function lookAtAddress({ git, system }: CodeAuthorityInput): Promise<Judgement> {
  const { remote, remoteUrl = '' } = system.contract.code;
  const found = await git.remoteUrl(remote);
  if (!found.ok && found.problem.kind !== 'failed') return blind(found.problem, `where ${remote} leads`);
  const actual = found.ok ? found.value : '';
  if (toAddress(actual) === toAddress(remoteUrl))
    return { status: 'passed', evidence: { remote: withoutUser(actual) } };
  const shown = actual === '' ? 'nothing' : withoutUser(actual);
  const message = `The remote "${remote}" of ${git.repository} is ${shown}, not ${withoutUser(remoteUrl)}: the code comes from somewhere else. Look at git remote -v, or at code.remoteUrl.`;
  return { status: 'failed', message, expected: withoutUser(remoteUrl), actual: shown };
}

/** `git@host:owner/name.git` and `https://user@host/owner/name` are one repository. */
function toAddress(url: string): string {
  const plain = url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/^[^@/]*@/, '');
  const path = plain.replace(/^([^/:]+):(?:\d+(?=\/))?\/?/, '$1/');
  return path
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}

/** User names and tokens in an address are nobody's business. */
function withoutUser(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^@/]*@/i, '$1');
}

async function lookAtStateFile({ git, system, provenCommits }: CodeAuthorityInput, commit: string): Promise<Judgement> {
  const { stateFile } = system.contract.code;
  if (stateFile === undefined) throw new Error('code.stateFile is not declared');
  return judgeStateFile(stateFile, { git, commit, provenCommits: await provenCommits?.() });
}

/** Changes of tracked files only: reports of this very run would make every tree unclean. */
async function lookAtTree({ git }: CodeAuthorityInput, commit: string): Promise<Judgement> {
  const question = 'whether the checkout has changes that are not committed';
  const bare = await git.isBare();
  if (bare.ok && bare.value) return { status: 'passed', evidence: { bare: true } };
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

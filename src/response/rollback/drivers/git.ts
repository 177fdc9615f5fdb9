/**
 * For platforms that deploy what is pushed: one commit on the branch whose content is that of the target. Nothing is
 * rewritten and nothing is forced; where the branch moved on meanwhile, the push is refused.
 */
import path from 'node:path';
import type { GitDriver } from '../../../contract/rollback-policy-schema.ts';
import { sameCommit } from '../../../probe/identity/build.ts';
import type { ProcessResult } from '../../../probe/run-process.ts';
import {
  type Driven,
  type DriveOrder,
  type Driver,
  type DriverTools,
  endOf,
  MAX_OUTPUT_BYTES,
  toSaid,
} from '../driver.ts';
import { short } from '../served.ts';

/** By which a rollback that was pushed already is known again. */
const TRAILER = 'Gate10-Rollback';
const ARGUMENTS = ['--no-pager', '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'];

export function createGitDriver(rules: GitDriver, tools: DriverTools): Driver {
  const { name, email } = rules.author;
  const env = {
    ...tools.env,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    ...{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email },
  };

  function begin() {
    const endMs = tools.clock.monotonicMs() + rules.timeout;
    const attempt: Steps['attempt'] = (args, cwd) => {
      const timeoutMs = Math.max(1, endMs - tools.clock.monotonicMs());
      return tools.run('git', [...ARGUMENTS, ...args], { cwd, env, timeoutMs, maxBytes: MAX_OUTPUT_BYTES });
    };
    return createSteps(attempt, tools);
  }

  /** All of the branch, without a working folder: nothing is checked out, so that no content is ever run. */
  async function clone(steps: Steps, rollbackId: string) {
    const folder = path.join(tools.temporaryFolder(), 'clone.git');
    const branch = ['--single-branch', '--branch', rules.branch, '--', rules.remote, folder];
    await steps.git(['clone', '--quiet', '--bare', ...branch], tools.projectDir);
    const head = await steps.git(['rev-parse', '--verify', '--quiet', `refs/heads/${rules.branch}^{commit}`], folder);
    const message = await steps.git(['log', '-1', '--format=%B', head], folder);
    return { folder, head, isDone: message.split('\n').includes(`${TRAILER}: ${rollbackId}`) };
  }

  async function drive(order: DriveOrder, isDryRun: boolean): Promise<Driven> {
    const steps = begin();
    const { folder, head, isDone } = await clone(steps, order.rollbackId);
    if (isDone) return { outcome: 'accepted', serves: head, said: `${rules.branch} is at ${short(head)} already` };
    if (!sameCommit(head, order.failed)) {
      throw new Error(
        `${rules.branch} is at ${short(head)}, not at the failed ${short(order.failed)}: somebody pushed meanwhile`,
      );
    }
    const target = await steps.git(['rev-parse', '--verify', '--quiet', `${order.target}^{commit}`], folder);
    const related = await steps.attempt(['merge-base', '--is-ancestor', target, head], folder);
    if (related.code !== 0) throw new Error(`${short(target)} is not among what ${rules.branch} was made of`);
    const message = await toMessage(steps, folder, order, { target, head });
    const made = await steps.git(['commit-tree', `${target}^{tree}`, '-p', head, '-m', message], folder);
    const push = ['push', '--quiet', ...(isDryRun ? ['--dry-run'] : []), '--', rules.remote];
    const result = await steps.attempt([...push, `${made}:refs/heads/${rules.branch}`], folder);
    if (result.code === 0) {
      const done = isDryRun ? 'would push' : 'pushed';
      return { outcome: 'accepted', serves: made, said: `${done} ${short(made)} to ${rules.branch}` };
    }
    const said = `git push: ${endOf(result)}: ${toSaid(result, tools.redact)}`;
    return { outcome: result.code === undefined ? 'unknown' : 'failed', serves: made, said };
  }

  const guarded = async (order: DriveOrder, isDryRun: boolean): Promise<Driven> => {
    try {
      return await drive(order, isDryRun);
    } catch (error) {
      // nothing was pushed yet
      const said = error instanceof Error ? error.message : String(error);
      return { outcome: 'failed', serves: order.target, said };
    }
  };
  return {
    kind: 'git',
    timeoutMs: rules.timeout,
    drive: (order) => guarded(order, false),
    dryRun: (order) => guarded(order, true),
    findDone: async ({ rollbackId }) => {
      try {
        const { head, isDone } = await clone(begin(), rollbackId);
        return isDone ? head : undefined;
      } catch {
        // It cannot be seen; to drive again comes to the same where it was done, and is refused where it must not be.
        return undefined;
      }
    },
  };
}

interface Steps {
  /** What it printed. Throws where it does not end with 0. */
  git(args: readonly string[], cwd: string): Promise<string>;
  attempt(args: readonly string[], cwd: string): Promise<ProcessResult>;
}

function createSteps(attempt: Steps['attempt'], { redact }: Pick<DriverTools, 'redact'>): Steps {
  return {
    attempt,
    git: async (args, cwd) => {
      const result = await attempt(args, cwd);
      if (result.code === 0) return result.stdout.toString('utf8').trim();
      throw new Error(`git ${args[0]}: ${endOf(result)}: ${toSaid(result, redact)}`);
    },
  };
}

/** In the words that git itself uses, so that tools see each commit that is taken back. */
async function toMessage(
  steps: Steps,
  folder: string,
  order: DriveOrder,
  { target, head }: { readonly target: string; readonly head: string },
): Promise<string> {
  const range = await steps.git(['rev-list', '--max-count=200', `${target}..${head}`], folder);
  const reverted = range.split('\n').filter(Boolean);
  const lines = reverted.map((commit) => `This reverts commit ${commit}.`);
  return `revert: go back to ${short(target)}\n\n${lines.join('\n')}\n\n${TRAILER}: ${order.rollbackId}`;
}

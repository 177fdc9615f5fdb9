/** What git knows of the deployments of one system and environment: lead times of the commits they brought, and their fixes. */
import { isCommit } from '../../probe/identity/build.ts';
import { isWithin, type Period } from '../period.ts';
import type { Deployment } from '../schema.ts';
import type { ChangeLeadTimes } from '../to-dora-metrics.ts';
import { type DeliveredCommits, readDeliveredCommits } from './delivered-commits.ts';
import { type FoundFixes, findFixes } from './find-reverts.ts';
import type { GitFinding } from './judge-changes.ts';
import { counted } from './noted.ts';
import { resolveCommits } from './resolve-commits.ts';
import type { DoraRules } from './rules.ts';
import { deploymentKey, scopeKey } from './scope-history.ts';
import type { StreamGit } from './stream-git.ts';

export interface GitAnswer {
  /** undefined = git could not say: only what the history itself says counts */
  readonly changes?: ChangeLeadTimes;
  readonly findings: readonly GitFinding[];
  /** what could not be asked, and why */
  readonly notes: readonly string[];
}

type Deployed = Deployment & { readonly deployedTime: string };

/** `deployments` of one system and environment, all that are known, in order of time. Never rejects: what went wrong is a note. */
export async function askGit(
  git: StreamGit,
  deployments: readonly Deployment[],
  period: Period,
  rules: DoraRules,
): Promise<GitAnswer> {
  try {
    return await ask(git, deployments, period, rules);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { findings: [], notes: [`git could not be asked: ${message}`] };
  }
}

async function ask(
  git: StreamGit,
  deployments: readonly Deployment[],
  period: Period,
  rules: DoraRules,
): Promise<GitAnswer> {
  const served = deployments.filter((each): each is Deployed => each.served && each.deployedTime !== null);
  // A revert soon after the beginning of the period may undo what was deployed before it.
  const fromMs = Date.parse(period.start) - rules.revertHours * 3_600_000;
  const before = served.filter(({ deployedTime }) => Date.parse(deployedTime) < fromMs);
  const asked = served
    .slice(before.length)
    .filter(({ deployedTime }) => Date.parse(deployedTime) < Date.parse(period.end));
  if (asked.length === 0) return { findings: [], notes: [] };
  const [first] = asked;
  const early = before.length > 0 ? before.map(({ commit }) => commit) : [first?.previousCommit ?? ''];
  const known = await resolveCommits(git, [...early, ...asked.map(({ commit }) => commit)].filter(isCommit));
  if (!known.ok) return { findings: [], notes: [`git could not be asked: ${known.problem.message}`] };
  const earlier = early.filter((commit) => known.value.has(commit));
  const start = asked.findIndex(({ commit }) => known.value.has(commit));
  if (start < 0) {
    return { findings: [], notes: ['the git repository has none of the deployed commits: it was not asked further'] };
  }
  // Without anything earlier, the first deployment is where counting begins: what it brought itself is not known.
  const bare = earlier.length === 0 ? start : -1;
  const baseline = bare < 0 ? earlier : [asked[bare]?.commit ?? ''];
  const delivered = await readDeliveredCommits(git, baseline, asked);
  if (!delivered.ok) return { findings: [], notes: [`git could not be asked: ${delivered.problem.message}`] };
  const changes = toLeadTimes(delivered.value, asked, period, bare);
  const notes = await shallowNote(git);
  const fixes = await findFixes(git, delivered.value.revisions, rules.hotfixSubjects);
  if (!fixes.ok) {
    return { changes, findings: [], notes: [...notes, `reverts were not looked for: ${fixes.problem.message}`] };
  }
  return { changes, findings: await toFindings(git, delivered.value, fixes.value, asked), notes };
}

async function shallowNote(git: StreamGit): Promise<string[]> {
  const chunks: Buffer[] = [];
  await git(['rev-parse', '--is-shallow-repository'], { onChunk: (chunk) => chunks.push(chunk) });
  if (Buffer.concat(chunks).toString('utf8').trim() !== 'true') return [];
  return ['the git repository is a shallow clone: commits beyond its depth are not counted'];
}

/** Only non-negative times of deployments in the period; where git knows nothing, what the history itself says. */
function toLeadTimes(
  { minutes, places, unknown, unrelated }: DeliveredCommits,
  asked: readonly Deployed[],
  period: Period,
  bare: number,
): ChangeLeadTimes {
  const inPeriod = Uint8Array.from(asked, ({ deployedTime }) => (isWithin(period, deployedTime) ? 1 : 0));
  const isCounted = (_: number, index: number): boolean => inPeriod[places[index] ?? 0] === 1;
  const own = minutes.filter(isCounted);
  const known = own.filter((each) => each >= 0);
  const bySelf = bare < 0 ? unknown : [...unknown, bare];
  const extra = bySelf.flatMap((place) => (inPeriod[place] === 1 ? (asked[place]?.leadTimeMinutes ?? []) : []));
  const negative = own.length - known.length;
  const gone = unknown.filter((place) => inPeriod[place] === 1).length;
  const strange = unrelated.filter((place) => inPeriod[place] === 1).length;
  const notes = [
    inPeriod[bare] === 1 &&
      'of the first known deployment only its own commit counts: what was deployed before it is not known',
    gone > 0 && `the git repository does not have the commits of ${counted(gone, 'deployment')}`,
    strange > 0 &&
      `${counted(strange, 'deployment')} of a history that shares nothing with what was deployed before: only the deployed commit counts`,
    negative > 0 && `${counted(negative, 'commit')} left out: later than the deployment`,
  ];
  const all = new Float64Array(known.length + extra.length);
  all.set(known);
  all.set(extra, known.length);
  return { minutes: all.map((each) => Math.round(each * 100) / 100), notes: notes.filter((note) => note !== false) };
}

async function toFindings(
  git: StreamGit,
  { placeOf }: DeliveredCommits,
  { reverts, hotfixes }: FoundFixes,
  asked: readonly Deployed[],
): Promise<GitFinding[]> {
  const resolved = await resolveCommits(
    git,
    reverts.flatMap(({ reverted }) => reverted),
  );
  const full = (id: string): string => (resolved.ok ? (resolved.value.get(id) ?? id) : id);
  const findings = new Map<number, { hotfixes: string[]; reverts: { key: string; subject: string }[] }>();
  const at = (commit: string) => {
    const place = placeOf(commit);
    const finding = findings.get(place) ?? { hotfixes: [], reverts: [] };
    if (place >= 0) findings.set(place, finding);
    return finding;
  };
  for (const { commit, subject } of hotfixes) at(commit).hotfixes.push(subject);
  for (const { commit, subject, reverted } of reverts) {
    for (const id of reverted) {
      const culprit = asked[placeOf(full(id))];
      if (culprit) at(commit).reverts.push({ key: deploymentKey(culprit), subject });
    }
  }
  return [...findings].flatMap(([place, finding]) => {
    const deployment = asked[place];
    return deployment ? [{ scope: scopeKey(deployment), key: deploymentKey(deployment), ...finding }] : [];
  });
}

/**
 * Stale configuration: files of the deployed commit that name a host which was switched off, or which nobody declared.
 *
 * It is of the layer integration: what such a line breaks is the way from one part of the system to the next.
 */
import type { Check, ProbeContext } from '../context.ts';
import { type Judgement, sourceOf } from '../row.ts';
import type { Git } from './git.ts';
import { type ConfigurationFile, type ConfigurationFiles, chooseFiles, loadConfigurationFiles } from './stale-files.ts';
import { findNamedHosts, findRetired, type NamedHost } from './stale-scan.ts';

type System = ProbeContext['system'];

/** A repository with more of them is looked at in part, and the row says so. */
const MAX_FILES = 300;
const MAX_BYTES = 1_000_000;
const MAX_SHOWN = 5;
const AT_ONCE = 4;

/** Nothing where the build is known by its version only: then no commit says what was deployed. */
export function listStaleConfiguration(system: System, commit: string | undefined, git: Git): Check[] {
  if (commit === undefined) return [];
  const source = sourceOf(system, 'hosts');
  // Files are no proof that anything reaches anything: without an edge the row is the code's.
  const layer = system.contract.edges.length > 0 ? 'integration' : 'code-authority';
  const planned: Check['planned'] = {
    id: `${layer}.stale-configuration`,
    layer,
    title: 'No configuration file of the deployed commit names a retired or undeclared host',
    severity: 'P1',
    by: 'engine',
    ...(source === undefined ? {} : { source }),
    authority: 'seed S2, postmortem of 2026-01-13',
  };
  return [{ planned, observe: async () => ({ judgement: await judgeCommit(system, commit, git), exchanges: [] }) }];
}

async function judgeCommit(system: System, commit: string, git: Git): Promise<Judgement> {
  const listed = await git.listTree(commit);
  if (!listed.ok) return blind(listed.problem.message);
  const authority = loadConfigurationFiles();
  const files = chooseFiles(listed.value, authority);
  const retired: Found[] = [];
  const undeclared: Found[] = [];
  const isUnknown = unknownHosts(system, authority);
  for (let index = 0; index < Math.min(files.length, MAX_FILES); index += AT_ONCE) {
    const part = files.slice(index, Math.min(index + AT_ONCE, MAX_FILES));
    const shown = await Promise.all(part.map(({ path }) => git.show(commit, path)));
    for (const [place, file] of part.entries()) {
      const content = shown[place];
      if (content?.ok !== true) return blind(content?.problem.message ?? `${file.path} was not read`);
      const text = content.value.toString('utf8', 0, MAX_BYTES);
      const { retired: gone = [] } = system.contract.hosts ?? {};
      retired.push(...findRetired(file, text, gone).map((found) => ({ ...found, file })));
      if (!isLookedAt(system, file)) continue;
      undeclared.push(...findNamedHosts(file, text).flatMap((found) => (isUnknown(found) ? [{ ...found, file }] : [])));
    }
  }
  return judgeFound({ retired, undeclared, files: files.length });
}

type Found = Omit<NamedHost, 'file'> & { readonly file: ConfigurationFile };

/** Without `hosts` nobody has said which hosts there are: then only what sends users' requests is compared. */
function isLookedAt({ contract }: System, { kind, development }: ConfigurationFile): boolean {
  return !development && (contract.hosts !== undefined || kind === 'routing');
}

function unknownHosts({ contract, environment }: System, { neutral }: ConfigurationFiles) {
  const services = [environment, ...Object.values(contract.environments)].flatMap((one) =>
    Object.values(one?.services ?? {}).flatMap(({ url, http, replicas = [] }) => [
      url,
      ...(http ? [http] : []),
      ...replicas,
    ]),
  );
  const origins = contract.cors.flatMap(({ allow }) => allow);
  const known = new Set([
    ...[...services, ...origins].flatMap((url) => (URL.canParse(url) ? [new URL(url).hostname] : [])),
    ...Object.keys(environment.dns.addresses),
  ]);
  const { retired = [], allowed = [] } = contract.hosts ?? {};
  const named = [...retired, ...allowed, ...(contract.frontend?.hosts ?? [])].map((host) => host.toLowerCase());
  return ({ host }: NamedHost): boolean =>
    !known.has(host) &&
    !named.some((one) => one === host || (one.startsWith('*.') && host.endsWith(one.slice(1)))) &&
    !neutral.some(({ match }) => match.test(host));
}

function judgeFound(found: {
  readonly retired: readonly Found[];
  readonly undeclared: readonly Found[];
  readonly files: number;
}): Judgement {
  const { retired, undeclared, files } = found;
  const evidence = { files, retired: retired.length, undeclared: undeclared.length };
  const inUse = retired.filter(({ file }) => !file.development);
  if (inUse.length > 0) {
    const message = `The deployed commit still names retired hosts: ${show(inUse)}. Replace them, or take them from hosts.retired.`;
    return { status: 'failed', message, expected: 'no retired host', actual: show(inUse), evidence };
  }
  const unread = files - MAX_FILES;
  const said = [
    ...(retired.length > 0 ? [`files for development name retired hosts: ${show(retired)}`] : []),
    ...(undeclared.length > 0 ? [`undeclared hosts are named: ${show(undeclared)}`] : []),
    ...(unread > 0 ? [`${unread} of ${files} configuration files were not read`] : []),
  ];
  if (said.length === 0) return { status: 'passed', evidence };
  const message = `In the deployed commit ${said.join('; ')}. Declare hosts under hosts.allowed, or those that are gone under hosts.retired.`;
  return { status: 'warned', message, expected: 'declared hosts', actual: show([...retired, ...undeclared]), evidence };
}

/** `netlify.toml:5 old.example.com`, the first few. */
function show(found: readonly Found[]): string {
  const all = found.map(({ file, line, host }) => `${file.path}:${line} ${host}`);
  return all.slice(0, MAX_SHOWN).join(', ') + (all.length > MAX_SHOWN ? `, and ${all.length - MAX_SHOWN} more` : '');
}

function blind(why: string): Judgement {
  const message = `It cannot be seen which hosts the configuration of the deployed commit names: ${why}.`;
  return { status: 'inconclusive', reason: 'blind', message };
}

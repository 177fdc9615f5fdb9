/** `release` of the policy: what the file says over what the authority says, and what cannot be meant. */
import type { Problem } from '../errors.ts';
import type { ReleaseDefaults, ReleasePolicy, ReleasePolicyFile } from './release-policy-schema.ts';

type ProblemAt = (path: readonly (string | number)[], what: string, fix: string) => Problem;

/** What nobody can waive is the authority's alone. */
export function toReleasePolicy(
  file: ReleasePolicyFile,
  { approvals, waivers, unwaivable }: ReleaseDefaults,
): ReleasePolicy {
  const said = file.approvals ?? {};
  const roles = file.waivers?.roles;
  return {
    approvals: {
      minimum: said.minimum ?? approvals.minimum,
      maxAge: said.maxAge ?? approvals.maxAge,
      maxClockSkew: said.maxClockSkew ?? approvals.maxClockSkew,
      roles: said.roles ?? {},
    },
    ...(file.soloMaintainer === undefined ? {} : { soloMaintainer: file.soloMaintainer }),
    waivers: {
      maxDays: file.waivers?.maxDays ?? waivers.maxDays,
      maximum: file.waivers?.maximum ?? waivers.maximum,
      ...(roles === undefined ? {} : { roles }),
    },
    unwaivable,
  };
}

/** Approvals that nobody could give, and waivers for longer than the authority lets anybody grant. */
export function releaseProblems(
  { approvals, waivers }: ReleasePolicy,
  authority: ReleaseDefaults,
  at: ProblemAt,
): Problem[] {
  const roles = Object.entries(approvals.roles);
  const people = new Set(roles.flatMap(([, { members }]) => members.map((member) => member.toLowerCase())));
  const problems = roles.flatMap(([name, role]) => {
    const place = ['release', 'approvals', 'roles', name];
    const distinct = new Set(role.members.map((member) => member.toLowerCase()));
    if (distinct.size < role.members.length)
      return [
        at([...place, 'members'], `a member of "${name}" is there twice`, 'Name each once; capitals make no other.'),
      ];
    if (role.minimum <= distinct.size) return [];
    const what = `"${name}" has ${distinct.size} members, and ${role.minimum} of them have to approve`;
    return [at([...place, 'minimum'], what, 'Lower it, or add members.')];
  });
  if (roles.length > 0 && approvals.minimum > people.size) {
    const what = `${approvals.minimum} people have to approve, and all roles together have ${people.size}`;
    problems.push(at(['release', 'approvals', 'minimum'], what, 'Lower it, or add members.'));
  }
  if (waivers.maxDays > authority.waivers.maxDays) {
    const what = `a waiver could last ${waivers.maxDays} days, ${authority.waivers.maxDays} is the most`;
    problems.push(at(['release', 'waivers', 'maxDays'], what, 'Lower it.'));
  }
  const unknown = (waivers.roles ?? []).flatMap((name, index) =>
    Object.hasOwn(approvals.roles, name) ? [] : [{ name, index }],
  );
  const declared = roles.map(([name]) => name).join(', ') || 'none';
  for (const { name, index } of unknown) {
    const fix = `Use a role of release.approvals.roles (${declared}), or declare it there.`;
    problems.push(at(['release', 'waivers', 'roles', index], `the role "${name}" is not declared`, fix));
  }
  return problems;
}

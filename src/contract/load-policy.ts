/** `contracts/policy.yaml` with what it leaves unsaid. Without the file: the defaults alone. */
import path from 'node:path';
import { InputError, type Problem } from '../errors.ts';
import type { ApiCoveragePolicy } from './api-coverage-schema.ts';
import { readAuthority } from './authority-file.ts';
import type { GatePolicy } from './gate-policy-schema.ts';
import { toProblems } from './issues.ts';
import {
  type AllowedSecret,
  type PerformancePolicy,
  type PolicyDefaults,
  type PolicyFile,
  policyDefaultsSchema,
  policySchema,
} from './policy-schema.ts';
import { releaseProblems, toReleasePolicy } from './release-policy.ts';
import type { ReleasePolicy } from './release-policy-schema.ts';
import type { RollbackPolicy } from './rollback-policy-schema.ts';
import type { ScorecardPolicy } from './scorecard-policy-schema.ts';
import type { TestsPolicy } from './tests-schema.ts';
import type { Waiver } from './waiver-schema.ts';
import { parseYaml, type YamlDocument } from './yaml-document.ts';
import { readSource } from './yaml-source.ts';

export interface Policy {
  readonly vulnerabilities: PolicyDefaults['vulnerabilities'];
  readonly secrets: PolicyDefaults['secrets'] & { readonly allow: readonly AllowedSecret[] };
  readonly performance: PerformancePolicy;
  readonly apiCoverage: ApiCoveragePolicy;
  readonly tests: TestsPolicy;
  readonly scorecard: ScorecardPolicy;
  readonly gate: GatePolicy;
  readonly release: ReleasePolicy;
  readonly rollback: RollbackPolicy;
  readonly waivers: readonly Waiver[];
}

const DAY_MS = 86_400_000;

/** `contractsDir` is absolute. Throws InputError with all problems at once. */
export function loadPolicy(contractsDir: string): Policy {
  const defaults = readAuthority('policy.yaml', policyDefaultsSchema);
  const shownAs = path.posix.join(path.basename(contractsDir), 'policy.yaml');
  const source = readSource(path.join(contractsDir, 'policy.yaml'), shownAs);
  if (!source.ok && source.problems.every(({ code }) => code === 'missing-file')) return toPolicy(undefined, defaults);
  if (!source.ok) throw new InputError(source.problems);
  const parsed = parseYaml(source.text, shownAs);
  if (!parsed.ok) throw new InputError(parsed.problems);
  const { document } = parsed;
  const checked = policySchema.safeParse(document.value);
  if (!checked.success) throw new InputError(toProblems(checked.error.issues, document, policySchema));
  const policy = toPolicy(checked.data, defaults);
  const problems = [
    ...waiverProblems(policy, defaults, document),
    ...performanceProblems(policy, document),
    ...releaseProblems(policy.release, defaults.release, problemAt(document)),
  ];
  if (problems.length > 0) throw new InputError(problems);
  return policy;
}

function toPolicy(file: PolicyFile | undefined, defaults: PolicyDefaults): Policy {
  const { vulnerabilities, secrets, performance, apiCoverage, scorecard, gate } = defaults;
  const given = withoutUndefined(file?.vulnerabilities ?? {});
  const measured = withoutUndefined(file?.performance ?? {});
  return {
    vulnerabilities: {
      ...vulnerabilities,
      ...given,
      severities: { ...vulnerabilities.severities, ...withoutUndefined(given.severities ?? {}) },
    },
    secrets: { ...secrets, allow: file?.secrets.allow ?? [] },
    performance: { ...performance, ...measured, classes: { ...performance.classes, ...measured.classes } },
    apiCoverage: { ...apiCoverage, ...withoutUndefined(file?.apiCoverage ?? {}) },
    tests: toTests(file?.tests ?? {}, defaults.tests),
    scorecard: { ...scorecard, ...withoutUndefined(file?.scorecard ?? {}) },
    gate: { ...gate, ...withoutUndefined(file?.gate ?? {}) },
    release: toReleasePolicy(file?.release ?? {}, defaults.release),
    rollback: toRollback(file?.rollback, defaults.rollback),
    waivers: file?.waivers ?? [],
  };
}

function toTests(file: PolicyFile['tests'], defaults: PolicyDefaults['tests']): TestsPolicy {
  return {
    levels: file.levels ?? [],
    absent: file.absent ?? {},
    success: { ...defaults.success, ...file.success },
    coverage: { ...defaults.coverage, ...withoutUndefined(file.coverage ?? {}) },
    flake: { ...defaults.flake, ...withoutUndefined(file.flake ?? {}) },
    quarantine: { ...defaults.quarantine, tests: file.quarantine ?? [] },
  };
}

function toRollback(file: PolicyFile['rollback'] | undefined, defaults: PolicyDefaults['rollback']): RollbackPolicy {
  const { deadlines = {}, rehearsal = {}, drivers = {}, compatible = [], notify, ...rules } = file ?? {};
  return {
    ...defaults,
    ...withoutUndefined(rules),
    deadlines: { ...defaults.deadlines, ...withoutUndefined(deadlines) },
    rehearsal: { ...defaults.rehearsal, ...withoutUndefined(rehearsal) },
    ...{ drivers, compatible, notify },
  };
}

function withoutUndefined<T extends object>(given: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}

/** A waiver is short, and nobody grants his own. */
function waiverProblems(
  policy: Policy,
  { waivers, secrets, tests }: PolicyDefaults,
  document: YamlDocument,
): Problem[] {
  const at = problemAt(document);
  const seen = new Set<string>();
  const ofWaivers = policy.waivers.flatMap(({ id, owner, approvedBy, granted, expires }, index) => {
    const place = ['waivers', index];
    const problems: Problem[] = [];
    if (seen.has(id)) problems.push(at([...place, 'id'], `the waiver "${id}" is there twice`, 'Give each its own id.'));
    seen.add(id);
    if (owner.toLowerCase() === approvedBy.toLowerCase()) {
      problems.push(
        at([...place, 'approvedBy'], 'the owner approved his own waiver', 'Have somebody else approve it.'),
      );
    }
    return [...problems, ...termProblems([...place, 'expires'], granted, expires, waivers.maxDays, at)];
  });
  const ofSecrets = policy.secrets.allow.flatMap(({ granted, expires }, index) =>
    termProblems(['secrets', 'allow', index, 'expires'], granted, expires, secrets.maxDays, at),
  );
  const ofQuarantine = policy.tests.quarantine.tests.flatMap(({ granted, expires }, index) =>
    termProblems(['tests', 'quarantine', index, 'expires'], granted, expires, tests.quarantine.maxDays, at),
  );
  return [...ofWaivers, ...ofSecrets, ...ofQuarantine];
}

type ProblemAt = (path: readonly (string | number)[], what: string, fix: string) => Problem;

function termProblems(
  place: readonly (string | number)[],
  granted: string,
  expires: string,
  maxDays: number,
  at: ProblemAt,
): Problem[] {
  const days = (Date.parse(expires) - Date.parse(granted)) / DAY_MS;
  if (days <= 0) return [at(place, 'it ends before it begins', 'Correct the dates.')];
  if (days <= maxDays) return [];
  return [at(place, `it lasts ${days} days, ${maxDays} is the most`, 'Let it end earlier, and renew it then.')];
}

function performanceProblems({ performance }: Policy, document: YamlDocument): Problem[] {
  const at = problemAt(document);
  const known = Object.keys(performance.classes);
  const named = Object.entries(performance.operations).flatMap(([key, operation]) =>
    'class' in operation && operation.class !== undefined
      ? [{ name: operation.class, place: ['performance', 'operations', key, 'class'] }]
      : [],
  );
  const unknown = [{ name: performance.default, place: ['performance', 'default'] }, ...named].filter(
    ({ name }) => !known.includes(name),
  );
  const problems = unknown.map(({ name, place }) =>
    at(place, `the class "${name}" is not declared`, `Use one of ${known.join(', ')}, or declare it.`),
  );
  if (performance.maxSamples >= performance.samples) return problems;
  return [...problems, at(['performance', 'maxSamples'], '"maxSamples" is less than "samples"', 'Raise it.')];
}

function problemAt(document: YamlDocument): ProblemAt {
  return (place, what, fix) => {
    const { line, column } = document.place(place);
    return { code: 'policy', file: document.file, line, column, path: place.join('.'), what, fix };
  };
}

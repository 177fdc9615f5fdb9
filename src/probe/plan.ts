/** Everything that a run has to observe, known before the first probe: planned = ran is part of the verdict. */
import { canonicalJson, sha256Hex } from '../contract/canonical.ts';
import type { LayerId } from '../contract/layers.ts';
import type { ResolvedSystem } from '../contract/schema.ts';
import { InputError } from '../errors.ts';
import { planCodeAuthority } from './code/code-authority.ts';
import type { Git } from './code/git.ts';
import { planProcessStart } from './code/process-start.ts';
import { planSchemaVersion } from './database-schema/schema-version.ts';
import { planDns } from './dns/dns.ts';
import { planConfirm } from './identity/confirm.ts';
import { planSettle } from './identity/settle.ts';
import { type JourneyScope, planJourneys, SMOKE } from './journey/plan-journeys.ts';
import { planBrowser } from './plan-browser.ts';
import type { Plan, PlannedRow } from './schema.ts';
import { planSlis } from './sli/sli.ts';
import { isDeclared, readSubject } from './subject.ts';
import { planTls } from './tls/tls.ts';

export interface PlanInput {
  /** The build that has to be running. */
  readonly expected: { readonly commit?: string | undefined; readonly version?: string | undefined };
  /** The build that was deployed before; "" or undefined = none is known. */
  readonly previousCommit?: string | undefined;
  readonly git: Git;
  /** Only the rows of these; undefined = all. */
  readonly producers?: readonly PlannedRow['by'][] | undefined;
  /** undefined = those that belong to every production run. */
  readonly journeys?: JourneyScope | undefined;
}

/** Who produces the rows that `gate10 check` has: it runs no browser, no journey, and watches nothing for long. */
export const ON_THE_WIRE: readonly PlannedRow['by'][] = ['settle', 'engine'];

/** Deterministic: the same contract, code and build give the same rows and digest. Throws InputError. */
export async function makePlan(system: ResolvedSystem, input: PlanInput): Promise<Plan> {
  const { commit, version } = input.expected;
  if (commit === undefined && version === undefined) throw new InputError([noExpectedBuild(system)]);
  const expected = { ...(commit === undefined ? {} : { commit }), ...(version === undefined ? {} : { version }) };
  const subject = await readSubject(system, { commit, previousCommit: input.previousCommit, git: input.git });
  const all: PlannedRow[] = [
    ...planSettle(system),
    ...planEngineParts(system, commit),
    ...subject.checks.map(({ planned }) => planned),
    ...planBeyondTheWire(system, commit, input.journeys),
  ];
  const rows = input.producers === undefined ? all : all.filter(({ by }) => input.producers?.includes(by));
  const content = {
    schema: 'gate10/plan/v1' as const,
    system: system.contract.system,
    environment: system.environmentName,
    expected,
    ...(input.previousCommit ? { previousCommit: input.previousCommit } : {}),
    newOperations: subject.fresh?.known ? subject.fresh.operations.map(({ key }) => key) : [],
    ...(subject.fresh?.known === false ? { newOperationsUnknown: subject.fresh.why } : {}),
    rows,
    contractDigest: system.digest,
  };
  return { ...content, digest: sha256Hex(canonicalJson(content)) };
}

/** What the check engine cannot show: it takes a browser, or time. */
function planBeyondTheWire(
  system: ResolvedSystem,
  commit: string | undefined,
  journeys: JourneyScope = SMOKE,
): PlannedRow[] {
  return [
    ...(isDeclared(system, 'frontend') ? planBrowser(system, commit) : []),
    ...planJourneys(system, journeys).filter(({ layer }) => isDeclared(system, layer)),
    ...planSlis(system),
    ...planConfirm(system),
  ];
}

/** The layers that have rows which a run of the check engine alone does not make. */
export function layersBeyondTheWire(system: ResolvedSystem, commit: string | undefined): Set<LayerId> {
  return new Set(planBeyondTheWire(system, commit).map(({ layer }) => layer));
}

/** Rows of the probes that do not ask over the client alone. */
function planEngineParts(system: ResolvedSystem, commit: string | undefined): PlannedRow[] {
  return [
    ...planDns(system),
    ...planTls(system),
    ...planCodeAuthority(system, commit),
    ...planProcessStart(system, commit),
    ...planSchemaVersion(system, commit),
  ].filter(({ layer }) => isDeclared(system, layer));
}

function noExpectedBuild(system: ResolvedSystem) {
  const place = `environments.${system.environmentName}.expect`;
  const source = system.sources[place] ?? system.sources[`environments.${system.environmentName}`];
  return {
    code: 'no-expected-build',
    ...(source === undefined ? {} : { file: source.file, line: source.line }),
    path: place,
    what: 'it is not known which build has to be running',
    expected: 'a commit or a version',
    fix: 'Set GATE10_EXPECT_SHA, or declare "commit" or "version".',
  };
}

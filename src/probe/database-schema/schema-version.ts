/** What runs fits the code of the expected commit: version of the database schema, digest of the lockfile. */
import { sha256Hex } from '../../contract/canonical.ts';
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { Git, GitProblem } from '../code/git.ts';
import { type IdentityInput, identityTargets, sampleIdentity } from '../identity/identity.ts';
import { judgeKeptOut } from '../identity/kept-out.ts';
import { judgedRow } from '../observe-row.ts';
import { type Judgement, sourceOf } from '../row.ts';
import type { IdentitySample, Plan, PlannedRow, Row } from '../schema.ts';

export interface SchemaVersionInput extends IdentityInput {
  readonly plan: Pick<Plan, 'expected' | 'rows'>;
  readonly git: Git;
}

const SCHEMA_VERSION = 'schema.version';
const LOCKFILE = 'runtime.lockfile';

/** `commit` = the expected one; where it is unknown, only what the contract itself declares can be compared. */
export function planSchemaVersion(system: ResolvedSystem, commit: string | undefined): PlannedRow[] {
  const { identity, code } = system.contract;
  const source = sourceOf(system, 'identity');
  const place = source === undefined ? {} : { source };
  const rows: PlannedRow[] = [];
  const known =
    system.environment.expect.schemaVersion !== undefined || (commit !== undefined && code.migrations !== undefined);
  if (identity.schemaVersion !== undefined && known) {
    const title = 'The database has the schema that the expected build needs';
    rows.push({ id: SCHEMA_VERSION, layer: 'schema', title, severity: 'P0', by: 'engine', ...place });
  }
  if (identity.lockfileSha256 !== undefined && code.lockfile !== undefined && commit !== undefined) {
    const title = 'The running build has the dependencies of its lockfile';
    rows.push({ id: LOCKFILE, layer: 'runtime', title, severity: 'P1', by: 'engine', ...place });
  }
  return rows;
}

export async function probeSchemaVersion(input: SchemaVersionInput): Promise<Row[]> {
  const { system, plan, clock } = input;
  const at = clock.now().toISOString();
  const startMs = clock.monotonicMs();
  const { door, direct, replicas } = identityTargets(system);
  const targets = [...(direct.length > 0 ? direct : [door]), ...replicas];
  const samples = await Promise.all(targets.map((target) => sampleIdentity(target, input)));
  const judges: Readonly<Record<string, () => Promise<Judgement>>> = {
    [SCHEMA_VERSION]: () => judgeVersion(samples, input),
    [LOCKFILE]: () => judgeLockfile(samples, input),
  };
  const planned = plan.rows.filter(({ id, by }) => by === 'engine' && judges[id] !== undefined);
  return Promise.all(
    planned.map(async (row) => {
      const judgement = (await judges[row.id]?.()) ?? unjudged(row.id);
      return judgedRow(row, judgement, at, Math.max(0, clock.monotonicMs() - startMs));
    }),
  );
}

type Expected = { readonly ok: true; readonly version: string; readonly files: readonly string[] };

async function judgeVersion(samples: readonly IdentitySample[], input: SchemaVersionInput): Promise<Judgement> {
  const silent = samples.find(({ error }) => error !== undefined);
  if (silent !== undefined) return noIdentity(silent);
  const expected = await expectedVersion(input);
  if (!expected.ok) return blind(expected.problem, 'which schema the expected build needs');
  const wrong = samples.find(({ schemaVersion }) => compareVersions(schemaVersion ?? '', expected.version) !== 0);
  if (wrong === undefined) return { status: 'passed', evidence: { schemaVersion: expected.version } };
  const actual = wrong.schemaVersion ?? '(none)';
  if (wrong.schemaVersion === undefined) {
    const message = `${wrong.via} does not say its schema version, the expected build needs ${expected.version}. Look at whether it reaches its database, and at identity.schemaVersion.`;
    return { status: 'failed', message, expected: expected.version, actual };
  }
  const order = compareVersions(actual, expected.version);
  const what = { message: '', expected: expected.version, actual };
  if (order !== undefined && order < 0) {
    const pending = expected.files.filter((file) => (compareVersions(numberOf(file), actual) ?? 0) > 0);
    const which =
      pending.length === 0
        ? `the migrations up to ${expected.version} have`
        : `${pending.join(', ')} ${pending.length === 1 ? 'has' : 'have'}`;
    const message = `The database of ${wrong.via} has schema version ${actual}, the expected build needs ${expected.version}: ${which} not run. Run the migrations of this release.`;
    return { ...what, status: 'failed', message };
  }
  const message = `The database of ${wrong.via} has schema version ${actual}, the expected build knows ${expected.version}: the schema is ahead of the code, or another one. Look at whether the code was rolled back without its schema.`;
  return { ...what, status: 'failed', message };
}

async function expectedVersion({
  system,
  plan,
  git,
}: SchemaVersionInput): Promise<Expected | { readonly ok: false; readonly problem: GitProblem }> {
  const { migrations } = system.contract.code;
  const declared = system.environment.expect.schemaVersion;
  const { commit } = plan.expected;
  if (commit === undefined || migrations === undefined) return { ok: true, version: String(declared ?? ''), files: [] };
  const names = await git.listFiles(commit, migrations);
  const files = names.ok
    ? names.value.filter((name) => /^\d/.test(name)).sort((a, b) => Number(numberOf(a)) - Number(numberOf(b)))
    : [];
  if (declared !== undefined) return { ok: true, version: String(declared), files };
  if (!names.ok) return { ok: false, problem: names.problem };
  const last = files.at(-1);
  if (last !== undefined) return { ok: true, version: numberOf(last), files };
  return { ok: false, problem: { kind: 'unknown', message: `${migrations} has no file that begins with a number` } };
}

async function judgeLockfile(
  samples: readonly IdentitySample[],
  { system, plan, git }: SchemaVersionInput,
): Promise<Judgement> {
  const silent = samples.find(({ error }) => error !== undefined);
  if (silent !== undefined) return noIdentity(silent);
  const { lockfile = '' } = system.contract.code;
  const content = await git.show(plan.expected.commit ?? '', lockfile);
  if (!content.ok) return blind(content.problem, `which dependencies ${lockfile} of the expected commit names`);
  const expected = sha256Hex(content.value);
  const wrong = samples.find(({ lockfileSha256 }) => lockfileSha256?.toLowerCase() !== expected);
  if (wrong === undefined) return { status: 'passed', evidence: { lockfileSha256: expected } };
  if (wrong.lockfileSha256 === undefined) {
    const message = `${wrong.via} does not say the digest of its lockfile. Look at identity.lockfileSha256.`;
    return { status: 'failed', message, expected, actual: '(none)' };
  }
  const message = `${wrong.via} was built with another ${lockfile} than the expected commit has: its dependencies are not those that were tested. Build it from the commit, with "npm ci" or the like.`;
  return { status: 'failed', message, expected, actual: wrong.lockfileSha256 };
}

/** Numbers by their value (`4` = `0004`), anything else by equality; undefined = different and without an order. */
function compareVersions(a: string, b: string): number | undefined {
  if (a === b) return 0;
  if (!/^\d{1,30}$/.test(a) || !/^\d{1,30}$/.test(b)) return undefined;
  const [left, right] = [BigInt(a), BigInt(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function numberOf(file: string): string {
  return /^\d+/.exec(file)?.[0] ?? '';
}

function noIdentity(sample: IdentitySample): Judgement {
  const keptOut = judgeKeptOut([sample], 1);
  if (keptOut !== undefined) return keptOut;
  const message = `${sample.via} does not say what it runs: ${sample.error}. Look at the identity endpoint.`;
  return { status: 'failed', message, actual: sample.error };
}

function blind(problem: GitProblem, question: string): Judgement {
  return {
    status: 'inconclusive',
    reason: 'blind',
    message: `It cannot be seen ${question}: ${problem.message}.`,
    actual: problem.kind,
  };
}

function unjudged(id: string): never {
  throw new Error(`There is no judgement for ${id}.`);
}

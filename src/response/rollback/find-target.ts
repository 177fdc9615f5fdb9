/** Where to: the last release that passed here and that the database still fits. Never "the one before". */
import type { CompatibleSchema } from '../../contract/rollback-policy-schema.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import { sameCommit } from '../../probe/identity/build.ts';
import type { IdentitySample } from '../../probe/schema.ts';
import type { RunRecord } from '../../run/schema.ts';
import type { RollbackHistory } from './read-rollbacks.ts';
import { short } from './served.ts';

/** What is known of the database schema of a release. */
export interface SchemaFacts {
  /** as the running system said it */
  readonly version: string | undefined;
  /** the contract says, with a reason, that there is no schema */
  readonly isAbsent: boolean;
  /** names of the migrations of its commit, where git knows them */
  readonly migrations: readonly string[] | undefined;
}

export interface Candidate {
  readonly commit: string;
  readonly run: SealedEvent;
  readonly schema: SchemaFacts;
}

export type TargetFinding =
  | { readonly kind: 'found'; readonly candidate: Candidate; readonly why: string }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'misfit'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * The newest complete passed run of each commit, newest first. Left out: the failed commit, commits that were rolled back
 * from, and commits whose newest judged run is not `passed`.
 */
export function listCandidates({ runs, rollbacks }: RollbackHistory, failed: string): SealedEvent[] {
  const judged = runs
    .map(({ event }) => event)
    .filter(({ verdict, expected }) => verdict !== 'inconclusive' && expected.commit !== undefined)
    .sort((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt));
  const seen: string[] = [];
  return judged.filter(({ expected: { commit = '' }, verdict, complete }) => {
    if (sameCommit(commit, failed) || seen.some((each) => sameCommit(each, commit))) return false;
    seen.push(commit);
    const isQuarantined = rollbacks.some(({ intents }) => intents.some((one) => sameCommit(one.failed.commit, commit)));
    return verdict === 'passed' && complete && !isQuarantined;
  });
}

/** `candidates` newest first. `database`: what is known of the schema that is there now. */
export function chooseTarget(
  candidates: readonly Candidate[],
  database: SchemaFacts,
  compatible: readonly CompatibleSchema[],
): TargetFinding {
  const misfits: string[] = [];
  for (const candidate of candidates) {
    const fit = fitOf(candidate.schema, database, compatible);
    const name = short(candidate.commit);
    switch (fit.kind) {
      case 'fits':
        return { kind: 'found', candidate, why: `${name} passed ${candidate.run.endedAt}; ${fit.why}` };
      case 'unknown':
        // An older one that is known to fit would be a guess about the order of things: people decide.
        return { kind: 'unknown', why: `it is not known whether the database fits ${name}: ${fit.why}` };
      case 'misfit':
        misfits.push(`${name}: ${fit.why}`);
    }
  }
  if (misfits.length > 0) return { kind: 'misfit', why: misfits.join('; ') };
  return { kind: 'none', why: 'no other commit has a complete passed production run here' };
}

interface Fit {
  readonly kind: 'fits' | 'misfit' | 'unknown';
  readonly why: string;
}

function fitOf(release: SchemaFacts, database: SchemaFacts, compatible: readonly CompatibleSchema[]): Fit {
  if (release.isAbsent && database.isAbsent) return { kind: 'fits', why: 'the contract declares no schema' };
  if (release.version !== undefined && database.version !== undefined)
    return fitOfVersions(release.version, database.version, compatible);
  if (release.migrations !== undefined && database.migrations !== undefined)
    return fitOfMigrations(release.migrations, database.migrations);
  return {
    kind: 'unknown',
    why: 'neither does the system say its schema version (identity.schemaVersion), nor does git know the migrations of both commits (code.migrations)',
  };
}

function fitOfVersions(release: string, database: string, compatible: readonly CompatibleSchema[]): Fit {
  if (sameVersion(release, database)) return { kind: 'fits', why: `both have schema version ${database}` };
  const declared = compatible.find(
    (each) => sameVersion(each.database, database) && sameVersion(each.release, release),
  );
  if (declared !== undefined) {
    return {
      kind: 'fits',
      why: `schema version ${database} is declared to fit a release of ${release}: ${declared.reason}`,
    };
  }
  return {
    kind: 'misfit',
    why: `the database has schema version ${database}, the release was made for ${release}, and nothing declares that they fit`,
  };
}

function fitOfMigrations(release: readonly string[], failed: readonly string[]): Fit {
  const added = failed.filter((name) => !release.includes(name));
  const removed = release.filter((name) => !failed.includes(name));
  const differing = [...added, ...removed];
  if (differing.length === 0) return { kind: 'fits', why: 'both commits have the same migrations' };
  return { kind: 'misfit', why: `the migrations differ: ${differing.slice(0, 5).join(', ')}` };
}

/** Numbers by their value (`4` = `0004`), anything else by equality. */
function sameVersion(a: string, b: string): boolean {
  if (a === b) return true;
  return /^\d{1,30}$/.test(a) && /^\d{1,30}$/.test(b) && BigInt(a) === BigInt(b);
}

/** From a sealed record: what the system said of its schema during that run. */
export function schemaOf(record: Pick<RunRecord, 'identity' | 'layers'>): Omit<SchemaFacts, 'migrations'> {
  const { layers } = record;
  const isAbsent = [layers['schema'], layers['database']].every((layer) => layer !== undefined && layer !== 'declared');
  return { version: oneVersion(record.identity), isAbsent };
}

function oneVersion(samples: readonly IdentitySample[]): string | undefined {
  const versions = new Set(samples.flatMap(({ schemaVersion }) => schemaVersion ?? []));
  const [version] = versions;
  return versions.size === 1 ? version : undefined;
}

/** A scorecard as an in-toto test result. What is inconclusive has no word there: it is FAILED, and says why (decisions/0016). */
import type { VerdictWord } from '../../contract/verdict-words.ts';
import type { RunRecord } from '../../run/schema.ts';
import { worstVerdict } from '../../verdict/worst.ts';
import type { Scorecard } from './scorecard-schema.ts';
import { statementSchema, type TestResultStatement } from './statement-schema.ts';

/** What of the run goes into the statement; no rows where its record cannot be trusted. */
export interface StatementRun {
  readonly rows: RunRecord['rows'];
  readonly planDigest: string;
  readonly contractDigest: string;
}

type Resource = TestResultStatement['predicate']['configuration'][number];

/** A test that is there twice counts as the worse of the two. */
export function toStatement(scorecard: Scorecard, run: StatementRun): TestResultStatement {
  const tests = [...run.rows, ...requiredBlocks(scorecard)];
  const byId = Map.groupBy(tests, ({ id }) => id);
  const worst = [...byId].map(([id, own]) => ({ id, status: worstVerdict(own.map(({ status }) => status)) }));
  const namesOf = (...words: readonly VerdictWord[]): string[] =>
    worst.flatMap(({ id, status }) => (status !== undefined && words.includes(status) ? [id] : []));
  const [warnedTests, failedTests] = [namesOf('warned'), namesOf('failed', 'inconclusive')];
  return statementSchema.parse({
    _type: 'https://in-toto.io/Statement/v1',
    subject: toSubject(scorecard),
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: toResult(scorecard, warnedTests, failedTests),
      configuration: toConfiguration(run),
      passedTests: namesOf('passed'),
      warnedTests,
      failedTests,
    },
  });
}

type Result = TestResultStatement['predicate']['result'];

function toResult(
  { overall_passed, verdict }: Scorecard,
  warned: readonly string[],
  failed: readonly string[],
): Result {
  if (!overall_passed || failed.length > 0) return 'FAILED';
  return verdict === 'passed' && warned.length === 0 ? 'PASSED' : 'WARNED';
}

/** Blocks that the policy requires are tests too; what is stale or unknown is not passed. */
function requiredBlocks({ blocks }: Scorecard): { readonly id: string; readonly status: VerdictWord }[] {
  const required = Object.entries(blocks).filter(([name, block]) => name === 'production' || block.required);
  return required.map(([name, { status }]) => {
    return { id: `scorecard.${name}`, status: status === 'stale' || status === 'unknown' ? 'inconclusive' : status };
  });
}

/** An abbreviated commit is no digest. What gate10 says and in-toto has no word for stands beside the record. */
function toSubject(scorecard: Scorecard): Resource[] {
  const { system, environment, release, run_id, verdict, reason, commit, record_sha256 } = scorecard;
  const isDigest = commit !== null && isGitCommit(commit);
  const because = scorecard.overall_because.join('; ').slice(0, 2000);
  const annotations = {
    ...{ system, environment, release, run_id, verdict },
    ...(reason !== undefined && { reason }),
    ...(because !== '' && { because }),
  };
  return [
    ...(isDigest ? [{ digest: { gitCommit: commit } }] : []),
    { name: 'record.json', digest: { sha256: record_sha256 }, annotations },
  ];
}

function isGitCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** What the run was to prove; a digest of another form is left out. */
function toConfiguration({ planDigest, contractDigest }: StatementRun): Resource[] {
  const digests = Object.entries({ contract: contractDigest, plan: planDigest });
  return digests.flatMap(([name, sha256]) => (/^[0-9a-f]{64}$/.test(sha256) ? [{ name, digest: { sha256 } }] : []));
}

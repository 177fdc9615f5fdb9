/** The pyramid as the record that a scorecard reads. */
import type { VerdictWord } from '../../contract/verdict-words.ts';
import { LEVELS } from '../results/model.ts';
import type { ReadinessFile } from '../results/readiness-file-schema.ts';
import type { SuiteCheck } from '../suite.ts';
import type { LevelCount, LevelCounts } from './count-levels.ts';
import type { EndpointCoverage } from './endpoint-coverage.ts';
import type { Advice } from './judge-pyramid.ts';
import type { PyramidRecord } from './pyramid-record-schema.ts';

export interface PyramidFacts {
  readonly file: ReadinessFile;
  readonly counts: LevelCounts;
  readonly advice: Advice;
  readonly endpoints: EndpointCoverage | undefined;
}

export function toPyramidRecord({ file, counts, advice, endpoints }: PyramidFacts): PyramidRecord {
  const { levels, unknown } = counts;
  return {
    schema: 'gate10/pyramid/v1',
    ...file,
    levels: Object.fromEntries(LEVELS.map((level) => [level, toRecorded(levels[level])])) as PyramidRecord['levels'],
    unknown_level: { tests: unknown.tests, examples: [...unknown.examples] },
    advice: { split: { ...advice.split }, shares: { ...advice.shares }, source: advice.source },
    endpoints:
      endpoints === undefined
        ? null
        : { file: endpoints.file, contracts: endpoints.contracts.map((one) => ({ ...one })) },
    suites: LEVELS.filter((level) => levels[level].tests > 0).map((level) => ({
      name: level,
      status: statusOf(`success ${level}`, file.checks),
      duration: levels[level].durationMs / 1000,
      tests: levels[level].tests,
    })),
  };
}

function toRecorded({ successRate, durationMs, failures: _, ...counted }: LevelCount): PyramidRecord['levels']['unit'] {
  return { ...counted, success_rate: successRate, duration_ms: durationMs };
}

/** What no check has judged is not known. */
function statusOf(name: string, checks: readonly Pick<SuiteCheck, 'name' | 'status'>[]): VerdictWord {
  return checks.find((check) => check.name === name)?.status ?? 'inconclusive';
}

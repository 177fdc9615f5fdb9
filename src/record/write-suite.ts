/** `suites/<suite>.ctrf.json` in the state folder: the last result of each suite, where a release gate finds it. */
import path from 'node:path';
import { ensureFolder, writeDurably } from '../ledger/durable-file.ts';
import { type CtrfTest, toCtrfDocument, toCtrfStatus } from '../run/ctrf.ts';
import { plainText } from '../run/plain-text.ts';
import type { SuiteCheck, SuiteResult } from './suite.ts';

/** CTRF 0.0.0; what CTRF has no place for (verdict, inputs, latencies) is in `results.extra`. */
export function toSuiteDocument(result: SuiteResult): Record<string, unknown> {
  const { suite, startedAt, endedAt, dirty, verdict, reason, inputs, latencyMs } = result;
  return toCtrfDocument({
    id: `${suite} ${startedAt}`,
    startedAt,
    endedAt,
    tool: { name: `gate10 ${suite}` },
    tests: result.checks.map((check) => toTest(check, suite)),
    environment: placeOf(result),
    extra: { schema: 'gate10/suite/v1', suite, verdict, reason, dirty, inputs, latencyMs },
  });
}

function placeOf({ system, environment, commit }: SuiteResult): Record<string, string> {
  return {
    ...(system !== undefined && { appName: system }),
    ...(environment !== undefined && { testEnvironment: environment }),
    ...(commit !== undefined && { commit }),
  };
}

function toTest(check: SuiteCheck, suite: string): CtrfTest {
  const { name, status, reason, message, file, line, durationMs, extra } = check;
  return {
    name: plainText(name),
    status: toCtrfStatus(check),
    duration: durationMs ?? 0,
    rawStatus: reason === undefined ? status : `${status}: ${reason}`,
    suite: [suite],
    message: plainText(message),
    tags: [],
    extra: { ...extra, file, line },
  };
}

/** Returns the path of the file, relative to the state folder. Throws OwnFaultError. */
export function writeSuite(stateDir: string, result: SuiteResult): string {
  const name = path.join('suites', `${result.suite}.ctrf.json`);
  ensureFolder(path.join(stateDir, 'suites'));
  writeDurably(path.join(stateDir, name), `${JSON.stringify(toSuiteDocument(result), null, 2)}\n`);
  return name;
}

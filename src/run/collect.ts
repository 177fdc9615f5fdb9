/** Gathers a Playwright reporter's callbacks into a CollectedRun. Framework types only; all judging happens later. */
import type { FullConfig, FullResult, Suite, TestCase, TestError, TestResult } from '@playwright/test/reporter';
import { collectResult } from './collect-result.ts';
import type { CollectedError, CollectedResult, CollectedRun, CollectedTest, ErrorOrigin } from './collected.ts';
import { plainText } from './plain-text.ts';

export interface Collector {
  begin(config: FullConfig, suite: Suite): void;
  testEnd(test: TestCase, result: TestResult): void;
  error(error: TestError, fromWorker: boolean): void;
  end(result: Pick<FullResult, 'status'>): CollectedRun;
}

/** `mode` and `filters` are what the command line says. */
export function createCollector(mode: 'test' | 'merge', filters: readonly string[]): Collector {
  const results = new Map<TestCase, CollectedResult[]>();
  const errors: { error: TestError; fromWorker: boolean }[] = [];
  let config: FullConfig | undefined;
  let suite: Suite | undefined;
  return {
    begin(fullConfig, root) {
      config = fullConfig;
      suite = root;
    },
    testEnd(test, result) {
      const soFar = results.get(test);
      if (soFar === undefined) results.set(test, [collectResult(result)]);
      else soFar.push(collectResult(result));
    },
    error(error, fromWorker) {
      errors.push({ error, fromWorker });
    },
    end(result) {
      const tests = (suite?.allTests() ?? []).map((test) => toCollectedTest(test, results.get(test) ?? []));
      const reporters = reporterFiles(config);
      return {
        mode,
        runnerVersion: config?.version ?? 'unknown',
        status: result.status,
        forbidOnly: config?.forbidOnly ?? false,
        ...(config?.shard && { shard: config.shard }),
        tests,
        errors: errors.map(({ error, fromWorker }) => toCollectedError(error, fromWorker, reporters, tests.length)),
        filters,
      };
    },
  };
}

function toCollectedTest(test: TestCase, results: readonly CollectedResult[]): CollectedTest {
  return {
    id: test.id,
    // titlePath: '', project, file, describe blocks, title
    name: plainText([test.parent.project()?.name ?? '', ...test.titlePath().slice(3)].filter(Boolean).join(' › ')),
    project: test.parent.project()?.name ?? '',
    file: test.location.file,
    line: test.location.line,
    expectedStatus: test.expectedStatus,
    outcome: test.outcome(),
    annotations: test.annotations.map(({ type }) => type),
    results,
  };
}

function reporterFiles(config: FullConfig | undefined): string[] {
  return (config?.reporter ?? []).map(([name]) => name).filter((name) => name.includes('/') || name.includes('\\'));
}

/** An error with a worker comes from test code; without tests, loading failed; the rest is the runner or a reporter. */
function toCollectedError(
  error: TestError,
  fromWorker: boolean,
  reporters: readonly string[],
  testCount: number,
): CollectedError {
  const trace = `${error.stack ?? ''} ${error.location?.file ?? ''}`;
  const origin: ErrorOrigin = fromWorker
    ? 'worker'
    : reporters.some((file) => trace.includes(file))
      ? 'reporter'
      : testCount === 0
        ? 'loading'
        : 'runner';
  return { origin, message: plainText(error.message ?? error.value ?? 'unknown error') };
}

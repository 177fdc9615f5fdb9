/** JUnit XML as pytest, jest-junit, Vitest, Playwright, node:test, Mocha, Surefire, go-junit-report, PHPUnit and rspec write it. */
import type { Problem } from '../../errors.ts';
import { addSeen, countDoubts, isAccounted, type JunitSeen, NOTHING_SEEN } from './junit-counts.ts';
import { secondsToMs } from './junit-time.ts';
import type { Doubt, ResultStatus, TestResult } from './model.ts';
import { parseXml, type XmlElement } from './parse-xml.ts';
import type { TextFile } from './text-chunks.ts';

export type JunitRead =
  | { readonly ok: true; readonly tests: readonly TestResult[]; readonly doubts: readonly Doubt[] }
  | { readonly ok: false; readonly problem: Omit<Problem, 'file'> };

interface OpenSuite {
  readonly what: string;
  readonly path: string | undefined;
  readonly file: string | undefined;
  readonly project: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly own: JunitSeen;
  readonly all: JunitSeen;
  suites: number;
}

interface OpenCase {
  readonly attributes: Readonly<Record<string, string>>;
  failures: number;
  errors: number;
  skipped: boolean;
  /** tries before the last: `flakyFailure`, `rerunFailure` */
  flaky: number;
  rerun: number;
}

/** At most so many doubts are told; a generated file of wrong counts has thousands. */
const MAX_DOUBTS = 20;

/** Roots of other things that end in .xml. */
const OTHER_ROOTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    coverage: 'a Cobertura coverage report: give it to `gate10 coverage`',
    report: 'a JaCoCo coverage report',
    html: 'an HTML page',
    checkstyle: 'a Checkstyle report',
    'test-run': 'an NUnit 3 report; convert it to JUnit XML',
    'test-results': 'an NUnit 2 report; convert it to JUnit XML',
    assemblies: 'an xUnit.net report; convert it to JUnit XML',
    TestRun: 'a TRX report; convert it to JUnit XML',
  }),
);

/** Reads and ends the file; who opened it closes it. */
export function readJunit(file: TextFile): JunitRead {
  const tests: TestResult[] = [];
  const doubts: Doubt[] = [];
  const suites: OpenSuite[] = [];
  const cases: OpenCase[] = [];
  let isRoot = true;
  let isPlaywright = false;

  const open = (element: XmlElement): Omit<Problem, 'file'> | undefined => {
    const { name, attributes } = element;
    if (isRoot && name !== 'testsuites' && name !== 'testsuite') return wrongRoot(element);
    if (isRoot) isPlaywright = name === 'testsuites' && attributes['id'] !== undefined;
    isRoot = false;
    if (name === 'testsuite' || name === 'testsuites') suites.push(openSuite(element, suites.at(-1), isPlaywright));
    else if (name === 'testcase') {
      if (attributes['name'] === undefined) return nameless(element);
      cases.push({ attributes, failures: 0, errors: 0, skipped: false, flaky: 0, rerun: 0 });
    } else noteOutcome(name, cases.at(-1), suites.at(-1), tests);
    return undefined;
  };

  const close = (name: string): void => {
    if (name === 'testcase') {
      const ended = cases.pop();
      const suite = suites.at(-1);
      if (ended !== undefined) tests.push(toTest(ended, suite));
      if (ended !== undefined && suite !== undefined) countCase(ended, suite);
    } else if (name === 'testsuite' || name === 'testsuites') {
      const suite = suites.pop();
      if (suite === undefined) return;
      const parent = suites.at(-1);
      if (parent !== undefined) {
        addSeen(parent.all, suite.all);
        parent.suites += 1;
      } else if (isAccounted(suite.attributes, suite)) {
        // The whole adds up: what its parts promise besides was skipped, and is not listed.
        doubts.splice(0, doubts.length, ...doubts.map((doubt) => ({ ...doubt, hides: false })));
      }
      if (doubts.length < MAX_DOUBTS) doubts.push(...countDoubts(suite.what, suite.attributes, suite));
    }
  };

  const problem = parseXml(file, { open, close });
  return problem === undefined ? { ok: true, tests, doubts } : { ok: false, problem };
}

function wrongRoot({ name, line }: XmlElement): Omit<Problem, 'file'> {
  const what = `this is ${OTHER_ROOTS.get(name) ?? `XML of another kind (<${name}>)`}`;
  return { code: 'not-junit', line, what, expected: 'JUnit XML: <testsuites> or <testsuite>' };
}

function nameless({ line }: XmlElement): Omit<Problem, 'file'> {
  return { code: 'test-name', line, what: 'a <testcase> has no name', fix: 'Have the tool name every test.' };
}

/** Playwright, whose root alone has an id, writes the project where others write the host; hosts are nobody's business. */
function openSuite(
  { name, attributes, line }: XmlElement,
  parent: OpenSuite | undefined,
  isPlaywright: boolean,
): OpenSuite {
  const title = name === 'testsuite' ? attributes['name']?.trim() || undefined : undefined;
  return {
    what: title === undefined ? `<${name}> in line ${line}` : `the suite "${title}" in line ${line}`,
    path: title === undefined ? parent?.path : joined(parent?.path, title),
    file: slashed(attributes['file']) ?? parent?.file,
    project: isPlaywright ? attributes['hostname'] || undefined : undefined,
    attributes,
    own: { ...NOTHING_SEEN },
    all: { ...NOTHING_SEEN },
    suites: 0,
  };
}

/** Also what happened to a suite as a whole: its set-up failed, its file could not be loaded. */
function noteOutcome(
  name: string,
  test: OpenCase | undefined,
  suite: OpenSuite | undefined,
  tests: TestResult[],
): void {
  if (test === undefined) {
    if (name !== 'error' && name !== 'failure') return;
    const { path, file } = suite ?? {};
    tests.push({ name: '(the suite itself)', suite: path, file, status: 'error', retries: 0, tags: [] });
    return;
  }
  if (name === 'failure') test.failures += 1;
  else if (name === 'error') test.errors += 1;
  else if (name === 'skipped' || name === 'disabled') test.skipped = true;
  else if (name === 'flakyFailure' || name === 'flakyError') test.flaky += 1;
  else if (name === 'rerunFailure' || name === 'rerunError' || name === 'rerun') test.rerun += 1;
}

function countCase(test: OpenCase, { own, all }: OpenSuite): void {
  const seen: JunitSeen = {
    tests: 1,
    failures: test.failures > 0 ? 1 : 0,
    errors: test.errors > 0 ? 1 : 0,
    skipped: statusOf(test) === 'skipped' ? 1 : 0,
  };
  addSeen(own, seen);
  addSeen(all, seen);
}

function toTest(test: OpenCase, suite: OpenSuite | undefined): TestResult {
  const { name = '', classname, file, time } = test.attributes;
  const titled = name.trim() === '' ? '(without a name)' : name;
  return {
    name: titled,
    suite: classname === undefined || classname === titled ? suite?.path : joined(suite?.path, classname),
    file: slashed(file) ?? suite?.file,
    project: suite?.project,
    status: statusOf(test),
    durationMs: secondsToMs(time),
    retries: test.flaky + test.rerun,
    tags: [],
  };
}

/** The elements inside say most; the attributes of GoogleTest and of others speak where there are none. */
function statusOf({ failures, errors, skipped, flaky, rerun, attributes }: OpenCase): ResultStatus {
  if (errors > 0) return 'error';
  if (failures > 0) return 'failed';
  if (skipped) return 'skipped';
  const said = `${attributes['status'] ?? ''} ${attributes['result'] ?? ''}`.toLowerCase();
  if (/\b(?:fail(?:ed|ure)?|broken)\b/.test(said)) return 'failed';
  if (/\berror(?:ed)?\b/.test(said)) return 'error';
  if (/\b(?:notrun|skipped|suppressed|disabled|ignored|pending)\b/.test(said)) return 'skipped';
  return flaky + rerun > 0 ? 'flaky' : 'passed';
}

/** `a › b`; once where both are the same, or one is the end of the other (`example.com/pkg` and `pkg`). */
function joined(path: string | undefined, title: string): string {
  if (path === undefined || path === '') return title;
  return path === title || path.endsWith(` › ${title}`) || path.endsWith(`/${title}`) ? path : `${path} › ${title}`;
}

function slashed(file: string | undefined): string | undefined {
  return file === undefined || file === '' ? undefined : file.replaceAll('\\', '/');
}

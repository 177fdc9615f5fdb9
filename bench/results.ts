/** A results file of 200,000 tests, as JUnit XML and as CTRF: `gate10 pyramid` over it, from start to record. */

import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Bar, median, root, run } from './measure.ts';

/** What has to be done by anybody who reads the file. */
const BARE: Readonly<Record<string, string>> = {
  'junit.xml':
    "import { SaxesParser } from 'saxes'; const p = new SaxesParser(); let n = 0; p.on('opentag', () => { n += 1; }); p.write(readFileSync(process.argv[1], 'utf8')).close();",
  'ctrf.json': "JSON.parse(readFileSync(process.argv[1], 'utf8'));",
};

/** `GATE10_BENCH_TESTS` makes a trial small. */
const TESTS = Number(process.env['GATE10_BENCH_TESTS'] ?? 200_000);
const PER_SUITE = 50;
const ROUNDS = 3;
const MAX_SECONDS = 5;
const MAX_MB = 500;

/** A pyramid, so that nothing but size is measured. */
function levelOf(index: number): string {
  const share = index / TESTS;
  return share < 0.7 ? 'unit' : share < 0.9 ? 'integration' : 'e2e';
}

async function write(file: string, lines: Iterable<string>): Promise<void> {
  const stream = createWriteStream(file);
  for (const line of lines) if (!stream.write(`${line}\n`)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
}

function* junitLines(): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>';
  yield `<testsuites name="shop" tests="${TESTS}" failures="0" errors="0" time="1,234.5">`;
  for (let index = 0; index < TESTS; index += 1) {
    const suite = `tests.${levelOf(index)}.module${Math.floor(index / PER_SUITE)}.PriceTest`;
    if (index % PER_SUITE === 0)
      yield `  <testsuite name="${suite}" tests="${Math.min(PER_SUITE, TESTS - index)}" failures="0" errors="0" time="1.5">`;
    yield `    <testcase classname="${suite}" name="prices are summed up &amp; rounded, case ${index}" time="0.0${index % 100}"/>`;
    if (index % PER_SUITE === PER_SUITE - 1 || index === TESTS - 1) yield '  </testsuite>';
  }
  yield '</testsuites>';
}

function* ctrfLines(): Generator<string> {
  const summary = { tests: TESTS, passed: TESTS, failed: 0, skipped: 0, pending: 0, other: 0, start: 0, stop: 1 };
  yield `{"reportFormat":"CTRF","specVersion":"0.0.0","results":{"tool":{"name":"bench"},"summary":${JSON.stringify(summary)},"tests":[`;
  for (let index = 0; index < TESTS; index += 1) {
    const folder = `tests/${levelOf(index)}/module${Math.floor(index / PER_SUITE)}`;
    const test = {
      name: `prices are summed up & rounded, case ${index}`,
      status: 'passed',
      duration: index % 100,
      suite: ['prices', 'with a discount'],
      filePath: `${folder}/price.test.ts`,
      retries: 0,
      flaky: false,
      tags: ['P1'],
      extra: { owner: 'shop', attempt: { id: index } },
    };
    yield `${JSON.stringify(test)}${index === TESTS - 1 ? '' : ','}`;
  }
  yield ']}}';
}

export async function benchResults(): Promise<Bar[]> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-bench-results-'));
  try {
    await write(path.join(dir, 'junit.xml'), junitLines());
    await write(path.join(dir, 'ctrf.json'), ctrfLines());
    return [...(await measure(dir, 'junit.xml', 'JUnit XML')), ...(await measure(dir, 'ctrf.json', 'CTRF'))];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(dir: string, name: string, format: string): Promise<Bar[]> {
  const rounds: { seconds: number; mb: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await runOnce(dir, name));
  const seconds = median(rounds.map((one) => one.seconds));
  const mb = Math.max(...rounds.map((one) => one.mb));
  const size = `${Math.round(statSync(path.join(dir, name)).size / 1e6)} MB`;
  const what = `${TESTS.toLocaleString('en')} tests of ${format} (${size}) to the record of the pyramid`;
  const bare = median(await bareSeconds(path.join(dir, name), BARE[name] ?? ''));
  return [
    {
      what: `${what} ÷ a bare walk through the file`,
      measured: `${(seconds / bare).toFixed(1)} × (${bare.toFixed(2)} s)`,
      bar: '',
      holds: 'information',
    },
    { what, measured: `${seconds.toFixed(2)} s`, bar: `≤ ${MAX_SECONDS} s`, holds: seconds <= MAX_SECONDS },
    { what: `${what}: memory`, measured: `${Math.round(mb)} MB`, bar: `< ${MAX_MB} MB`, holds: mb < MAX_MB },
  ];
}

async function bareSeconds(file: string, program: string): Promise<number[]> {
  const code = `import { readFileSync } from 'node:fs'; ${program}`;
  const argv = [process.execPath, '--input-type=module', '-e', code, file];
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) seconds.push((await run({ argv })).wallMs / 1000);
  return seconds;
}

/** The process itself says at its end how much memory it ever held. */
async function runOnce(dir: string, name: string): Promise<{ seconds: number; mb: number }> {
  const atEnd = "process.on('exit',()=>process.stderr.write('maxRSS '+process.resourceUsage().maxRSS+'\\n'))";
  const argv = [
    ...[process.execPath, '--import', `data:text/javascript,${encodeURIComponent(atEnd)}`],
    ...[path.join(root, 'bin/gate10.js'), 'pyramid', name],
  ];
  const { wallMs, output } = await run({ argv, cwd: dir, expects: [0] });
  if (!output.includes(`read, ${TESTS} tests`)) throw new Error(`not all tests were read:\n${output.slice(-2000)}`);
  const kilobytes = Number(/maxRSS (\d+)/.exec(output)?.[1] ?? Number.NaN);
  return { seconds: wallMs / 1000, mb: kilobytes / 1000 };
}

/**
 * `gate10 import` of a long export: read, checked, and appended. `GATE10_BENCH_RECORDS` makes a trial small. Against a bare
 * loop over the same file that parses every line and does nothing else.
 */
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Bar, median, root, run } from './measure.ts';

const RECORDS = Number(process.env['GATE10_BENCH_RECORDS'] || 1_000_000);
const ROUNDS = 3;
const MIN_PER_SECOND = 50_000;
const MAX_MB = 400;
const MINUTE_MS = 60_000;
const BEGIN_MS = Date.UTC(2020, 0, 1);

function toLine(index: number): string {
  const commit = ((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0').repeat(5);
  const timestamp = new Date(BEGIN_MS + index * MINUTE_MS).toISOString();
  const isFailed = index % 16 === 0;
  return JSON.stringify({
    ...{ timestamp, commit, success: !isFailed, system: 'shop', environment: 'production', deployed_time: timestamp },
    failure_reason: isFailed ? 'Endpoints returned 404' : null,
    commit_time: new Date(BEGIN_MS + (index - 50) * MINUTE_MS).toISOString(),
  });
}

async function write(file: string, count: number): Promise<void> {
  const stream = createWriteStream(file);
  for (let index = 0; index < count; index += 1) {
    if (!stream.write(`${toLine(index)}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

export async function benchImportTold(): Promise<Bar[]> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-bench-import-'));
  try {
    await write(path.join(dir, 'all.jsonl'), RECORDS);
    await write(path.join(dir, 'tenth.jsonl'), RECORDS / 10);
    const bare = parseEveryLine(path.join(dir, 'all.jsonl'));
    const read = await measure(dir, 'all.jsonl', ['--dry-run']);
    const whole = await measure(dir, 'all.jsonl', []);
    const tenth = await measure(dir, 'tenth.jsonl', ['--dry-run']);
    const what = `import of ${RECORDS.toLocaleString('en')} deployments`;
    return [
      rate(`${what}: read and checked`, read.seconds, bare),
      // how fast a history takes rows is the ledger's own bench
      { ...rate(`${what}: read, checked and in the history`, whole.seconds, bare), bar: '-', holds: 'information' },
      { what: `${what}: memory`, measured: `${whole.mb} MB`, bar: `< ${MAX_MB} MB`, holds: whole.mb < MAX_MB },
      {
        what: `${what}: memory against a tenth of them`,
        measured: `${(read.mb / tenth.mb).toFixed(2)} ×`,
        bar: '≤ 1.5 ×',
        holds: read.mb <= 1.5 * tenth.mb,
      },
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function rate(what: string, seconds: number, bareSeconds: number): Bar {
  const perSecond = Math.round(RECORDS / seconds);
  const ratio = (seconds / bareSeconds).toFixed(1);
  const measured = `${perSecond.toLocaleString('en')}/s (${ratio} × JSON.parse)`;
  return { what, measured, bar: `≥ ${MIN_PER_SECOND.toLocaleString('en')}/s`, holds: perSecond >= MIN_PER_SECOND };
}

function parseEveryLine(file: string): number {
  const startedMs = performance.now();
  let count = 0;
  for (const line of readFileSync(file, 'utf8').split('\n')) if (line !== '') count += JSON.parse(line) ? 1 : 0;
  if (count !== RECORDS) throw new Error(`${count} of ${RECORDS} records are in the file`);
  return (performance.now() - startedMs) / 1000;
}

/** Each round into a history of its own. The process says at its end how much memory it ever held. */
async function measure(dir: string, file: string, more: readonly string[]): Promise<{ seconds: number; mb: number }> {
  const atEnd = "process.on('exit',()=>process.stderr.write('maxRSS '+process.resourceUsage().maxRSS+'\\n'))";
  const rounds: { seconds: number; mb: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const state = mkdtempSync(path.join(dir, 'state-'));
    const argv = [
      ...[process.execPath, '--import', `data:text/javascript,${encodeURIComponent(atEnd)}`],
      ...[path.join(root, 'bin/gate10.js'), 'import', 'deployment-history', file, '--json', ...more],
      ...['--system', 'shop', '--environment', 'production'],
    ];
    const { wallMs, output } = await run({ argv, cwd: dir, env: { GATE10_STATE_DIR: state } });
    if (!output.includes('"invalid":0')) throw new Error(`not all records were taken:\n${output.slice(-2000)}`);
    rounds.push({ seconds: wallMs / 1000, mb: Math.round(Number(/maxRSS (\d+)/.exec(output)?.[1]) / 1000) });
    rmSync(state, { recursive: true, force: true });
  }
  return { seconds: median(rounds.map(({ seconds }) => seconds)), mb: Math.max(...rounds.map(({ mb }) => mb)) };
}

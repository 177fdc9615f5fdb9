/**
 * The history at scale: importing, a window of 30 days out of five years, a count over all months, and a durable append, at
 * 10^4, 10^5 and 10^6 deployments. Each step is a process of its own (`ledger-work.ts`); the window is held against a
 * scan of the same records as JSON lines with JSON.parse. `GATE10_BENCH_LEDGER_SIZES=10000,100000` for a smaller look.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Work } from './ledger-work.ts';
import { type Bar, median, run } from './measure.ts';

const LIMITS = {
  windowRatio: 0.1,
  memoryBytes: 128 * 1024 * 1024,
  monthsMs: 1000,
  importsPerSecond: 50_000,
  appendP99Ms: 20,
  /** linear is 1; a third more is the noise of a machine */
  growth: 1.33,
};
const ROUNDS = 3;
const SIZES = (process.env['GATE10_BENCH_LEDGER_SIZES'] ?? '10000,100000,1000000').split(',').map(Number);

interface Measured {
  readonly size: number;
  readonly imported: Work;
  readonly added: Work;
  readonly scan: number;
  readonly window: Work;
  readonly months: Work;
  readonly append: Work;
  readonly fileBytes: number;
}

export async function benchLedger(): Promise<Bar[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-bench-ledger-'));
  try {
    const measured: Measured[] = [];
    for (const size of SIZES) measured.push(await measure(path.join(folder, String(size)), folder, size));
    return [...measured.flatMap(toBars), ...toGrowth(measured)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(place: string, cache: string, size: number): Promise<Measured> {
  const step = (name: string): Promise<Work> => work(name, place, cache, size);
  await step('make');
  const added = await step('append-all');
  const append = await step('append');
  await step('export');
  const imported = await step('import');
  const scans: number[] = [];
  const windows: Work[] = [];
  const months: Work[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    scans.push((await step('scan')).ms);
    windows.push(await step('window'));
    months.push(await step('months'));
  }
  const fileBytes = statSync(path.join(place, 'told/ledger.sqlite')).size;
  rmSync(place, { recursive: true });
  const scan = median(scans);
  return { size, imported, added, append, scan, window: middle(windows), months: middle(months), fileBytes };
}

async function work(name: string, place: string, cache: string, size: number): Promise<Work> {
  const { output } = await run({
    argv: [process.execPath, path.join(import.meta.dirname, 'ledger-work.ts'), name, place, String(size)],
    // as the command runs: its code is compiled once
    env: { NODE_COMPILE_CACHE: path.join(cache, 'compiled') },
  });
  return JSON.parse(output) as Work;
}

function middle(works: readonly Work[]): Work {
  const sorted = [...works].sort((a, b) => a.ms - b.ms);
  const one = sorted[Math.floor(sorted.length / 2)];
  if (one === undefined) throw new Error('nothing was measured');
  return { ...one, peakBytes: Math.max(...works.map(({ peakBytes }) => peakBytes)) };
}

/** Bars are for the largest size; smaller ones show how it grows. */
function toBars(each: Measured): Bar[] {
  const isLargest = each.size === Math.max(...SIZES) && each.size >= 1_000_000;
  const judge = (holds: boolean): Bar['holds'] => (isLargest ? holds : 'information');
  const name = `ledger of ${each.size} deployments:`;
  const ratio = each.window.ms / each.scan;
  const rate = perSecond(each.imported);
  const p99 = percentile(each.append.eachMs ?? [], 99);
  const { windowRatio, memoryBytes, monthsMs, importsPerSecond, appendP99Ms } = LIMITS;
  return [
    {
      what: `${name} a 30-day window ÷ a scan of JSON lines`,
      measured: `${ratio.toFixed(3)} (${ms(each.window.ms)} ÷ ${ms(each.scan)})`,
      ...{ bar: `≤ ${windowRatio}`, holds: judge(ratio <= windowRatio) },
    },
    {
      what: `${name} memory of the window (peak)`,
      measured: megabytes(each.window.peakBytes),
      ...{ bar: `< ${megabytes(memoryBytes)}`, holds: judge(each.window.peakBytes < memoryBytes) },
    },
    {
      what: `${name} all months, failed and not`,
      measured: ms(each.months.ms),
      ...{ bar: `≤ ${ms(monthsMs)}`, holds: judge(each.months.ms <= monthsMs) },
    },
    {
      what: `${name} import of an export`,
      measured: `${Math.round(rate)} records/s (${megabytes(each.imported.peakBytes)})`,
      ...{ bar: `≥ ${importsPerSecond} records/s`, holds: judge(rate >= importsPerSecond) },
    },
    {
      what: `${name} events added at once`,
      measured: `${Math.round(perSecond(each.added))} records/s, file ${megabytes(each.fileBytes)}`,
      ...{ bar: 'information', holds: 'information' },
    },
    {
      what: `${name} one durable append, P99`,
      measured: ms(p99),
      ...{ bar: `< ${ms(appendP99Ms)}`, holds: judge(p99 < appendP99Ms) },
    },
  ];
}

/** Time per record at the largest size over that at the smallest whose steps are longer than the start of a process. */
function toGrowth(measured: readonly Measured[]): Bar[] {
  const [first, last] = [measured.find(({ size }) => size >= 10_000), measured.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  return (['imported', 'months'] as const).map((step) => {
    const growth = last[step].ms / last.size / (first[step].ms / first.size);
    return {
      what: `ledger: time per record, ${step === 'months' ? 'all months' : 'import'}, ${last.size} ÷ ${first.size}`,
      measured: growth.toFixed(2),
      ...{ bar: `≤ ${LIMITS.growth}`, holds: last.size >= 1_000_000 ? growth <= LIMITS.growth : 'information' },
    };
  });
}

const perSecond = ({ records, ms: taken }: Work): number => (records / taken) * 1000;
const ms = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

/** The smallest value that at least that share does not exceed. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
}

/**
 * One step of the ledger's bench in a process of its own: `ledger-work.ts <step> <folder> [count]`. Prints its time, its peak
 * memory and what it found, as JSON.
 */
import { closeSync, createReadStream, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson } from '../src/contract/canonical.ts';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { readExport } from '../src/ledger/read-export.ts';
import { readLines } from '../src/ledger/read-lines.ts';
import type { RecordedDeployment } from '../src/ledger/recorded-events.ts';
import type { Ledger, LedgerEntry } from '../src/ledger/schema.ts';

export interface Work {
  readonly ms: number;
  /** of the main thread: what the step would take on an idle machine, without its waits */
  readonly cpuMs: number;
  readonly peakBytes: number;
  /** records that the step saw, or found */
  readonly records: number;
  /** of `append`: each append's time */
  readonly eachMs?: readonly number[];
}

const DAY_MS = 86_400_000;
const END_MS = Date.UTC(2026, 10, 1);
/** Five years of deployments, evenly. */
const SPAN_MS = 5 * 365 * DAY_MS;
const WINDOW = { since: new Date(END_MS - 30 * DAY_MS).toISOString(), until: new Date(END_MS).toISOString() };
const DEPLOYMENTS = 'deployment.recorded';
const APPENDS = 300;

const [, , step = '', folder = '', amount = '0'] = process.argv;
const count = Number(amount);
const plain = path.join(folder, 'events.jsonl');
const exported = path.join(folder, 'export.jsonl');

const openState = (name: string): Promise<Ledger> =>
  openLedger({ stateDir: path.join(folder, name), now: () => new Date() });

async function inState<Result>(name: string, work: (ledger: Ledger) => Promise<Result>): Promise<Result> {
  const ledger = await openState(name);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** As an importer hands it over: half a kilobyte, one of 40 services, one in 16 failed. Keys in no order. */
function toDeployment(index: number): RecordedDeployment {
  const id = String((index * 7_919) % 1_000_003).padStart(7, '0');
  const digits = index.toString(16).padStart(40, '0');
  const isFailed = index % 16 === 0;
  return {
    type: DEPLOYMENTS,
    ...{
      id: `${id}-${index}`,
      system: `service-${index % 40}`,
      environment: index % 5 === 0 ? 'staging' : 'production',
    },
    ...{ commit: digits, previousCommit: (index + 1).toString(16).padStart(40, '0') },
    commitTime: new Date(END_MS - SPAN_MS + ((index + 0.2) / count) * SPAN_MS - DAY_MS).toISOString(),
    deployedAt: new Date(END_MS - SPAN_MS + (index / count) * SPAN_MS).toISOString(),
    outcome: isFailed ? 'failed' : 'succeeded',
    claimed: `feat(checkout): the basket keeps what was put into it (${index})`,
    ...(isFailed && { rootCause: 'a migration locked the table of orders', resolution: 'rolled back' }),
    told: { source: 'deployment-history', by: 'release-bot', url: `https://ci.example.com/runs/${index}` },
  };
}

function* entries(): Generator<LedgerEntry> {
  for (const { text } of readLines(plain)) {
    const event = JSON.parse(text) as RecordedDeployment;
    yield { event, key: `deployment:${event.id}` };
  }
}

function writeLines(file: string): { write: (line: string) => void; close: () => void } {
  const descriptor = openSync(file, 'w');
  let pending = '';
  const flush = (): void => {
    writeSync(descriptor, pending);
    pending = '';
  };
  return {
    write: (line) => {
      pending += `${line}\n`;
      if (pending.length > 1 << 16) flush();
    },
    close: () => {
      flush();
      closeSync(descriptor);
    },
  };
}

/** The baseline: every line read and parsed, those of the window counted. */
async function scan(): Promise<number> {
  let rest = '';
  let found = 0;
  const take = (line: string): void => {
    const { deployedAt } = JSON.parse(line) as RecordedDeployment;
    if (deployedAt >= WINDOW.since && deployedAt < WINDOW.until) found++;
  };
  for await (const chunk of createReadStream(plain, { encoding: 'utf8', highWaterMark: 1 << 16 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  }
  return found;
}

/** As a report over a window does it: row by row, nothing kept but the counts. */
async function countWindow(ledger: Ledger): Promise<number> {
  const failedOf = new Map<string, number>();
  let found = 0;
  for await (const { event } of ledger.eachRow({ type: DEPLOYMENTS, ...WINDOW })) {
    found++;
    if (event.type === DEPLOYMENTS && event.outcome === 'failed')
      failedOf.set(event.system, (failedOf.get(event.system) ?? 0) + 1);
  }
  return found;
}

const STEPS: Readonly<Record<string, () => Promise<number | { records: number; eachMs: number[] }>>> = {
  make: async () => {
    mkdirSync(folder, { recursive: true });
    const { write, close } = writeLines(plain);
    for (let index = 0; index < count; index++) write(canonicalJson(toDeployment(index)));
    close();
    return count;
  },
  'append-all': () => inState('told', async (ledger) => (await ledger.appendAll(entries())).added),
  export: () =>
    inState('told', async (ledger) => {
      const { write, close } = writeLines(exported);
      for await (const row of ledger.eachRow()) write(canonicalJson(row));
      close();
      return ledger.size();
    }),
  import: () =>
    inState('moved', async (ledger) => (await ledger.appendAll(readExport(exported, { partial: false }))).added),
  verify: () => inState('moved', async (ledger) => ((await ledger.verify()).length === 0 ? ledger.size() : 0)),
  scan,
  window: () => inState('told', countWindow),
  months: () =>
    inState('told', async (ledger) => {
      const months = await ledger.countPerMonth({ type: DEPLOYMENTS });
      return months.reduce((sum, each) => sum + each.count, 0);
    }),
  append: () =>
    inState('told', async (ledger) => {
      const eachMs: number[] = [];
      for (let index = 0; index < APPENDS; index++) {
        const startedMs = performance.now();
        await ledger.append(toDeployment(count + index), `appended:${process.pid}:${index}`);
        eachMs.push(performance.now() - startedMs);
      }
      return { records: APPENDS, eachMs };
    }),
};

const work = STEPS[step];
if (work === undefined) throw new Error(`there is no step "${step}"`);
const startedMs = performance.now();
const cpu = process.threadCpuUsage();
const result = await work();
const { user, system } = process.threadCpuUsage(cpu);
const said: Work = {
  ms: performance.now() - startedMs,
  cpuMs: (user + system) / 1000,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  ...(typeof result === 'number' ? { records: result } : result),
};
process.stdout.write(JSON.stringify(said));

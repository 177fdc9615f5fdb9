/**
 * `npm run fuzz:parsers -- --cases 100000 --seed 7 --parser manifest`: every parser of what people and machines hand us, each in
 * a process of its own, with limits of time (1 s a case) and memory (512 MB). A finding is kept in `tests/corpora/fuzz/`, where
 * it is tried first from then on. Exit codes: 0 = nothing found · 1 = findings · 2 = wrong arguments.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { nearest } from '../../src/contract/nearest.ts';
import type { FuzzParser } from './fuzz-parser.ts';
import { PARSERS } from './parsers.ts';

const DEFAULT_CASES = 5000;
const MAX_RSS_BYTES = 512 * 1024 * 1024;
const HEAP_MB = 256;
const CORPUS = path.join(import.meta.dirname, '../corpora/fuzz');

interface Answer {
  readonly cases: number;
  readonly corpus: number;
  readonly read: number;
  readonly slowestMs: number;
  readonly durationMs: number;
  readonly maxRssBytes: number;
  readonly finding?: { readonly seed: number; readonly bytes: string; readonly why: string };
}

process.exitCode = await main();

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n`);
    return 2;
  }
  const { parsers, cases, seed, lanes, list } = asked;
  if (list) {
    for (const { name, reads } of parsers) process.stdout.write(`${name.padEnd(26)} ${reads}\n`);
    return 0;
  }
  process.stdout.write(`${cases} cases of each of ${parsers.length} parsers, seed ${seed}\n`);
  let findings = 0;
  const waiting = [...parsers];
  const work = async (): Promise<void> => {
    for (let parser = waiting.shift(); parser !== undefined; parser = waiting.shift())
      if ((await fuzz(parser, cases, seed)) !== undefined) findings += 1;
  };
  await Promise.all(Array.from({ length: lanes }, work));
  process.stdout.write(findings === 0 ? 'Nothing was found.\n' : `FOUND: ${findings} of ${parsers.length} parsers.\n`);
  return findings === 0 ? 0 : 1;
}

interface Asked {
  readonly parsers: readonly FuzzParser[];
  readonly cases: number;
  readonly seed: number;
  /** processes at once */
  readonly lanes: number;
  readonly list: boolean;
}

/** A text = what is wrong. */
function readArguments(args: string[]): Asked | string {
  let values: { cases?: string; seed?: string; parser?: string[]; lanes?: string; list?: boolean };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        cases: { type: 'string' },
        seed: { type: 'string' },
        parser: { type: 'string', multiple: true },
        lanes: { type: 'string' },
        list: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const [cases, seed] = [Number(values.cases ?? DEFAULT_CASES), Number(values.seed ?? Date.now() % 1_000_000)];
  if (!Number.isInteger(cases) || cases < 1 || values.cases === '') return '--cases takes a whole number, 1 or more.';
  if (!Number.isInteger(seed) || values.seed === '') return '--seed takes a whole number.';
  const lanes = Number(values.lanes ?? 1);
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > 16) return '--lanes takes a whole number, 1 to 16.';
  const names = PARSERS.map(({ name }) => name);
  const unknown = values.parser?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const guess = nearest(unknown, names);
    return `There is no parser "${unknown}".${guess === undefined ? '' : ` Did you mean ${guess}?`} See --list.`;
  }
  const parsers = values.parser === undefined ? PARSERS : PARSERS.filter(({ name }) => values.parser?.includes(name));
  return { parsers, cases, seed, lanes, list: values.list === true };
}

/** Why it is a finding; undefined = nothing was found. */
async function fuzz(parser: FuzzParser, cases: number, seed: number): Promise<string | undefined> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-fuzz-'));
  try {
    const { answer, died } = await runChild([parser.name, String(cases), String(seed)], folder);
    const why = reasonOf(answer, died);
    const kept = why === undefined ? '' : keep(parser, answer, path.join(folder, 'case'));
    process.stdout.write(line(parser, answer, why === undefined ? undefined : `${why}${kept}`));
    return why;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Ended {
  readonly answer?: Answer;
  /** how, where it gave no answer */
  readonly died: string;
}

function runChild(args: readonly string[], folder: string): Promise<Ended> {
  const work = path.join(folder, 'work');
  mkdirSync(work);
  const child = fork(path.join(import.meta.dirname, 'child.ts'), [...args, work, path.join(folder, 'case')], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`, '--max-semi-space-size=8'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let [said, answer]: [string, Answer | undefined] = ['', undefined];
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2000);
  });
  child.on('message', (message) => {
    answer = message as Answer;
  });
  return new Promise((done) => {
    child.on('close', (code, signal) => {
      const died = `${said.trim() || 'it said nothing'} (exit ${code ?? signal})`;
      done(answer === undefined ? { died } : { answer, died });
    });
  });
}

function reasonOf(answer: Answer | undefined, died: string): string | undefined {
  if (answer === undefined) return died;
  if (answer.finding !== undefined) return `${answer.finding.why} (seed ${answer.finding.seed})`;
  if (answer.maxRssBytes > MAX_RSS_BYTES) return `it took ${Math.round(answer.maxRssBytes / 1e6)} MB`;
  return undefined;
}

/** Into the corpus, under a name that its bytes give it. */
function keep({ name }: FuzzParser, answer: Answer | undefined, caseFile: string): string {
  const found = answer?.finding?.bytes;
  const bytes =
    found !== undefined ? Buffer.from(found, 'base64') : existsSync(caseFile) ? readFileSync(caseFile) : undefined;
  if (bytes === undefined) return '';
  const file = path.join(CORPUS, name, `found-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return `; kept as ${path.relative(process.cwd(), file)}`;
}

function line({ name }: FuzzParser, answer: Answer | undefined, why: string | undefined): string {
  const outcome = why === undefined ? 'nothing found' : `FOUND: ${why}`;
  if (answer === undefined) return `${name.padEnd(26)} ${outcome}\n`;
  const { cases, corpus, read, durationMs, slowestMs, maxRssBytes } = answer;
  const parts = [
    `${cases} cases`,
    ...(corpus > 0 ? [`${corpus} of the corpus`] : []),
    `${Math.round(read * 100)} % taken`,
    `${Math.round((1000 * cases) / durationMs)}/s`,
    `slowest ${slowestMs.toFixed(0)} ms`,
    `${Math.round(maxRssBytes / 1024 / 1024)} MB`,
  ];
  return `${name.padEnd(26)} ${parts.join(', ')}: ${outcome}\n`;
}

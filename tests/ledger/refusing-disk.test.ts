/** A disk that refuses at one single moment of an append, at each of them in turn: an acknowledged row is there, all others are whole. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectHistory } from '../../src/ledger/inspect-history.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { at, intended, temporaryFolder } from '../unit/ledger/sample-events.ts';
import type { Starved } from './support/processes.ts';

/** Tracing may be forbidden (containers without ptrace), or not installed. */
const canTrace = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']).status === 0;
const AT_ONCE = 3;

/** Calls that change something, and what a disk may answer to each. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  pwrite64: ['ENOSPC', 'EROFS', 'EIO'],
  write: ['ENOSPC', 'EROFS', 'EIO'],
  fsync: ['ENOSPC', 'EROFS', 'EIO'],
  rename: ['ENOSPC', 'EROFS', 'EIO'],
  unlink: ['EROFS', 'EIO'],
};

interface Moment {
  readonly call: string;
  readonly number: number;
  readonly answer: string;
}

/** One append under strace; `moment` = which call is refused. */
async function append(folder: string, moment?: Moment): Promise<{ said: Starved; calls: string[] }> {
  const stateDir = path.join(folder, 'state');
  const files = ['', 'ledger.sqlite', 'ledger.sqlite-journal', 'checkpoint.json', 'checkpoint.json.tmp'];
  const trace = path.join(folder, 'trace');
  const child = spawn(
    'strace',
    [
      ...['-f', '-qq', '-o', trace, '-e', `trace=${Object.keys(ANSWERS).join(',')}`],
      ...files.flatMap((name) => ['-P', path.join(stateDir, name)]),
      ...(moment ? ['-e', `inject=${moment.call}:error=${moment.answer}:when=${moment.number}`] : []),
      ...[process.execPath, path.join(import.meta.dirname, 'support/starve.ts'), stateDir, '1'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  await once(child, 'close');
  const calls = readFileSync(trace, 'utf8')
    .split('\n')
    .flatMap((line) => /^\d+ +(\w+)\(/.exec(line)?.[1] ?? []);
  return { said: JSON.parse(out) as Starved, calls };
}

function momentsOf(calls: readonly string[]): Moment[] {
  return Object.entries(ANSWERS).flatMap(([call, answers]) =>
    calls
      .filter((each) => each === call)
      .flatMap((_, index) => answers.map((answer) => ({ call, number: index + 1, answer }))),
  );
}

async function refuseOnce(beginning: string, moment: Moment): Promise<string | undefined> {
  const folder = temporaryFolder();
  const stateDir = path.join(folder, 'state');
  cpSync(beginning, stateDir, { recursive: true });
  const { said } = await append(folder, moment);
  const told = said.name === 'none' ? said.acknowledged.length === 1 : said.name === 'OwnFaultError';
  if (!told || (said.name !== 'none' && !/\. [A-Z].*\.$/.test(said.message))) return `it said ${JSON.stringify(said)}`;
  const { rows, problems } = await inspectHistory({ stateDir, now: at });
  if (problems.length > 0 || rows === null) return `the history is not whole: ${JSON.stringify(problems)}`;
  const ledger = await openLedger({ stateDir, now: at });
  try {
    const keys = (await ledger.rows()).map(({ key }) => key);
    const lost = ['run-1', 'run-2', ...said.acknowledged].filter((key) => !keys.includes(key));
    if (lost.length > 0) return `lost: ${lost.join(', ')}`;
    const next = await ledger.append(intended('next'), 'next');
    return next.seq === rows + 1 && (await ledger.verify()).length === 0 ? undefined : 'the next append did not work';
  } finally {
    await ledger.close();
  }
}

describe.skipIf(!canTrace)('a disk that refuses one call', () => {
  it('at every moment of an append loses nothing that was acknowledged, tears nothing, and the next append works', async () => {
    const folder = temporaryFolder();
    const beginning = path.join(folder, 'state');
    const ledger = await openLedger({ stateDir: beginning, now: at });
    for (const name of ['run-1', 'run-2']) await ledger.append(intended(name), name);
    await ledger.close();
    const probe = temporaryFolder();
    cpSync(beginning, path.join(probe, 'state'), { recursive: true });
    const { said, calls } = await append(probe);
    expect(said).toMatchObject({ name: 'none', acknowledged: ['run-3'] });
    const moments = momentsOf(calls);
    expect(moments.length).toBeGreaterThan(60);
    const wrong: string[] = [];
    const left = [...moments];
    const lane = async (): Promise<void> => {
      for (let moment = left.pop(); moment !== undefined; moment = left.pop()) {
        const what = await refuseOnce(beginning, moment);
        if (what !== undefined) wrong.push(`${moment.call} ${moment.number} ${moment.answer}: ${what}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    expect(wrong).toEqual([]);
  }, 900_000);
});

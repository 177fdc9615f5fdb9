/** Histories that were worked out by hand, and the five metrics that follow from them, under three time zones. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deriveDelivery } from '../../../../../src/record/dora/derive-delivery.ts';
import { reportDora } from '../../../../../src/record/dora/report.ts';
import { loadDoraRules } from '../../../../../src/record/dora/rules.ts';
import { createStreamGit } from '../../../../../src/record/dora/stream-git.ts';
import { loadDoraStandard } from '../../../../../src/record/dora-standard.ts';
import { calendarMonth } from '../../../../../src/record/period.ts';
import type { DoraMetrics } from '../../../../../src/record/schema.ts';
import { toDoraMetrics } from '../../../../../src/record/to-dora-metrics.ts';
import { importHistory } from '../import-history.ts';
import { CHANGES } from './changes.ts';
import { CLOCKS } from './clocks.ts';
import { type GitCase, GONE, IN_GIT } from './in-git.ts';
import { RUNS } from './runs.ts';
import { type OracleCase, run, type Spread, toRows } from './short-history.ts';
import { TOLD } from './told.ts';

const CASES: readonly OracleCase[] = [...RUNS, ...CHANGES, ...TOLD, ...CLOCKS];
const MOSAIC = { system: 'mosaic', environment: 'production' };

interface Figures {
  readonly avg_minutes: number | null;
  readonly p50_minutes: number | null;
  readonly p95_minutes: number | null;
}

function spreadOf(n: number, { avg_minutes: mean, p50_minutes: p50, p95_minutes: p95 }: Figures): Spread {
  return [n, mean, p50, p95];
}

function figuresOf(metrics: DoraMetrics): Omit<OracleCase, 'name' | 'events' | 'now'> {
  const { deployment_frequency: often, lead_time_for_changes: lead, change_failure_rate: failed } = metrics;
  const { time_to_restore_service: restore, deployment_rework_rate: rework } = metrics;
  return {
    deployments: [often.total_deployments, often.told_deployments],
    lead: spreadOf(lead.changes, lead),
    failed: [failed.failed_deployments, failed.total_deployments],
    recovery: [
      restore.incidents,
      restore.open_incidents,
      restore.other_incidents,
      spreadOf(restoredOf(metrics), restore),
    ],
    rework: [rework.rework_deployments, rework.total_deployments],
  };
}

/** How many times to restore there are: the record says what is left out. */
function restoredOf({ time_to_restore_service: restore }: DoraMetrics): number {
  const [, invalid = '0'] = /(\d+) left out: they end before they begin/.exec(restore.note ?? '') ?? [];
  return restore.incidents - restore.open_incidents - Number(invalid);
}

describe.each(['UTC', 'Europe/Berlin', 'Asia/Kathmandu'])('the oracle, in %s', (zone) => {
  const before = process.env['TZ'];
  beforeEach(() => {
    process.env['TZ'] = zone;
  });
  afterEach(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  it.each(CASES)('$name', ({ name: _, events, now, ...expected }) => {
    const { deployments, incidents } = deriveDelivery(toRows(events));
    const period = calendarMonth(new Date(now ?? '2026-01-31T12:00:00.000Z'));
    const metrics = toDoraMetrics(deployments, incidents, period, loadDoraStandard(), MOSAIC);
    expect(figuresOf(metrics)).toEqual(expected);
  });
});

describe('the oracle, with git', () => {
  it.each(IN_GIT)('$name', async (given) => {
    const { lead, failed, rework } = given;
    const figures = figuresOf(await reportOf(given));
    expect({ lead: figures.lead, failed: figures.failed, rework: figures.rework }).toEqual({ lead, failed, rework });
  });
});

describe('the oracle', () => {
  it('has at least forty histories, each with a name of its own', () => {
    const names = [...CASES, ...IN_GIT].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(40);
  });

  it('gives the same whatever the order in which things reach the history', () => {
    for (const { events, name } of CASES.filter(({ name }) => !/last word|told by one and ended/.test(name))) {
      const rows = toRows(events);
      const figures = [rows, rows.toReversed()].map((each) => {
        const { deployments, incidents } = deriveDelivery(each);
        const period = calendarMonth(new Date('2026-01-31T12:00:00.000Z'));
        return figuresOf(toDoraMetrics(deployments, incidents, period, loadDoraStandard(), MOSAIC));
      });
      expect(figures[1], name).toEqual(figures[0]);
    }
  });
});

async function reportOf({ commits, deployments, previous }: GitCase): Promise<DoraMetrics> {
  const history = await importWithIds(commits);
  try {
    const rows = toRows(
      deployments.map(([commit, hour]) => {
        const id = typeof commit === 'string' ? GONE : (history.ids[commit] ?? '');
        return run(id, 'passed', iso(hour, 5), {
          deployed: iso(hour),
          ...(typeof commit === 'number' ? { committed: iso(commit) } : {}),
        });
      }),
    );
    const [first, ...others] = rows;
    if (first?.event.type !== 'run.sealed') throw new Error('a history begins with a run');
    const before = previous === undefined ? {} : { previousCommit: history.ids[previous] ?? '' };
    const [metrics] = await reportDora([{ ...first, event: { ...first.event, ...before } }, ...others], {
      period: calendarMonth(new Date('2026-01-31T12:00:00.000Z')),
      ...{ standard: loadDoraStandard(), rules: loadDoraRules(), notes: [] },
      now: new Date('2026-01-31T12:00:00.000Z'),
      git: createStreamGit(history.folder, process.env['PATH']),
    });
    if (!metrics) throw new Error('there is no report');
    return metrics;
  } finally {
    history.remove();
  }
}

/** Twice where a message names a commit: its id is known only after the first time. */
async function importWithIds(commits: GitCase['commits']) {
  const short = commits.map((commit, place) => {
    const [parents, message] = isPair(commit) ? commit : [commit, undefined];
    return { parents, timeSeconds: Date.parse(iso(place)) / 1000, ...(message === undefined ? {} : { message }) };
  });
  const history = await importHistory(short);
  if (!short.some(({ message }) => message?.includes('$'))) return history;
  history.remove();
  const named = short.map((each) => {
    if (each.message === undefined) return each;
    return { ...each, message: each.message.replace(/\$(\d)/g, (_, place) => history.ids[Number(place)] ?? '') };
  });
  return importHistory(named);
}

function isPair(commit: GitCase['commits'][number]): commit is readonly [readonly number[], string] {
  return typeof commit[1] === 'string';
}

function iso(hour: number, minute = 0): string {
  return new Date(Date.UTC(2026, 0, 1, hour, minute)).toISOString();
}

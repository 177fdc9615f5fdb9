/** `gate10 history export`: the rows, or what of them has a CDEvent, as JSON lines. */

import { canonicalJson } from '../contract/canonical.ts';
import { EXIT, InputError } from '../errors.ts';
import { createCdEvents } from '../ledger/cdevents.ts';
import { isWithin } from '../ledger/event-facts.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import type { Ledger, RowFilter } from '../ledger/schema.ts';
import { type CliContext, ledgerPlace, stateDir } from './context.ts';

export interface ExportAsked {
  readonly since?: string;
  readonly until?: string;
  readonly environment?: string;
  readonly system?: string;
  readonly format?: string;
}

/** Exit 1 where the history is not whole: what was printed is not to be trusted then. */
export async function exportHistory(context: CliContext, asked: ExportAsked): Promise<void> {
  const write = toFormat(asked.format);
  const filter = toFilter(asked);
  refuseNoTime(filter, context.now());
  const ledger = await openLedger({
    ...{ stateDir: stateDir(context), now: context.now, create: false },
    ...ledgerPlace(context),
  });
  try {
    await write(ledger, filter, context);
    const problems = await ledger.verify();
    for (const problem of problems) context.stderr(`The history was tampered with: ${problem.message}\n`);
    context.setExitCode(problems.length === 0 ? EXIT.proven : EXIT.failed);
  } finally {
    await ledger.close();
  }
}

type Write = (ledger: Ledger, filter: RowFilter, context: CliContext) => Promise<void>;

const FORMATS: Readonly<Record<string, Write>> = {
  jsonl: async (ledger, filter, { stdout }) => {
    for await (const row of ledger.eachRow(filter)) stdout(`${canonicalJson(row)}\n`);
  },
  cdevents: async (ledger, { since, until, ...scope }, { stdout, stderr }) => {
    const toEvents = createCdEvents();
    let without = 0;
    // What came before the window says whether a deployment in it was an upgrade or a way back.
    for await (const row of ledger.eachRow(scope)) {
      const events = toEvents(row);
      if (!isWithin(row.event, { since, until })) continue;
      if (events.length === 0) without++;
      for (const event of events) stdout(`${JSON.stringify(event)}\n`);
    }
    if (without > 0)
      stderr(
        `${without} rows have no CDEvent: intents, refusals, interventions, decisions, rollbacks, notifications, follow-ups, builds proven again.\n`,
      );
  },
};

function toFormat(format = 'jsonl'): Write {
  const write = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (write !== undefined) return write;
  const expected = Object.keys(FORMATS).join(' or ');
  throw new InputError([{ code: 'cli-format', what: `--format "${format}" is not known`, expected }]);
}

function toFilter({ since, until, environment, system }: ExportAsked): RowFilter {
  return {
    ...(since === undefined ? {} : { since: toTime('--since', since) }),
    ...(until === undefined ? {} : { until: toTime('--until', until) }),
    ...(environment === undefined ? {} : { environment }),
    ...(system === undefined ? {} : { system }),
  };
}

/** A window in which nothing can lie says nothing about the history. Throws InputError. */
function refuseNoTime({ since, until }: RowFilter, now: Date): void {
  if (since === undefined) return;
  const isAhead = since > now.toISOString();
  if (!isAhead && (until === undefined || since < until)) return;
  const what = isAhead ? '--since is in the future' : 'the window ends before it begins';
  throw new InputError([{ code: 'cli-time', what, expected: '--since before --until and before now' }]);
}

/** A day begins at midnight UTC. */
const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?Z)?$/;

function toTime(option: string, text: string): string {
  const time = TIME.test(text) ? new Date(text) : new Date(Number.NaN);
  // the 31st of February would be taken for a day of March
  const isDay = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text.slice(0, 10));
  if (isDay) return time.toISOString();
  const expected = 'a day or a time in UTC: 2026-01-09 or 2026-01-09T19:25:00Z';
  throw new InputError([{ code: 'cli-time', what: `${option} "${text}" is not a time`, expected }]);
}

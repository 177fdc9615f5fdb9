/** The incidents of an environment, as its history has them. */
import { nearest } from '../contract/nearest.ts';
import { createRedactor } from '../contract/redact.ts';
import { EXIT, InputError } from '../errors.ts';
import { placeOf } from '../ledger/ledger-options.ts';
import { openExisting } from '../ledger/open-existing.ts';
import type { Ledger, LedgerRow } from '../ledger/schema.ts';
import { loadSecretPatterns } from '../probe/served/bundle-secrets.ts';
import { deriveDelivery } from '../record/dora/derive-delivery.ts';
import { readDoraRows } from '../record/dora/read-rows.ts';
import { loadDoraRules } from '../record/dora/rules.ts';
import type { Options } from '../record/import/option-reader.ts';
import type { Saying } from '../record/import/told-options.ts';
import { createTextCleaner } from '../record/import/told-text.ts';
import { type IncidentCase, toIncidentCases } from '../record/incident/incident-case.ts';
import { calendarMonth } from '../record/period.ts';
import { writeIncidents } from '../record/write-incidents.ts';
import { plainLine } from '../run/plain-text.ts';
import { toAdvisedCases } from './advised-cases.ts';
import { type CliContext, ledgerPlace, stateDir } from './context.ts';
import { declaredSecrets } from './declared-secrets.ts';

export interface CasesAsked {
  readonly environment?: string;
  readonly system?: string;
}

export interface Cases {
  /** in order of opening */
  readonly cases: readonly IncidentCase[];
  /** what they were derived from */
  readonly rows: readonly LedgerRow[];
}

/** Without a history it is not known whether something is broken or overdue: exit 3. */
export async function withHistory(context: CliContext, work: (ledger: Ledger) => Promise<void>): Promise<void> {
  const place = { stateDir: stateDir(context), ...ledgerPlace(context) };
  const ledger = await openExisting({ ...place, now: context.now });
  if (ledger === undefined) {
    context.stderr(`There is no history in ${placeOf(place)}: no incident is known, and none is excluded.\n`);
    context.setExitCode(EXIT.inconclusive);
    return;
  }
  try {
    await work(ledger);
  } finally {
    await ledger.close();
  }
}

export async function readCases(
  ledger: Ledger,
  { environment, system }: CasesAsked,
  context: CliContext,
): Promise<Cases> {
  const scope = {
    environment: environment ?? (context.env['GATE10_TARGET'] || 'embedded'),
    ...(system === undefined ? {} : { system }),
  };
  const { rows, notes } = await readDoraRows(ledger, scope, calendarMonth(context.now()), loadDoraRules());
  for (const note of notes) context.stderr(`Note: ${note}\n`);
  refuseUnknown(rows, scope);
  return { rows, cases: await toAdvisedCases(deriveDelivery(rows).incidents, rows, context) };
}

/** A name that the history does not have has no incidents, and nobody knows whether one was meant. Throws InputError. */
function refuseUnknown(rows: readonly LedgerRow[], { environment, system }: CasesAsked): void {
  if (rows.length > 0) return;
  const where = [system && `system "${system}"`, `environment "${environment}"`].filter(Boolean).join(' in ');
  throw new InputError([
    {
      code: 'no-environment',
      what: `the history has nothing of ${plainLine(where, 200)}`,
      expected: 'one that was run or told of',
      fix: 'Name it: --environment, or GATE10_TARGET.',
    },
  ]);
}

/** By its whole id. Throws InputError. */
export function findCase(cases: readonly IncidentCase[], id: string): IncidentCase {
  const found = cases.find(({ incident }) => incident.id === id);
  if (found !== undefined) return found;
  const known = cases.map(({ incident }) => incident.id);
  const guess = nearest(id, known);
  const what = `there is no incident "${plainLine(id, 120)}" here`;
  const expected = known.slice(-10).join(', ') || 'one that "gate10 incident list --all" shows; it shows none';
  throw new InputError([
    { code: 'no-incident', what, expected, ...(guess === undefined ? {} : { fix: `Did you mean ${guess}?` }) },
  ]);
}

/** Options as a person gave them, with what makes their text fit for the history. */
export function toSaying(options: Options, context: CliContext): Saying {
  const clean = createTextCleaner(createRedactor(declaredSecrets(context)), loadSecretPatterns());
  return { options, clean, now: context.now() };
}

/** Its document says what the history says now, as a run would write it. */
export async function refreshDocument(
  ledger: Ledger,
  id: string,
  asked: CasesAsked,
  context: CliContext,
): Promise<void> {
  const { rows } = await readCases(ledger, asked, context);
  const own = deriveDelivery(rows).incidents.filter((incident) => incident.id === id);
  writeIncidents(stateDir(context), toIncidentCases(own, rows, { now: context.now() }));
}

/** `gate10 incident close`: what was told is ended by a word; what a run saw, by a run that proves the environment. */
import { EXIT, InputError } from '../errors.ts';
import type { RecordedIncident } from '../ledger/recorded-events.ts';
import type { LedgerRow } from '../ledger/schema.ts';
import { deriveDelivery } from '../record/dora/derive-delivery.ts';
import { toIncidentId } from '../record/dora/seen-incidents.ts';
import { appendStated } from '../record/import/append-stated.ts';
import type { Options } from '../record/import/option-reader.ts';
import { type Saying, toResolvedIncident, toToldIncident } from '../record/import/told-options.ts';
import type { Incident } from '../record/schema.ts';
import type { CliContext } from './context.ts';
import { type CasesAsked, findCase, readCases, refreshDocument, toSaying, withHistory } from './incident-cases.ts';

export async function closeIncident(id: string, options: Options, context: CliContext): Promise<void> {
  await withHistory(context, async (ledger) => {
    const asked = options as CasesAsked;
    const { cases, rows } = await readCases(ledger, asked, context);
    const { incident } = findCase(cases, id);
    context.setExitCode(EXIT.proven);
    if (incident.closedAt !== null) {
      say(
        `It is over already, since ${incident.closedAt}: ${incident.resolution ?? 'no resolution told'}`,
        incident,
        options,
        context,
      );
      return;
    }
    if (incident.knownBy !== 'told') throw notOver(incident);
    const event = toEnd(incident, rows, toSaying(options, context));
    refuseWhereStillBroken(incident, event, rows);
    await appendStated(ledger, event, options['at'] !== undefined);
    await refreshDocument(ledger, id, asked, context);
    const end = event.resolvedAt ?? '';
    say(
      `Closed ${end}. Told, not proven: its postmortem is due now.`,
      { ...incident, closedAt: end },
      options,
      context,
    );
  });
}

/** A told incident with its end; of a deployment that was only told to have failed, the word that it is over. */
function toEnd(incident: Incident, rows: readonly LedgerRow[], saying: Saying): RecordedIncident {
  const told = findTold(incident, rows);
  if (told !== undefined) return toResolvedIncident(told, saying);
  const { system, environment, openedAt, reality, commit } = incident;
  const { at, ...options } = saying.options;
  return toToldIncident({
    ...saying,
    options: {
      ...options,
      ...{ id: incident.id, system, environment, title: reality, at: openedAt },
      ...(commit === 'unknown' ? {} : { commit }),
      resolvedAt: at ?? saying.now.toISOString(),
    },
  });
}

function findTold({ id, system }: Incident, rows: readonly LedgerRow[]): RecordedIncident | undefined {
  const told = rows.flatMap(({ event }) =>
    event.type === 'incident.recorded' && event.system === system ? [event] : [],
  );
  return told.findLast(
    (each) => toIncidentId(each.openedAt, `${each.environment}-${each.title}`, `${each.system} ${each.id}`) === id,
  );
}

/** Tried out on the history before it is written: what is recorded stays. Throws InputError. */
function refuseWhereStillBroken(incident: Incident, event: RecordedIncident, rows: readonly LedgerRow[]): void {
  const row: LedgerRow = { seq: Number.MAX_SAFE_INTEGER, at: incident.openedAt, key: '', event, prev: '', hash: '' };
  const open = ({ incidents }: { readonly incidents: readonly Incident[] }) =>
    incidents.filter(({ closedAt }) => closedAt === null).map(({ id }) => id);
  const [before, after] = [open(deriveDelivery(rows)), open(deriveDelivery([...rows, row]))];
  if (after.length < before.length && !after.includes(incident.id)) return;
  throw notOver(incident);
}

/** The next run may find it broken as before; until then nobody knows. */
function notOver(incident: Incident): InputError {
  return new InputError([
    {
      code: 'not-over',
      what: `a word does not end ${incident.id}: runs of gate10 saw it`,
      expected: 'a production run that proves the environment',
      fix: 'Run "npx playwright test --project=production"; it closes the incident where it passes.',
    },
  ]);
}

function say(text: string, { id, closedAt }: Incident, options: Options, context: CliContext): void {
  if (options['json'] === true) context.stdout(`${JSON.stringify({ id, closedAt })}\n`);
  else context.stdout(`${id}: ${text}\n`);
}

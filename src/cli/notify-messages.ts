/** The messages of `gate10 notify`, from the history of an environment. */
import { InputError } from '../errors.ts';
import type { NotificationSettled } from '../ledger/response-events.ts';
import type { Ledger, LedgerRow } from '../ledger/schema.ts';
import { loadSecretPatterns } from '../probe/served/bundle-secrets.ts';
import { deriveDelivery } from '../record/dora/derive-delivery.ts';
import { readDoraRows } from '../record/dora/read-rows.ts';
import { loadDoraRules } from '../record/dora/rules.ts';
import { createTextCleaner } from '../record/import/told-text.ts';
import { loadIncidentAuthority } from '../record/incident/incident-authority.ts';
import { calendarMonth } from '../record/period.ts';
import type { Scope } from '../record/production-runs.ts';
import type { Deployment, Incident } from '../record/schema.ts';
import { cleanNotification } from '../response/notify/clean-message.ts';
import type { Notification } from '../response/notify/message.ts';
import { type Told as History, newestDeployment, toNotifications } from '../response/notify/to-notifications.ts';
import { plainLine } from '../run/plain-text.ts';
import { toAdvisedCases } from './advised-cases.ts';
import type { CliContext } from './context.ts';
import { notifyRedactor } from './notify-courier.ts';
import { isSaid, type NotifyAsked, toEvent, toKnown, toSaid } from './notify-said.ts';
import { linksOf, onCallOf, type Told } from './notify-told.ts';
import { readReleaseSummary } from './read-release-summary.ts';

/** Throws InputError where what is asked for cannot be. */
export async function readNotifications(asked: NotifyAsked, told: Told, context: CliContext): Promise<Notification[]> {
  const event = toEvent(asked);
  const rows = await readRows(told, context);
  const scopes = scopesOf(rows, asked.system, told.environment);
  const clean = createTextCleaner(notifyRedactor(told.contract, context), loadSecretPatterns());
  const histories = () => Promise.all(scopes.map((scope) => historyOf(scope, rows, told, context)));
  const all =
    event !== undefined && isSaid(event)
      ? [toKnown(event, asked, await histories()) ?? toSaid(event, asked, { ...told, rows, scopes }, context)]
      : (await histories()).flatMap(toNotifications);
  return all
    .filter((each) => event === undefined || each.event === event)
    .map((each) => cleanNotification(each, clean));
}

/** What was sent before, and what came of it. */
export async function settledOf(ledger: Ledger, environment: string): Promise<NotificationSettled[]> {
  const rows = await ledger.rows({ type: 'notification.settled', environment });
  return rows.flatMap(({ event }) => (event.type === 'notification.settled' ? [event] : []));
}

async function historyOf(scope: Scope, rows: readonly LedgerRow[], told: Told, context: CliContext): Promise<History> {
  const { contract, defaults } = told;
  const now = context.now();
  const authority = loadIncidentAuthority();
  // a refused run may not know its system
  const own = rows.filter(({ event }) => event.system === scope.system || event.system === undefined);
  const { incidents, deployments } = deriveDelivery(own);
  const newest = newestDeployment(deployments);
  return {
    ...{ scope, rows: own, deployments, authority, now },
    cases: await toAdvisedCases(incidents, own, context),
    release: newest && (await readReleaseSummary(told.ledger, scope, aboutOf(newest, incidents), context)),
    links: linksOf(contract),
    onCall: onCallOf(contract, context),
    maxDedupKey: defaults.pagerduty.maxDedupKey,
    silentMs: defaults.silentAfter,
  };
}

/** A deployment has its own runs, and the incidents that they saw or that are put down to it. */
function aboutOf(deployment: Deployment, incidents: readonly Incident[]) {
  const { commit, timestamp, runIds } = deployment;
  const isOwn = ({ failedRuns, attribution }: Incident): boolean =>
    failedRuns.some((runId) => runIds.includes(runId)) ||
    (attribution?.commit === commit && attribution.timestamp === timestamp);
  return { commit, runIds, incidents: incidents.filter(isOwn) };
}

async function readRows({ ledger, environment }: Told, context: CliContext): Promise<readonly LedgerRow[]> {
  const { rows, notes } = await readDoraRows(ledger, { environment }, calendarMonth(context.now()), loadDoraRules());
  for (const note of notes) context.stderr(`Note: ${note}\n`);
  return rows;
}

/**
 * Of every system that a run or a person named there; what was sent (a test, too) names none. Throws InputError where the
 * history has nothing of it: nobody knows then whether something is due.
 */
function scopesOf(rows: readonly LedgerRow[], asked: string | undefined, environment: string): Scope[] {
  const known = rows.filter(
    ({ event }) => event.type !== 'notification.settled' && event.type !== 'follow-up.recorded',
  );
  if (known.length === 0) {
    const what = `the history has nothing of the environment "${plainLine(environment, 60)}"`;
    const fix = 'Name it: --environment, or GATE10_TARGET.';
    throw new InputError([{ code: 'no-environment', what, expected: 'one that was run or told of', fix }]);
  }
  const named = [...new Set(known.flatMap(({ event }) => event.system ?? []))];
  // where nothing but refused runs is known, their contract did not even say of what system
  const systems = named.length === 0 ? ['unknown'] : named;
  if (asked !== undefined && !systems.includes(asked)) {
    const what = `--system: the history has no "${plainLine(asked, 60)}" in ${plainLine(environment, 60)}`;
    throw new InputError([{ code: 'option-system', what, expected: plainLine(systems.join(', '), 500) }]);
  }
  return systems.filter((system) => asked === undefined || system === asked).map((system) => ({ system, environment }));
}

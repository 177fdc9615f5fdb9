/** `gate10 notify`: sends what is due to whom `contracts/notify.yaml` names, records every outcome, and says what did not arrive. */
import { type Command, Option } from 'commander';
import { loadNotify, loadNotifyDefaults } from '../contract/load-notify.ts';
import { NOTIFY_EVENTS } from '../contract/notify-schema.ts';
import { EXIT, InputError, type Problem } from '../errors.ts';
import { placeOf } from '../ledger/ledger-options.ts';
import { openExisting } from '../ledger/open-existing.ts';
import type { Ledger } from '../ledger/schema.ts';
import type { Delivered } from '../response/notify/deliver.ts';
import { type Delivery, findDue } from '../response/notify/find-due.ts';
import { type CliContext, contractsDir, ledgerPlace, stateDir } from './context.ts';
import { showDelivered, showPlanned } from './draw-notify.ts';
import { type Courier, openCourier } from './notify-courier.ts';
import { lockNotifications } from './notify-lock.ts';
import { readNotifications, settledOf } from './notify-messages.ts';
import { type NotifyAsked, toTest } from './notify-said.ts';

export interface NotifyOptions extends NotifyAsked {
  readonly test?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Exit codes: 0 all delivered, or nothing due · 2 wrong input · 3 somebody could not be reached, or there is no history · 70 own fault. */
export function registerNotify(program: Command, context: CliContext): void {
  program
    .command('notify')
    .description(
      'tell those whom contracts/notify.yaml names what is due: incidents, rollbacks, deployments, runs without a verdict',
    )
    .option('--environment <name>', 'the environment (default: GATE10_TARGET, else "embedded")')
    .option('--event <name>', `only this one: ${NOTIFY_EVENTS.join(', ')}`)
    .option(
      '--because <text>',
      'with --event rollback-done or rollback-failed, where gate10 did not roll back: what happened',
    )
    .option('--commit <sha>', 'with --because: the release that it is about (default: that of the newest run)')
    .option('--system <name>', 'only this system')
    .option('--severity <word>', 'with --because: P0, P1, P2 or P3')
    .option(
      '--id <text>',
      'with --because: the same id is told once; that of a rollback of the history is that rollback',
    )
    .addOption(
      new Option('--test <target>', 'send a test message to this target and nothing else').conflicts([
        ...['event', 'because', 'commit', 'system', 'severity', 'id'],
      ]),
    )
    .option('--dry-run', 'show what would be sent, without secrets; send and record nothing')
    .option('--json', 'print the result as JSON')
    .action((options: NotifyOptions) => notify(options, context));
}

async function notify(options: NotifyOptions, context: CliContext): Promise<void> {
  const defaults = loadNotifyDefaults();
  const contract = loadNotify(contractsDir(context), defaults);
  const environment = options.environment ?? (context.env['GATE10_TARGET'] || 'embedded');
  const ledger = await openExisting({ stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) });
  const courier = openCourier(contract, defaults, context);
  try {
    if (options.test !== undefined) {
      await send(toTest(options.test, { environment, contract }, context), ledger, courier, options, context);
      return;
    }
    if (ledger === undefined) {
      sayNoHistory(context);
      return;
    }
    // Two at once would both find the same news due, and send it twice.
    await lockNotifications(context, contract.retry, async () => {
      const told = { ledger, environment, contract, defaults };
      const notifications = await readNotifications(options, told, context);
      const due = findDue(notifications, contract, await settledOf(ledger, environment));
      await send(due, ledger, courier, options, context);
    });
  } finally {
    courier.close();
    await ledger?.close();
  }
}

async function send(
  due: readonly Delivery[],
  ledger: Ledger | undefined,
  courier: Courier,
  options: NotifyOptions,
  context: CliContext,
): Promise<void> {
  const problems = courier.problemsOf(due);
  if (options.dryRun === true) {
    showPlanned(
      due.filter((each) => courier.problemsOf([each]).length === 0).map((each) => courier.preview(each)),
      options,
      context,
    );
    context.setExitCode(EXIT.proven);
  } else {
    const delivered = await courier.deliver(due, ledger);
    showDelivered(delivered, options, context);
    context.setExitCode(toExitCode(delivered));
  }
  refuse(problems);
}

function toExitCode(delivered: readonly Delivered[]): number {
  return delivered.every(({ outcome }) => outcome === 'delivered') ? EXIT.proven : EXIT.inconclusive;
}

/** A missing secret keeps nobody else from being told, and is wrong input all the same. */
function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InputError(problems);
}

/** That nothing is known is not that nothing happened. */
function sayNoHistory(context: CliContext): void {
  const place = placeOf({ stateDir: stateDir(context), ...ledgerPlace(context) });
  context.stderr(`There is no history in ${place}: nothing is known that could be told.\n`);
  context.setExitCode(EXIT.inconclusive);
}

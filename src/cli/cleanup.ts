/** `gate10 cleanup`: finishes what killed runs left in the system. Safe to call at any time, twice, and twice at once. */
import path from 'node:path';
import { type Command, Option } from 'commander';
import { loadSystem } from '../contract/load-system.ts';
import { missingEnvironment, readContract } from '../contract/read-contract.ts';
import type { YamlDocument } from '../contract/yaml-document.ts';
import { EXIT, type ExitCode, InputError } from '../errors.ts';
import { systemClock } from '../probe/clock.ts';
import { readJournal, removeEntry } from '../probe/journal/journal.ts';
import type { JournalEntry } from '../probe/journal/journal-schema.ts';
import { plainLine } from '../run/plain-text.ts';
import { type CliContext, contractsDir } from './context.ts';
import { withJournalLock } from './journal-lock.ts';
import { journalFolder, journalPlace, stateOf } from './journal-place.ts';
import { type CleanedEntry, runCleanup } from './run-cleanup.ts';

interface CleanupOptions {
  readonly environment?: string;
  readonly olderThan?: string;
  readonly dryRun?: true;
  readonly dismiss?: string;
  readonly json?: true;
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** A run of another machine cannot be looked for here; after this long it is over. */
const ELSEWHERE_MS = UNIT_MS.h;
const LOCK_WAIT_MS = 30_000;
const MAX_LINE = 600;

/** Exit codes: 0 nothing is left · 1 something could not be removed · 2 wrong input · 3 it is not known · 70 own fault. */
export function registerCleanup(program: Command, context: CliContext): void {
  program
    .command('cleanup')
    .description('remove what runs that were killed have left in the system')
    .option('--environment <name>', 'the environment (default: GATE10_TARGET, else "embedded")')
    .option('--older-than <duration>', 'only what has not been touched for so long, such as 30m')
    .option('--dry-run', 'show what would be removed')
    .addOption(
      new Option('--dismiss <entry>', 'forget an entry whose data was removed by hand').conflicts([
        'dryRun',
        'olderThan',
      ]),
    )
    .option('--json', 'print the result as JSON')
    .action((options: CleanupOptions) => cleanup(options, context));
}

interface Found {
  readonly due: readonly JournalEntry[];
  /** Their runs are under way, or may be. */
  readonly spared: readonly JournalEntry[];
  readonly elsewhere: number;
  readonly unreadable: readonly string[];
}

async function cleanup(options: CleanupOptions, context: CliContext): Promise<void> {
  const environment = options.environment ?? (context.env['GATE10_TARGET'] || 'embedded');
  const olderMs = options.olderThan === undefined ? undefined : parseAge(options.olderThan);
  const folder = journalFolder(context);
  if (options.dismiss !== undefined) return dismiss(options.dismiss, folder, context);
  const find = (): Found => findDue(folder, environment, olderMs, context);
  const first = find();
  if (first.due.length + first.spared.length === 0) refuseUnknown(environment, contractsDir(context));
  if (first.due.length === 0 || options.dryRun) return tell(first, [], options, context, environment);
  const clock = systemClock();
  const system = loadSystem({ contractsDir: contractsDir(context), environment, env: context.env });
  const done = await withJournalLock(folder, { clock, waitMs: LOCK_WAIT_MS }, async () => {
    // Another one may have been here while this one waited.
    const found = find();
    const due = found.due.filter((entry) => entry.system === system.contract.system);
    const place = journalPlace(context);
    return { found, cleaned: await runCleanup(due, { system, place, clock, path: context.env['PATH'] }) };
  });
  if (done !== undefined) return tell(done.found, done.cleaned, options, context, environment);
  context.stderr('Another cleanup is under way. Wait for it, then run this again.\n');
  context.setExitCode(EXIT.inconclusive);
}

/** Of an environment that nobody declares, "nothing is left" says nothing. The journal counts without a contract too. */
function refuseUnknown(environment: string, contracts: string): void {
  const document = readableContract(contracts);
  const missing = document && missingEnvironment(document, environment);
  if (missing) throw new InputError([missing]);
}

function readableContract(contracts: string): YamlDocument | undefined {
  try {
    return readContract(contracts).document;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function findDue(folder: string, environment: string, olderMs: number | undefined, { now }: CliContext): Found {
  const { entries, unreadable } = readJournal(folder);
  const here = entries.filter((entry) => entry.environment === environment);
  const isDue = (entry: JournalEntry): boolean => {
    const state = stateOf(entry.owner);
    const needMs = olderMs ?? (state === 'elsewhere' ? ELSEWHERE_MS : 0);
    return state !== 'alive' && now().getTime() - Date.parse(entry.updatedAt) >= needMs;
  };
  const due = here.filter(isDue);
  const spared = here.filter((entry) => !due.includes(entry));
  return { due, spared, elsewhere: entries.length - here.length, unreadable };
}

function tell(
  found: Found,
  cleaned: readonly CleanedEntry[],
  options: CleanupOptions,
  context: CliContext,
  environment: string,
): void {
  const exitCode = toExitCode(found, cleaned, options.dryRun === true);
  context.setExitCode(exitCode);
  if (options.json) {
    const shown = cleaned.map(({ entry, outcome, message }) => ({ id: entry.id, outcome, message }));
    const ids = (entries: readonly JournalEntry[]) => entries.map(({ id }) => id);
    const { due, spared, elsewhere, unreadable } = found;
    const all = { environment, cleaned: shown, due: ids(due), spared: ids(spared), elsewhere, unreadable, exitCode };
    context.stdout(`${JSON.stringify(all)}\n`);
    return;
  }
  const signs = { undone: '✓', failed: '✗', unknown: '?' } as const;
  const lines = [
    ...(options.dryRun ? found.due.map((entry) => `would undo ${entry.id}: ${describe(entry)}`) : []),
    ...cleaned.map(({ entry, outcome, message }) => `${signs[outcome]} ${entry.id} (${describe(entry)}): ${message}`),
    ...found.spared.map(({ id, runId }) => `left alone: ${id}, because run ${runId} is, or may be, under way`),
    ...found.unreadable.map((file) => `? ${file} is no entry of the journal: look at it by hand`),
    ...(found.elsewhere > 0 ? [`${found.elsewhere} entries of other environments: use --environment`] : []),
  ];
  const nothing = `Nothing is left to undo in ${environment}.`;
  for (const line of lines.length === 0 ? [nothing] : lines) context.stdout(`${plainLine(line, MAX_LINE)}\n`);
}

/** "POST /auth/register, DELETE to undo it" in few words. */
function describe({ writes, undo }: JournalEntry): string {
  const made = writes.map(({ request }) => request);
  return `${made.join(', ') || 'no write yet'}; undone by ${undo.join(', ')}`;
}

function toExitCode({ unreadable, due }: Found, cleaned: readonly CleanedEntry[], isDry: boolean): ExitCode {
  if (cleaned.some(({ outcome }) => outcome === 'failed')) return EXIT.failed;
  if (unreadable.length > 0 || cleaned.some(({ outcome }) => outcome === 'unknown')) return EXIT.inconclusive;
  return isDry || cleaned.length === due.length ? EXIT.proven : EXIT.inconclusive;
}

function dismiss(id: string, folder: string, context: CliContext): void {
  const known = readJournal(folder).entries.map((entry) => entry.id);
  if (!known.includes(id)) {
    const what = `the journal has no entry "${plainLine(id, 100)}"`;
    const expected = known.length === 0 ? 'none is open' : `one of ${known.join(', ')}`;
    throw new InputError([{ code: 'cli-dismiss', file: path.relative(context.cwd, folder), what, expected }]);
  }
  removeEntry(folder, id);
  context.stdout(`Dismissed ${id}: gate10 does not look after its data any more.\n`);
  context.setExitCode(EXIT.proven);
}

function parseAge(text: string): number {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  const what = `--older-than "${plainLine(text, 40)}" is not a duration`;
  throw new InputError([{ code: 'cli-older-than', what, expected: '30m, 1h, …' }]);
}

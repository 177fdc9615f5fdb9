/** `gate10 gate`: may this release go on? Every reason, a decision that is kept, and an exit code. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Command } from 'commander';
import { systemName } from '../contract/read-contract.ts';
import { EXIT, InputError } from '../errors.ts';
import { openExisting } from '../ledger/open-existing.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import type { Ledger } from '../ledger/schema.ts';
import { type DecisionPage, drawDecision, drawSignature } from '../page/decision-screen.ts';
import { type Kept, keepDecision } from '../release/gate/keep-decision.ts';
import { replayDecision } from '../release/gate/replay-decision.ts';
import type { GateDecision } from '../release/gate/schema.ts';
import { readTraceParent } from '../release/trace/trace-parent.ts';
import { plainLine } from '../run/plain-text.ts';
import { type CliContext, contractsDir, ledgerPlace, stateDir } from './context.ts';
import { exportTrace } from './export-trace.ts';
import { openSigner, openVerifier } from './gate-signer.ts';
import { ownVersion } from './own-version.ts';
import { type GateQuestion, readGateInputs } from './read-gate-inputs.ts';

interface GateOptions {
  readonly environment?: string;
  readonly manifest: string;
  readonly commit?: string;
  readonly key?: string;
  readonly shadow?: true;
  readonly json?: true;
}

/** Exit codes: 0 open · 1 blocked · 2 wrong input · 3 it cannot be judged · 70 own fault, or the records are not what they were. */
export function registerGate(program: Command, context: CliContext): void {
  const gate = program
    .command('gate')
    .description('decide whether the release of a manifest may go on; every reason is named and kept')
    .option('--environment <name>', 'the environment (default: GATE10_TARGET, else "embedded")')
    .option('--manifest <file>', 'the release manifest', 'release-manifest.json')
    .option('--commit <sha>', 'the commit that has to be the one of the manifest (default: GATE10_EXPECT_SHA)')
    .option('--key <file>', 'sign the summary of the decision with this key: of SSH, or ed25519 in PEM')
    .option('--shadow', 'decide and keep the decision, but block nothing: the exit code is 0')
    .option('--json', 'print the decision as JSON')
    .action((options: GateOptions) => decideNow(options, context));
  gate
    .command('replay')
    .description('make a kept decision again from its kept inputs: the same bytes, offline')
    .argument('<id>', 'the id of the decision')
    .option('--json', 'print the decision as JSON')
    .action((id: string, _: unknown, command: Command) => replay(id, command.optsWithGlobals(), context));
  gate
    .command('list')
    .description('the kept decisions, oldest first')
    .option('--json', 'print them as JSON')
    .action((_: unknown, command: Command) => list(command.optsWithGlobals(), context));
}

type Signing = Awaited<ReturnType<typeof openSigner>>;

async function decideNow(options: GateOptions, context: CliContext): Promise<void> {
  const environment = options.environment ?? (context.env['GATE10_TARGET'] || 'embedded');
  const commit = parseCommit(options.commit ?? (context.env['GATE10_EXPECT_SHA'] || undefined));
  const system = systemName(contractsDir(context)) ?? '';
  const signer = await openSigner(options.key, context);
  const folder = stateDir(context);
  const ledger = await openLedger({ stateDir: folder, now: context.now, ...ledgerPlace(context) });
  const about = { environment, commit, system, signer };
  const kept = await decideAndKeep(about, ledger, options, context).finally(() => ledger.close());
  const { decision, files, trace, signature } = kept;
  const show = (file: string): string => path.relative(context.cwd, path.join(folder, file));
  print(decision, { ...options, files: files.map(show), signature }, context);
  if (signer !== undefined && signature === undefined)
    context.stderr('Nothing was signed: without a manifest there is no summary.\n');
  context.setExitCode(options.shadow ? EXIT.proven : decision.exitCode);
  // what nobody waits for comes last: it changes nothing any more
  await exportTrace(trace.request, show(trace.file), context);
}

async function decideAndKeep(
  { signer, ...about }: Pick<GateQuestion, 'environment' | 'commit' | 'system'> & { readonly signer: Signing },
  ledger: Ledger,
  { manifest, shadow }: GateOptions,
  context: CliContext,
): Promise<Kept> {
  const parent = readTraceParent(context.env['TRACEPARENT']);
  const question = {
    ...about,
    id: `gate-${context.now().toISOString().replace(/\D/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`,
    manifestFile: path.resolve(context.cwd, manifest),
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    parentSpanId: parent?.spanId,
    gate10: ownVersion(),
  };
  const inputs = await readGateInputs(question, ledger, context);
  const { system } = about;
  return keepDecision({ stateDir: stateDir(context), ledger }, inputs, { system, shadow: shadow === true, signer });
}

async function replay(id: string, options: Pick<GateOptions, 'json'>, context: CliContext): Promise<void> {
  await withHistory(context, async (ledger) => {
    const place = { stateDir: stateDir(context), ledger };
    const { decision, signature } = await replayDecision(place, id, () => openVerifier(context));
    print(decision, { ...options, files: [], replayed: true, signature }, context);
    context.setExitCode(decision.exitCode);
  });
}

async function list(options: Pick<GateOptions, 'json'>, context: CliContext): Promise<void> {
  await withHistory(context, async (ledger) => {
    const rows = await ledger.rows({ type: 'gate.decided' });
    const decisions = rows.flatMap(({ event }) => (event.type === 'gate.decided' ? [event] : []));
    if (options.json) context.stdout(`${JSON.stringify(decisions)}\n`);
    else
      for (const { id, environment, release, verdict, shadow, because } of decisions) {
        const about = `${verdict}${shadow ? ' (shadow)' : ''}: ${because[0] ?? ''}`;
        context.stdout(`${plainLine(`${id} ${environment} ${release ?? 'no manifest'} ${about}`, 300)}\n`);
      }
    context.setExitCode(EXIT.proven);
  });
}

async function withHistory(context: CliContext, work: (ledger: Ledger) => Promise<void>): Promise<void> {
  const ledger = await openExisting({ stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) });
  if (ledger === undefined)
    throw new InputError([
      { code: 'no-history', what: 'no decision was ever kept here', fix: 'Ask for one: gate10 gate.' },
    ]);
  try {
    await work(ledger);
  } finally {
    await ledger.close();
  }
}

interface Shown extends Pick<GateOptions, 'json' | 'shadow'>, Pick<DecisionPage, 'files' | 'signature'> {
  readonly replayed?: boolean;
}

function print(decision: GateDecision, { json, shadow, replayed, ...rest }: Shown, context: CliContext): void {
  const page = { ...rest, decision, shadow: shadow === true, replayed: replayed === true };
  if (!json) {
    context.stdout(drawDecision(page, context));
    return;
  }
  context.stdout(`${JSON.stringify(decision, null, 2)}\n`);
  // the decision has no place for it, and it is not to be missed
  if (rest.signature?.outcome === 'unverified') context.stderr(`${drawSignature(rest.signature)}\n`);
}

function parseCommit(text: string | undefined): string | undefined {
  if (text === undefined || /^[0-9a-f]{7,64}$/.test(text)) return text;
  throw new InputError([
    { code: 'cli-commit', what: '--commit is not a commit id', expected: '7 to 64 lower-case hex digits' },
  ]);
}

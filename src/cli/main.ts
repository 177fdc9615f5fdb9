/** The `gate10` command: what each command says becomes an exit code here, and nowhere else. */
import '../contract/validate-once.ts';
import { Command, CommanderError } from 'commander';
import { EXIT, formatProblem, InputError, OwnFaultError } from '../errors.ts';
import { plainLine, plainLines } from '../run/plain-text.ts';
import { watchOptions } from './check-options.ts';
import type { CliContext } from './context.ts';
import { ownVersion } from './own-version.ts';

type Register = (program: Command, context: CliContext) => void;

/** One file per command, loaded when it is asked for: `gate10 check` has to start fast. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  check: async () => (await import('./check.ts')).registerCheck,
  verify: async () => (await import('./verify.ts')).registerVerify,
  cleanup: async () => (await import('./cleanup.ts')).registerCleanup,
  rollback: async () => (await import('./rollback.ts')).registerRollback,
  rehearse: async () => (await import('./rehearse.ts')).registerRehearse,
  scorecard: async () => (await import('./scorecard.ts')).registerScorecard,
  history: async () => (await import('./history.ts')).registerHistory,
  dora: async () => (await import('./dora.ts')).registerDora,
  slo: async () => (await import('./slo.ts')).registerSlo,
  performance: async () => (await import('./performance.ts')).registerPerformance,
  pyramid: async () => (await import('./pyramid.ts')).registerPyramid,
  flake: async () => (await import('./flake.ts')).registerFlake,
  coverage: async () => (await import('./coverage.ts')).registerCoverage,
  secrets: async () => (await import('./secrets.ts')).registerSecrets,
  vulnerabilities: async () => (await import('./vulnerabilities.ts')).registerVulnerabilities,
  import: async () => (await import('./import.ts')).registerImport,
  record: async () => (await import('./record.ts')).registerRecord,
  manifest: async () => (await import('./manifest.ts')).registerManifest,
  complete: async () => (await import('./complete.ts')).registerComplete,
  gates: async () => (await import('./gates.ts')).registerGates,
  hooks: async () => (await import('./hooks.ts')).registerHooks,
  gate: async () => (await import('./gate.ts')).registerGate,
  notify: async () => (await import('./notify.ts')).registerNotify,
  incident: async () => (await import('./incident.ts')).registerIncident,
  contract: async () => (await import('./contract.ts')).registerContract,
  approve: async () => (await import('./approve.ts')).registerApprove,
  waive: async () => (await import('./waive.ts')).registerWaive,
  'sign-off': async () => (await import('./sign-off.ts')).registerSignOff,
};

const MAX_LINE = 10_000;

/** Other names of a command, as it registers them itself. */
const ALIASES: Readonly<Record<string, string>> = { status: 'sign-off', handoff: 'complete' };

/** Runs one command. Never throws: wrong input → 2 with every problem, own fault → 70, without a stack trace. */
export async function runCli(args: readonly string[], context: CliContext): Promise<void> {
  try {
    const program = await createProgram(args, context);
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    context.setExitCode(report(error, context));
  }
}

/** Every command, or the one that is asked for. */
export async function createProgram(args: readonly string[], context: CliContext): Promise<Command> {
  // What a person or a pipeline gave comes back in messages; it moves no cursor and says nothing to CI.
  const output = { writeOut: context.stdout, writeErr: (text: string) => context.stderr(plainLines(text)) };
  const program = new Command('gate10')
    .description('Proves that a deployed system works for its users.')
    .version(ownVersion())
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput(output);
  const asked = args.find((arg) => !arg.startsWith('-'));
  const only = asked === undefined ? undefined : ownValue(COMMANDS, ownValue(ALIASES, asked) ?? asked);
  for (const load of only === undefined ? Object.values(COMMANDS) : [only]) (await load())(program, context);
  const commands = [program, ...allCommands(program)];
  for (const command of commands) command.exitOverride().showSuggestionAfterError(true).configureOutput(output);
  const check = watchOptions(commands, context);
  return program.hook('preAction', (_, command) => check(command as Command));
}

/** `gate10 constructor` names no command. */
function ownValue<T>(of: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

function allCommands(program: Command): Command[] {
  return program.commands.flatMap((command) => [command as Command, ...allCommands(command as Command)]);
}

function report(error: unknown, context: CliContext): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.proven : EXIT.wrongInput;
  if (error instanceof InputError) {
    for (const problem of error.problems) context.stderr(`${plainLine(formatProblem(problem), MAX_LINE)}\n`);
    return EXIT.wrongInput;
  }
  if (error instanceof OwnFaultError) {
    context.stderr(`${plainLines(error.message)}\n`);
    return EXIT.ownFault;
  }
  const message = error instanceof Error ? error.message : String(error);
  context.stderr(
    `gate10 failed unexpectedly: ${plainLines(message)}\nThis is a bug of gate10. Please report it with this message.\n`,
  );
  return EXIT.ownFault;
}

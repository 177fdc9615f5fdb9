/** `gate10 gates`: the gates of one mode of a pipeline. `gate10 hooks install`: the same, asked by git. */
import path from 'node:path';
import type { Command } from 'commander';
import { loadDefaults } from '../contract/defaults.ts';
import { durationSchema } from '../contract/duration.ts';
import { GATE_MODES, type GateMode } from '../contract/gates-schema.ts';
import { loadGates } from '../contract/load-gates.ts';
import { createRedactor } from '../contract/redact.ts';
import { InputError } from '../errors.ts';
import { ensureFolder, writeDurably } from '../ledger/durable-file.ts';
import { SHOWN_VERDICT } from '../page/shown-verdict.ts';
import { runProcess } from '../probe/run-process.ts';
import { type GateResult, runGates } from '../release/pipeline/run-gates.ts';
import { plainLine } from '../run/plain-text.ts';
import { VERDICT_EXIT_CODES } from '../verdict/exit-codes.ts';
import { worstVerdict } from '../verdict/worst.ts';
import { type CliContext, contractsDir, stateDir } from './context.ts';
import { declaredSecrets } from './declared-secrets.ts';

interface GatesOptions {
  readonly mode: string;
  readonly environment?: string;
  readonly json?: true;
}

const MAX_LINE = 1000;

/** Exit codes: 0 all passed · 1 one failed · 2 wrong input · 3 one could not be decided, or there is none · 70 own fault. */
export function registerGates(program: Command, context: CliContext): void {
  program
    .command('gates')
    .description(
      'run the gates of a mode: secrets, critical features, connectivity, smoke, and those of contracts/gates.yaml',
    )
    .requiredOption(
      '--mode <mode>',
      `${GATE_MODES.join(', ')}: before a commit, before a push, in CI, after a deployment`,
    )
    .option('--environment <name>', 'the environment (default: GATE10_TARGET, else "embedded")')
    .option('--json', 'print the results as JSON')
    .action((options: GatesOptions) => gates(options, context));
}

async function gates(options: GatesOptions, context: CliContext): Promise<void> {
  const mode = parseMode(options.mode);
  const environment = options.environment ?? (context.env['GATE10_TARGET'] || 'embedded');
  const contract = loadGates(contractsDir(context));
  const folder = path.join(stateDir(context), 'gates');
  const redact = createRedactor(declaredSecrets(context));
  const results = await runGates({
    ...{ mode, contract, environment, projectDir: context.cwd, env: context.env, run: runProcess },
    gate10: {
      argv: [process.execPath, path.resolve(import.meta.dirname, '../../bin/gate10.js')],
      timeoutMs: durationSchema.parse(loadDefaults().commands['gates.timeout']),
    },
    onResult: (result) => keep(folder, result, redact, options, context),
  });
  const verdict = worstVerdict(results.map((result) => result.verdict)) ?? 'inconclusive';
  if (options.json) {
    const shown = results.map(({ name, verdict: word, because }) => ({
      name,
      verdict: word,
      because: redact(because),
    }));
    context.stdout(`${JSON.stringify({ mode, environment, verdict, gates: shown })}\n`);
  } else if (results.length === 0) context.stdout(`INCONCLUSIVE: no gate is meant for the mode ${mode}.\n`);
  context.setExitCode(VERDICT_EXIT_CODES[verdict]);
}

/** What a program said is kept whole, without its secrets. */
function keep(
  folder: string,
  { name, verdict, because, output }: GateResult,
  redact: (text: string) => string,
  { json }: GatesOptions,
  context: CliContext,
): void {
  let kept = '';
  if (output !== undefined) {
    ensureFolder(folder);
    writeDurably(path.join(folder, `${name}.log`), redact(output));
    kept = verdict === 'passed' ? '' : ` (${path.relative(context.cwd, path.join(folder, `${name}.log`))})`;
  }
  if (!json)
    context.stdout(`${SHOWN_VERDICT[verdict].padEnd(12)} ${name}: ${plainLine(redact(because), MAX_LINE)}${kept}\n`);
}

function parseMode(text: string): GateMode {
  const mode = GATE_MODES.find((each) => each === text);
  if (mode !== undefined) return mode;
  const what = `--mode "${plainLine(text, 40)}" is not known`;
  throw new InputError([{ code: 'cli-mode', what, expected: GATE_MODES.join(', ') }]);
}

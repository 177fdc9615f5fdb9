/** `gate10 slo rules`: the objectives as Prometheus rules, with promtool's unit tests beside them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { EXIT, InputError } from '../errors.ts';
import { toRuleFiles } from '../record/slo/rule-files.ts';
import { readSloStandard } from '../record/slo/slo-standard.ts';
import { plainLine } from '../run/plain-text.ts';
import { type CliContext, contractsDir } from './context.ts';
import { requireObjectives } from './require-objectives.ts';
import { writeNamed } from './write-named.ts';

interface RulesOptions {
  readonly out?: string;
  readonly check?: true;
}

/** Exit codes: 0 written, or as they have to be · 1 they are not (--check) · 2 wrong input. */
export function registerSloRules(slo: Command, context: CliContext): void {
  slo
    .command('rules')
    .description('write Prometheus alert rules (multi-window, multi-burn-rate), and tests of them for promtool')
    .option('--out <file>', 'the rule file (default: monitoring/slo-rules.yaml in the contracts folder)')
    .option('--check', 'write nothing; fail where the files are not what would be written')
    .action((options: RulesOptions) => writeRules(options, context));
}

function writeRules(options: RulesOptions, context: CliContext): void {
  const standard = readSloStandard();
  const { objectives } = requireObjectives(context, standard);
  const file =
    options.out === undefined
      ? path.join(contractsDir(context), 'monitoring/slo-rules.yaml')
      : path.resolve(context.cwd, options.out);
  const { rules, tests, leftOut, count } = toRuleFiles(objectives, standard, path.basename(file));
  for (const one of leftOut) context.stderr(`${plainLine(one, 400)}\n`);
  if (count === 0) {
    const what = 'no objective has alert rules: no Prometheus counts one';
    throw new InputError([{ code: 'rules', what, fix: 'Add an SLO whose metricSource has "type: prometheus".' }]);
  }
  const files = [
    [file, rules],
    [testFileOf(file), tests],
  ] as const;
  if (options.check) {
    checkFiles(files, context);
    return;
  }
  for (const [name, text] of files) writeNamed(name, text, '--out', path.relative(context.cwd, name));
  const shown = files.map(([name]) => path.relative(context.cwd, name) || name);
  context.stdout(`Rules of ${count} objectives: ${shown.join(', and their tests: ')}\n`);
  context.setExitCode(EXIT.proven);
}

function checkFiles(files: readonly (readonly [name: string, text: string])[], context: CliContext): void {
  const stale = files.filter(([name, text]) => !existsSync(name) || readFileSync(name, 'utf8') !== text);
  for (const [name] of stale)
    context.stderr(`${path.relative(context.cwd, name)} is not what the objectives say. Run: gate10 slo rules\n`);
  if (stale.length === 0) context.stdout('The alert rules are what the objectives say.\n');
  context.setExitCode(stale.length === 0 ? EXIT.proven : EXIT.failed);
}

/** `slo-rules.yaml` → `slo-rules.test.yaml`, in the same folder. */
function testFileOf(file: string): string {
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name}.test${ext || '.yaml'}`);
}

/** `gate10 contract`: what can be said of API contracts before anything is deployed. Each part is loaded when it is asked for. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** Exit codes: 0 passed or warned · 1 findings · 2 wrong input · 3 cannot be judged · 70 own fault. */
export function registerContract(program: Command, context: CliContext): void {
  const contract = program.command('contract').description('the API contracts: rules, types, compatibility, coverage');
  contract
    .command('lint')
    .argument('[files...]', 'OpenAPI documents (default: those of the services in system.yaml)')
    .description('hold API contracts against the rules of .spectral.yml, else those of gate10')
    .option('--ruleset <file>', 'another ruleset')
    .option(
      '--baseline <file>',
      'known findings (default: lint-baseline.yaml in the contracts folder, if there is one)',
    )
    .option('--write-baseline <expires>', 'write what is found into the baseline, until this day; needs --owner')
    .option('--owner <name>', 'who mends what is written into the baseline')
    .option('--fail-on <severity>', 'what blocks: error, warning, information or hint', 'error')
    .option('--time-limit <seconds>', 'give up after this long', '60')
    .option('--sarif <file>', 'write the findings as SARIF 2.1.0')
    .option('--json', 'print the findings as JSON')
    .action(async (files, options) => (await import('./contract-lint.ts')).lintContracts(files, options, context));
  contract
    .command('diff')
    .argument('<old>', 'what clients have now: a file, <ref>:<path>, or a git ref')
    .argument('<new>', 'what they would get: the same')
    .description('find what breaks clients; blocks unless the major version moves or a waiver covers it')
    .option('--json', 'print the changes as JSON')
    .action(async (old, next, options) =>
      (await import('./contract-diff.ts')).diffContracts(old, next, options, context),
    );
  contract
    .command('coverage')
    .argument('<traffic...>', 'observed traffic: NDJSON files, or folders of them')
    .description('which operations, statuses and optional fields of the contract were seen at work')
    .option('--contract <file>', 'the OpenAPI document (default: those of the services in system.yaml)')
    .option('--json', 'print the coverage as JSON')
    .action(async (places, options) =>
      (await import('./contract-coverage.ts')).coverContract(places, options, context),
    );
  contract
    .command('types')
    .argument('[files...]', 'OpenAPI documents (default: those of the services in system.yaml)')
    .description('generate the TypeScript types of API contracts')
    .option('--output <file>', 'default: generated/<name>.d.ts in the contracts folder')
    .option('--check', 'write nothing; fail where a file is not what would be written')
    .option('--time-limit <seconds>', 'give up after this long', '60')
    .action(async (files, options) => (await import('./contract-types.ts')).writeTypes(files, options, context));
}

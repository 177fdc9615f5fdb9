import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { createControl, defaultStateDir, readRunningSystem, type SystemControl } from './attach.ts';
import { toExploreText } from './orchestrator/explore.ts';
import { parseFaults } from './orchestrator/faults.ts';
import { type SystemState, statePath } from './orchestrator/state.ts';
import { startSystem } from './orchestrator/system.ts';

const projectDir = resolve(import.meta.dirname, '..');

async function up(stateDir: string, explore: boolean): Promise<void> {
  const begunMs = performance.now();
  const progress = (line: string): void => {
    process.stderr.write(`${((performance.now() - begunMs) / 1000).toFixed(1).padStart(5)} s  ${line}\n`);
  };
  const system = await startSystem({
    stateDir,
    projectDir,
    databaseUrl: process.env['DATABASE_URL'],
    now: () => new Date(),
    pid: process.pid,
    isRoot: process.getuid?.() === 0,
    progress,
  });
  if (system.kind === 'started') {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void system.stop());
    void system.stopped.then(() => process.exit(0));
  }
  progress(system.kind === 'started' ? 'ready' : `already running as process ${system.state().pid}`);
  announce(stateDir, system.state(), explore);
}

function announce(stateDir: string, state: SystemState, explore: boolean): void {
  if (explore) process.stderr.write(toExploreText(state));
  process.stdout.write(`gate10 reference system ready state=${statePath(stateDir)} nonce=${state.nonce}\n`);
}

async function tell(stateDir: string, action: (control: SystemControl) => Promise<unknown>): Promise<void> {
  const running = readRunningSystem(stateDir);
  if (running === undefined) throw new Error(`No system runs with ${stateDir}. Start one with "npm run reference".`);
  const answer = await action(createControl(running));
  if (answer === undefined) return;
  // The token opens the control API: it stays in the state file, which only its owner can read.
  process.stdout.write(`${JSON.stringify(answer, (key, value) => (key === 'controlToken' ? undefined : value), 2)}\n`);
}

const program = new Command('reference-system').description('The embedded system under test.');
program.option('--state <dir>', 'state folder', defaultStateDir(process.env));
const stateDir = (): string => resolve(program.opts<{ state: string }>().state);
program
  .command('up')
  .description('start it and stay in the foreground')
  .option('--explore', 'print its addresses for a person')
  .action((options: { explore?: boolean }) => up(stateDir(), options.explore === true));
program
  .command('deploy <release>')
  .description('deploy A, B, a tag or a commit')
  .addOption(new Option('--replica <number>', 'only to this replica').choices(['1', '2']))
  .action((release: string, options: { replica?: string }) => {
    const replicas =
      options.replica === undefined ? undefined : [options.replica === '1' ? (1 as const) : (2 as const)];
    return tell(stateDir(), (control) => control.deploy(release, replicas));
  });
program
  .command('rollback')
  .description('deploy the release that was in service before')
  .action(() => tell(stateDir(), (control) => control.rollback()));
program
  .command('fault <json>')
  .description('set faults: an object or an array of them')
  .action((json: string) => {
    const value: unknown = JSON.parse(json);
    return tell(stateDir(), (control) => control.setFaults(parseFaults(Array.isArray(value) ? value : [value])));
  });
program
  .command('faults-clear')
  .description('heal everything')
  .action(() => tell(stateDir(), (control) => control.clearFaults()));
program
  .command('status')
  .description('print what runs')
  .action(() => tell(stateDir(), (control) => control.state()));
program
  .command('stop')
  .description('stop it')
  .action(() => tell(stateDir(), (control) => control.stop()));

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});

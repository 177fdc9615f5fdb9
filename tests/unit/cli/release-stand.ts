/** A project with two releases of which the older was proven, people who approve, and a gate that has everything it asks for. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../../src/cli/main.ts';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import type { LedgerEvent } from '../../../src/ledger/schema.ts';
import { sealRun } from '../../../src/record/seal.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { temporaryFolder } from '../ledger/sample-events.ts';
import { PEOPLE, SIGNERS } from '../release/sign-off-stand.ts';
import { productionRecord } from './production-record.ts';
import type { Ran } from './run-command.ts';

export interface ReleaseStand {
  readonly folder: string;
  readonly before: string;
  readonly commit: string;
  write(file: string, text: string): void;
  git(...args: string[]): string;
  gate10(...args: string[]): Promise<Ran>;
  /** with these variables besides PATH */
  gate10With(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ran>;
  seal(commit: string, isHealthy: boolean): Promise<void>;
  append(event: LedgerEvent, key: string): Promise<void>;
}

export const STAND_POLICY = {
  schema: 'gate10/policy/v1',
  release: { approvals: { roles: { engineering: { members: ['bob@example.com', 'alice@example.com'] } } } },
};
export const RELEASE = {
  schema: 'gate10/release/v1',
  artifacts: ['dist/**', { path: 'package.json', purl: 'pkg:npm/careers@1.4.0' }],
  configuration: ['package.json'],
  migrations: {
    folder: 'migrations',
    files: { '0002_skills.sql': { reversible: true, compatible: true, because: 'it adds a table, nothing else' } },
  },
  rollback: { automatic: true },
};
const variables = (...names: string[]) => ({ required: Object.fromEntries(names.map((name) => [name, {}])) });
const SYSTEM = { schema: 'gate10/system/v1', system: 'mosaic', environments: { embedded: {} } };

export async function releaseStand(): Promise<ReleaseStand> {
  const folder = temporaryFolder();
  const who = ['-c', 'user.name=Alice', '-c', 'user.email=alice@example.com', '-c', 'commit.gpgsign=false'];
  const git = (...args: string[]): string =>
    execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  git('init', '--quiet', '--initial-branch=main');
  write('.gitignore', '.gate10\ndist\nkeys\nrelease-manifest.json\nsign-off\n');
  write('contracts/system.yaml', JSON.stringify({ ...SYSTEM, variables: variables('OLD_KEY', 'DATABASE_URL') }));
  write('contracts/policy.yaml', JSON.stringify(STAND_POLICY));
  write('contracts/release.yaml', JSON.stringify(RELEASE));
  write('contracts/allowed_signers', SIGNERS);
  write('migrations/0001_users.sql', 'CREATE TABLE users ();\n');
  write('package.json', '{"version":"1.3.0"}\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'feat: before');
  const before = git('rev-parse', 'HEAD');
  write('contracts/system.yaml', JSON.stringify({ ...SYSTEM, variables: variables('DATABASE_URL', 'NEW_KEY') }));
  write('migrations/0002_skills.sql', 'CREATE TABLE skills ();\n');
  write('package.json', '{"version":"1.4.0"}\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'feat: now\n\nCo-authored-by: Dora <dora@example.com>');
  const commit = git('rev-parse', 'HEAD');
  write('dist/app.js', 'app\n');
  write('dist/deep/style.css', 'style\n');
  write('keys/bob.pem', PEOPLE.bob.key.export({ type: 'pkcs8', format: 'pem' }) as string);
  write('keys/alice.pem', PEOPLE.alice.key.export({ type: 'pkcs8', format: 'pem' }) as string);
  const stateDir = path.join(folder, '.gate10');
  const withLedger = async (work: (ledger: Awaited<ReturnType<typeof openLedger>>) => Promise<unknown>) => {
    const ledger = await openLedger({ stateDir, now: () => new Date() });
    try {
      await work(ledger);
    } finally {
      await ledger.close();
    }
  };
  const stand: ReleaseStand = {
    ...{ folder, before, commit, write, git },
    gate10: (...args) => run(folder, args, {}),
    gate10With: (env, ...args) => run(folder, args, env),
    seal: (of, isHealthy) => {
      const record = productionRecord(of, isHealthy);
      return withLedger((ledger) =>
        sealRun({ stateDir, ledger, record, verdict: judge(record), now: () => new Date() }),
      );
    },
    append: (event, key) => withLedger((ledger) => ledger.append(event, key)),
  };
  await stand.seal(before, true);
  await stand.seal(commit, true);
  await stand.append(rehearsal(commit, before), 'rehearsal-1');
  return stand;
}

function rehearsal(from: string, to: string): LedgerEvent {
  return {
    type: 'rehearsal.recorded',
    rehearsalId: 'rehearsal-1',
    ...{ system: 'mosaic', environment: 'staging', from, to, driver: 'command', outcome: 'passed' },
    because: 'there and back',
    at: new Date().toISOString(),
    durations: { thereMs: 4000, backMs: 5000 },
  };
}

async function run(cwd: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  let code = 0;
  await runCli(args, {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    now: () => new Date(),
    stdout: (text) => {
      said.stdout += text;
    },
    stderr: (text) => {
      said.stderr += text;
    },
    colour: false,
    columns: 100,
    setExitCode: (given) => {
      code = given;
    },
  });
  return { code, ...said, folder: cwd };
}

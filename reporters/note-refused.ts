/** A run that is refused while its configuration is read leaves that in the history, as one that the engine refuses does. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { contractsDir } from '../src/cli/context.ts';
import { systemName } from '../src/contract/read-contract.ts';
import type { Problem } from '../src/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

const DEADLINE_MS = 10_000;

/** Returns what else is to be told: a history that could not be written to. Never throws. */
export function noteRefused(problems: readonly Problem[], stateDir: string, env: Env): readonly Problem[] {
  const attempt = randomBytes(12).toString('hex');
  const refusal = {
    runId: env['GATE10_RUN_ID'] || `refused-${attempt.slice(0, 8)}`,
    attempt,
    environment: env['GATE10_TARGET'] || 'embedded',
    system: systemName(contractsDir({ cwd: process.cwd(), env })),
    commit: env['GATE10_EXPECT_SHA'] || undefined,
    problems,
  };
  // Configurations are read often and are seldom wrong: the ledger is loaded for a wrong one only, in a process of its own,
  // because a configuration is read in one breath and the runner's loader takes no module that way.
  const script = fileURLToPath(new URL('../src/cli/note-refusal.ts', import.meta.url));
  const noted = spawnSync(process.execPath, [script, stateDir], {
    input: JSON.stringify(refusal),
    encoding: 'utf8',
    timeout: DEADLINE_MS,
  });
  if (noted.status === 0) return [];
  return [{ code: 'not-noted', what: noted.error?.message ?? (noted.stderr || 'the history could not be written to') }];
}

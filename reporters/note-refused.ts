/** A run that is refused while its configuration is read leaves that in the history, as one that the engine refuses does. */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { contractsDir, externalCheckpoint } from '../src/cli/context.ts';
import { systemName } from '../src/contract/read-contract.ts';
import type { Problem } from '../src/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Returns what else is to be told: a history that could not be written to. Never throws. */
export function noteRefused(problems: readonly Problem[], stateDir: string, env: Env): readonly Problem[] {
  const context = { cwd: process.cwd(), env };
  const attempt = randomBytes(12).toString('hex');
  try {
    // Configurations are read often and are seldom wrong: the ledger is loaded for a wrong one only.
    const { noteRefusal } = createRequire(import.meta.url)(
      '../src/record/note-refusal.ts',
    ) as typeof import('../src/record/note-refusal.ts');
    noteRefusal(
      { stateDir, now: () => new Date(), ...externalCheckpoint(context) },
      {
        runId: env['GATE10_RUN_ID'] || `refused-${attempt.slice(0, 8)}`,
        attempt,
        environment: env['GATE10_TARGET'] || 'embedded',
        system: systemName(contractsDir(context)),
        commit: env['GATE10_EXPECT_SHA'] || undefined,
        problems,
      },
    );
    return [];
  } catch (error) {
    return [{ code: 'not-noted', what: error instanceof Error ? error.message : String(error) }];
  }
}

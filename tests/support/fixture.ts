/** `test` with what every spec of the suite needs: the run that it belongs to, and the system as the engine sees it. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { type Browser, test as base } from '@playwright/test';
import type { ResolvedSystem } from '../../src/contract/schema.ts';
import { OwnFaultError } from '../../src/errors.ts';
import type { Clock } from '../../src/probe/clock.ts';
import type { Tools } from '../../src/probe/tools.ts';
import { ANNOUNCED_WITHIN_MS } from '../../src/run/run-order.ts';
import { awaitRunFiles, type RunFiles } from './run-files.ts';

export interface Observatory extends Tools {
  readonly system: ResolvedSystem;
  readonly clock: Clock;
  readonly nonce: string;
}

/** Who looks at pages: one browser for all that a worker looks at, started when it is first needed. */
export interface Visitor {
  /** Rejects where it does not start: every time with the same reason. */
  readonly browser: () => Promise<Browser>;
}

interface WorkerFixtures {
  /** the plan, the context and the outer time limits */
  readonly run: RunFiles;
  /** system, client, resolver, git; opened for the specs that observe something themselves */
  readonly observatory: Observatory;
  readonly visitor: Visitor;
}

export const test = base.extend<object, WorkerFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names from the pattern
  run: [async ({}, use) => use(await awaitRunFiles()), { scope: 'worker', timeout: 2 * ANNOUNCED_WITHIN_MS }],
  observatory: [
    async ({ run }, use) => {
      const observatory = await openObservatory(run.plan.contractDigest, process.env);
      await use(observatory);
      observatory.client.close();
    },
    { scope: 'worker' },
  ],
  visitor: [
    async ({ observatory, playwright, browserName }, use) => {
      let started: Promise<Browser> | undefined;
      const start = async (): Promise<Browser> => {
        const { launchBrowser } = await import('./launch-browser.ts');
        return launchBrowser(playwright[browserName], observatory);
      };
      await use({
        browser() {
          started ??= start();
          return started;
        },
      });
      const browser = await started?.catch(() => undefined);
      await browser?.close();
    },
    { scope: 'worker' },
  ],
  // Playwright's own context and page are of this browser, with the settings of their project.
  browser: [async ({ visitor }, use) => use(await visitor.browser()), { scope: 'worker' }],
});

/**
 * A contract that was edited during the run is not the one that is being proven. The reader is loaded late: most specs
 * show what the engine saw and need none of it.
 */
async function openObservatory(digest: string, env: NodeJS.ProcessEnv): Promise<Observatory> {
  const [{ loadSystem }, { systemClock }, { createTools }] = await Promise.all([
    import('../../src/contract/load-system.ts'),
    import('../../src/probe/clock.ts'),
    import('../../src/probe/tools.ts'),
  ]);
  const contractsDir = path.resolve(env['GATE10_CONTRACTS'] || 'contracts');
  const system = loadSystem({ contractsDir, environment: env['GATE10_TARGET'] || 'embedded', env });
  if (system.digest !== digest)
    throw new OwnFaultError('Failed to go on: the contract changed after the run began. Start the run again.');
  const clock = systemClock();
  const nonce = randomBytes(12).toString('hex');
  return { system, clock, nonce, ...createTools(system, { clock, nonce, path: env['PATH'] }) };
}

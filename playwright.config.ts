/**
 * `npx playwright test --project=production` proves a deployed system. No GATE10_TARGET: the embedded system, which is
 * started here unless it is up already. GATE10_TARGET=<environment of contracts/system.yaml>: that one, nothing is started.
 */
import { defaultStateDir, readRunningSystem } from './reference-system/attach.ts';
import { defineGate10Config } from './src/index.ts';

const embedded = (process.env['GATE10_TARGET'] || 'embedded') === 'embedded';
const isUp = embedded && readRunningSystem(defaultStateDir(process.env)) !== undefined;

export default defineGate10Config(
  embedded && !isUp
    ? {
        webServer: {
          command: 'node reference-system/main.ts up',
          name: 'reference',
          // one line, when everything answers; the group becomes REFERENCE_STATE_FILE
          wait: { stdout: /gate10 reference system ready state=(?<reference_state_file>\S+)/ },
          timeout: 120_000,
          gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
        },
      }
    : {},
);

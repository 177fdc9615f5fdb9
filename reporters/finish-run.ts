/** The end of a run: record → verdict → reports → seal → screen. */
import path from 'node:path';
import { contractsDir, ledgerPlace } from '../src/cli/context.ts';
import { countLeft } from '../src/cli/journal-place.ts';
import { createRedactor, notRedactable, redactJson } from '../src/contract/redact.ts';
import { EXIT, type ExitCode, OwnFaultError } from '../src/errors.ts';
import { ensureFolder, writeDurably } from '../src/ledger/durable-file.ts';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { drawScreen } from '../src/page/screen.ts';
import { createStreamGit } from '../src/record/dora/stream-git.ts';
import { sealRun } from '../src/record/seal.ts';
import { buildRecord } from '../src/run/build-record.ts';
import type { CollectedRun } from '../src/run/collected.ts';
import { toCtrf } from '../src/run/ctrf.ts';
import { toJUnit } from '../src/run/junit.ts';
import { plainLine } from '../src/run/plain-text.ts';
import { type RunRecord, runRecordSchema } from '../src/run/schema.ts';
import { judge } from '../src/verdict/judge.ts';
import { announceMerge } from './announce-merge.ts';
import { type AnnouncedRun, processState } from './process-state.ts';

/** Of each question: the lead times of a run that is sealed already are not worth a longer wait. */
const GIT_TIMEOUT_MS = 10_000;

export interface FinishOptions {
  readonly stateDir: string;
  readonly screen: boolean;
  readonly blobConfigured: boolean;
  readonly now: () => Date;
}

/**
 * The verdict's exit code, once it is sealed; undefined for a shard that leaves the judging to the merge.
 * Throws OwnFaultError when the record cannot be made durable.
 */
export async function finishRun(run: CollectedRun, options: FinishOptions): Promise<ExitCode | undefined> {
  const announced = run.mode === 'merge' ? await announceMerge(run, options) : processState().run;
  if (announced === undefined) return reportUnannounced(run);
  if (run.shard && run.shard.total > 1 && run.mode === 'test' && options.blobConfigured) {
    process.stdout.write(
      `gate10: shard ${run.shard.current} of ${run.shard.total}: merge the shards' blob reports to judge\n`,
    );
    return undefined;
  }
  const record = toRecord(run, announced, options);
  const verdict = judge(record);
  ensureFolder(announced.runDir);
  const reports = [path.join(announced.runDir, 'ctrf.json'), path.join(announced.runDir, 'junit.xml')] as const;
  writeDurably(reports[0], `${JSON.stringify(toCtrf(record), null, 2)}\n`);
  writeDurably(reports[1], toJUnit(record));
  const ledger = await openLedger({
    stateDir: announced.stateDir,
    now: options.now,
    ...ledgerPlace({ cwd: process.cwd(), env: process.env }),
  });
  try {
    const { files } = await sealRun({
      ...{ stateDir: announced.stateDir, ledger, record, verdict, now: options.now },
      ...{ contractsDir: contractsDir({ cwd: process.cwd(), env: process.env }), projectDir: process.cwd() },
      git: createStreamGit(process.cwd(), process.env['PATH'], GIT_TIMEOUT_MS),
    });
    if (options.screen) {
      const shown = [...files, ...reports].map((file) =>
        path.relative(process.cwd(), path.resolve(announced.stateDir, file)),
      );
      process.stdout.write(
        drawScreen({
          record,
          verdict,
          files: shown,
          tooShort: notRedactable(announced.secrets),
          leftBehind: countLeft(path.join(announced.stateDir, 'journal'), record),
          ...terminal(),
        }),
      );
    }
  } finally {
    await ledger.close();
  }
  return verdict.exitCode;
}

function toRecord(run: CollectedRun, announced: AnnouncedRun, options: FinishOptions): RunRecord {
  const redact = createRedactor(announced.secrets);
  const record = buildRecord({
    run,
    plan: announced.plan,
    context: announced.context,
    runId: announced.runId,
    endedAt: options.now().toISOString(),
    node: process.versions.node,
    argv: process.argv.slice(2).map((arg) => plainLine(arg)),
    blobConfigured: options.blobConfigured,
    findings: processState().findings,
  });
  return runRecordSchema.parse(redactJson(record, redact));
}

/** The run ended before anything was announced: set-up said why, or the runner did. */
function reportUnannounced(run: CollectedRun): ExitCode {
  const { guard } = processState();
  if (guard.forced !== undefined) return guard.forced;
  if (run.mode === 'merge')
    throw new OwnFaultError(
      'Failed to merge: no report carries evidence with a plan; merge the blob reports of all shards.',
    );
  if (run.status === 'interrupted') return EXIT.inconclusive;
  const [first] = run.errors;
  throw new OwnFaultError(`The run could not begin: ${plainLine(first?.message ?? 'no global set-up announced it')}`);
}

function terminal(): { colour: boolean; columns: number } {
  const { env, stdout } = process;
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  return {
    colour: env['NO_COLOR'] ? false : forced || stdout.isTTY === true,
    columns: stdout.columns ?? 80,
  };
}

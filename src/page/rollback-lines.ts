/** The report of a rollback as a person reads it. */
import type { RollbackReport } from '../response/rollback/schema.ts';
import { plainLine } from '../run/plain-text.ts';

const TITLES: Readonly<Record<RollbackReport['outcome'], string>> = {
  restored: 'RESTORED',
  failed: 'ROLLBACK FAILED',
  refused: 'REFUSED',
  frozen: 'FROZEN',
  'nothing-due': 'NOTHING DUE',
  'would-roll-back': 'A ROLLBACK IS DUE',
};

export function drawRollback(report: RollbackReport): string[] {
  const { outcome, reason, because, failed, target, durations, rollbackId } = report;
  const lines = [
    `${TITLES[outcome]} (${reason}): ${because}`,
    failed && `failed: ${failed.commit} (run ${failed.runId})`,
    target && `target: ${target.commit} (run ${target.runId})`,
    durations && `time: ${drawDurations(durations)}${report.isSlow ? ' (slower than rollback.restoreWithin)' : ''}`,
    report.resumed && 'taken over from a process that was gone',
    outcome === 'frozen' && 'What is deployed stays. Declare "rollback.compatible", or fix forward.',
    rollbackId && `record: rollbacks/${rollbackId}.json`,
  ];
  return lines.filter((line) => typeof line === 'string').map((line) => plainLine(line, 2000));
}

function drawDurations({ driveMs, serveMs, totalMs }: NonNullable<RollbackReport['durations']>): string {
  const parts = [
    driveMs !== undefined && `driver ${seconds(driveMs)}`,
    serveMs !== undefined && `served after ${seconds(serveMs)}`,
    `over after ${seconds(totalMs)}`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

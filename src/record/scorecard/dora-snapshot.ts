/** DORA's metrics as `dora_metrics.json` has them at this moment. They are shown, never judged. */
import { z } from 'zod';
import { plainLine } from '../../run/plain-text.ts';
import { toFilePart } from '../export-files.ts';
import { checkFile, readFirst, type Unreadable } from './found-block.ts';
import { ageDoubt, type BlockContext, isOther } from './judge-block.ts';
import type { DoraSnapshot } from './scorecard-schema.ts';

const minutes = z.number().nonnegative().nullable();
const rating = z.string().nullable();

/** The part that is read here; what else is in the file is left alone. */
const doraFileSchema = z.looseObject({
  generated_at: z.iso.datetime().optional(),
  system: z.string().optional(),
  environment: z.string().optional(),
  period_start: z.iso.date(),
  period_end: z.iso.date(),
  standard: z.looseObject({ id: z.string() }),
  deployment_frequency: z.looseObject({
    total_deployments: z.int(),
    deployments_per_day: z.number().nullable(),
    rating,
  }),
  lead_time_for_changes: z.looseObject({ p50_minutes: minutes, p95_minutes: minutes, rating }),
  change_failure_rate: z.looseObject({ percentage: z.number().nullable(), rating }),
  time_to_restore_service: z.looseObject({ avg_minutes: minutes, p95_minutes: minutes, rating }),
  deployment_rework_rate: z.looseObject({ percentage: z.number().nullable(), rating }).optional(),
});
type DoraFile = z.output<typeof doraFileSchema>;

/** Never throws. */
export function readDoraSnapshot(stateDir: string, context: BlockContext): DoraSnapshot {
  const [system, environment] = [toFilePart(context.system), toFilePart(context.environment)];
  const names = [`.${system}.${environment}`, `.${environment}`, ''].map((suffix) => `dora_metrics${suffix}.json`);
  const found = readFirst(stateDir, names);
  if (found.outcome === 'absent') return { status: 'unknown', why: 'no metrics are recorded yet' };
  if (found.outcome === 'unreadable') return toUnknown(found);
  const checked = checkFile(found, doraFileSchema);
  if (!checked.ok) return toUnknown(checked.found);
  const { file, sha256 } = found;
  const doubts = findDoubts(checked.data, context);
  const status =
    doubts.length === 0 ? { status: 'measured' as const } : { status: 'stale' as const, why: doubts.join('; ') };
  return { ...status, file, sha256, ...toKeys(checked.data) };
}

function toUnknown({ file, why }: Unreadable): DoraSnapshot {
  return { status: 'unknown', why: `${file} cannot be believed: ${why}`, file };
}

function findDoubts(file: DoraFile, context: BlockContext): string[] {
  const dayAfter = Date.parse(file.period_end) + 86_400_000;
  const doubts = [
    file.generated_at === undefined ? undefined : ageDoubt(file.generated_at, context),
    context.now.getTime() >= dayAfter ? `the period ended ${file.period_end}` : undefined,
    isOther(file.system, context.system) ? `it is about the system ${file.system}` : undefined,
    isOther(file.environment, context.environment) ? `it is about ${file.environment}` : undefined,
  ];
  return doubts.flatMap((doubt) => (doubt === undefined ? [] : [plainLine(doubt)]));
}

function toKeys(file: DoraFile): Omit<DoraSnapshot, 'status'> {
  const { deployment_frequency: often, lead_time_for_changes: lead, change_failure_rate: failed } = file;
  const { time_to_restore_service: restore, deployment_rework_rate: rework } = file;
  return {
    period_start: file.period_start,
    period_end: file.period_end,
    standard: file.standard.id,
    deployment_frequency: {
      total_deployments: often.total_deployments,
      deployments_per_day: often.deployments_per_day,
      rating: often.rating,
    },
    lead_time_for_changes: { p50_minutes: lead.p50_minutes, p95_minutes: lead.p95_minutes, rating: lead.rating },
    change_failure_rate: { percentage: failed.percentage, rating: failed.rating },
    time_to_restore_service: {
      avg_minutes: restore.avg_minutes,
      p95_minutes: restore.p95_minutes,
      rating: restore.rating,
    },
    ...(rework !== undefined && {
      deployment_rework_rate: { percentage: rework.percentage, rating: rework.rating },
    }),
  };
}

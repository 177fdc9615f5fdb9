/**
 * Monitoring, in the layer runtime: a process that cannot be watched is proven for the length of this run only.
 */
import type { MonitoringContract } from '../../contract/monitoring-schema.ts';
import type { Git } from '../code/git.ts';
import type { Check, ProbeContext } from '../context.ts';
import type { NewOperations } from '../endpoints/find-new-operations.ts';
import { sourceOf } from '../row.ts';
import type { PlannedRow } from '../schema.ts';
import { type AlertsInput, observeNamed, observeNewOperations } from './monitoring-alerts.ts';
import { observeMetric } from './monitoring-metrics.ts';
import { observeLoaded } from './monitoring-prometheus.ts';

type System = ProbeContext['system'];

export interface MonitoringInput {
  readonly commit?: string | undefined;
  readonly git: Git;
  readonly fresh: NewOperations | undefined;
}

/** Rows `runtime.metrics.<id>` (and `.replica-<n>`), `runtime.alerts.<id>`, `.loaded`, `.new-operations`. */
export function listMonitoring(system: System, input: MonitoringInput): Check[] {
  const { monitoring } = system.contract;
  if (monitoring === undefined) return [];
  return [
    ...monitoring.metrics.flatMap((metric, index) => listMetric(system, metric, index)),
    ...monitoring.alerts.flatMap((alerts, index) => listAlerts(system, { ...input, alerts }, index)),
  ];
}

/** Asked at each replica where they can be reached: behind a balancer nobody knows whose counter was read. */
function listMetric(system: System, metric: MonitoringContract['metrics'][number], index: number): Check[] {
  const target = system.environment.services[metric.service];
  const replicas = target?.replicas ?? [];
  const id = `metrics.${metric.id}`;
  const place = `monitoring.metrics.${index}`;
  if (replicas.length === 0) {
    const planned = toPlanned(system, id, `${metric.service} counts what it does`, 'P1', place);
    return [{ planned, observe: (context) => observeMetric(metric, target?.url ?? '', false, context) }];
  }
  return replicas.map((address, at) => ({
    planned: toPlanned(
      system,
      `${id}.replica-${at + 1}`,
      `Replica ${at + 1} of ${metric.service} counts what it does`,
      'P1',
      place,
    ),
    observe: (context) => observeMetric(metric, address, true, context),
  }));
}

function listAlerts(system: System, input: AlertsInput, index: number): Check[] {
  const { alerts, fresh } = input;
  const place = `monitoring.alerts.${index}`;
  const id = `alerts.${alerts.id}`;
  const { prometheus } = system.environment;
  return [
    {
      planned: toPlanned(system, id, `The alerts in ${alerts.file} are there and readable`, 'P1', place),
      observe: (context) => observeNamed(input, context),
    },
    ...(alerts.newOperations && fresh?.known === true
      ? [
          {
            planned: toPlanned(system, `${id}.new-operations`, 'Every new operation has an alert', 'P2', place),
            observe: (context: ProbeContext) => observeNewOperations(input, fresh.operations, context),
          },
        ]
      : []),
    ...(prometheus === undefined
      ? []
      : [
          {
            planned: toPlanned(
              system,
              `${id}.loaded`,
              'Prometheus has loaded the alerts, and evaluates them',
              'P1',
              place,
            ),
            observe: (context: ProbeContext) => observeLoaded(input, prometheus, context),
          },
        ]),
  ];
}

function toPlanned(
  system: System,
  what: string,
  title: string,
  severity: PlannedRow['severity'],
  place: string,
): PlannedRow {
  const source = sourceOf(system, place);
  return {
    id: `runtime.${what}`,
    layer: 'runtime',
    title,
    severity,
    by: 'engine',
    ...(source === undefined ? {} : { source }),
  };
}

/** `monitoring`: metrics that move when the system is used, alerts that exist for what it does. */
import { z } from 'zod';
import type { SchemaParts } from './schema-parts.ts';

export function toMonitoringSchema({ slug, path, duration }: SchemaParts) {
  const metric = z.strictObject({
    id: slug,
    service: slug,
    path,
    headers: z.record(z.string(), z.string()).default({}).describe('may use {{secret.NAME}}'),
    moves: z
      .string()
      .min(1)
      .max(500)
      .describe('series by name and labels, as in PromQL: http_requests_total{route="/jobs"}; their sum has to rise'),
    traffic: z.strictObject({
      path: path.describe('asked by GET, at the same address; what the metric counts'),
      requests: z.int().min(1).max(100),
    }),
    within: duration.describe('until the metric has to have moved'),
  });
  const alerts = z.strictObject({
    id: slug,
    file: z.string().min(1).describe('Prometheus rule file, relative to the contracts folder, or to the repository'),
    from: z
      .enum(['contracts', 'repository'])
      .default('contracts')
      .describe('repository: the file as it is in the deployed commit'),
    names: z.array(z.string().min(1)).default([]).describe('alerts that have to be there'),
    newOperations: z
      .boolean()
      .default(false)
      .describe('every operation that is new in a deployment is named by an alert (expr, labels or annotations)'),
  });
  return z.strictObject({ metrics: z.array(metric).default([]), alerts: z.array(alerts).default([]) });
}

/** A Prometheus that watches one environment: the alerts have to be loaded there, and healthy. */
export function toPrometheusSchema({ httpUrl }: SchemaParts) {
  return z.strictObject({ url: httpUrl, headers: z.record(z.string(), z.string()).default({}) });
}

export type MonitoringContract = z.output<ReturnType<typeof toMonitoringSchema>>;

/** Rows → one verdict per layer, in the order of the user path's table. */
import { LAYERS, type LayerId } from '../contract/layers.ts';
import type { Row } from '../probe/schema.ts';
import type { RunRecord } from '../run/schema.ts';
import type { LayerVerdict } from './schema.ts';
import { bySeverity, worstReason, worstVerdict } from './worst.ts';

export function judgeLayers(record: RunRecord): LayerVerdict[] {
  return LAYERS.map((layer) => judgeLayer(layer, record));
}

function judgeLayer(layer: LayerId, record: RunRecord): LayerVerdict {
  const declaration = record.layers[layer];
  const rows = record.rows.filter((row) => row.layer === layer);
  const missing = record.plan.rows.filter(
    (planned) => planned.layer === layer && !rows.some(({ id }) => id === planned.id),
  );
  const why = typeof declaration === 'object' ? declaration.absent : undefined;
  const declared = declaration === undefined ? 'undeclared' : why === undefined ? 'declared' : 'absent';
  const base = { layer, declared, ...(why !== undefined && { why }), rows: rows.length } as const;
  if (declared === 'absent' && rows.length === 0 && missing.length === 0)
    return { ...base, status: 'absent', failed: [] };
  const worst = worstVerdict(rows.map(({ status }) => status));
  const unproven = declared === 'undeclared' || missing.length > 0 || worst === undefined;
  const status = unproven && worst !== 'failed' ? 'inconclusive' : (worst ?? 'inconclusive');
  const reason = status === 'inconclusive' ? layerReason(rows, unproven) : undefined;
  return {
    ...base,
    status,
    ...(reason !== undefined && { reason }),
    failed: [
      ...rows
        .filter((row) => row.status !== 'passed')
        .sort(bySeverity)
        .map(({ id }) => id),
      ...missing.map(({ id }) => id),
    ],
  };
}

function layerReason(rows: readonly Row[], unproven: boolean) {
  return worstReason([...rows.map(({ reason }) => reason), ...(unproven ? (['not-run'] as const) : [])]) ?? 'not-run';
}

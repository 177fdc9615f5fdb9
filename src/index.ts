/** The public face of gate10 for Playwright configurations and specs. */
export { defineGate10Config, type Gate10ConfigOptions } from '../reporters/define-config.ts';
export { type JourneyEvidence, journey } from '../tests/support/journey.ts';
export { LAYERS, type LayerId } from './contract/layers.ts';
export { EVIDENCE_MEDIA_TYPE, type Evidence, type Plan, type PlannedRow, type Row } from './probe/schema.ts';
export type { RunRecord } from './run/schema.ts';
export { judge } from './verdict/judge.ts';
export type { VerdictRecord } from './verdict/schema.ts';

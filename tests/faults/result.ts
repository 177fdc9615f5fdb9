/** One line of the result file: what a trial did and what the record said. Append-only. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { LAYERS } from '../../src/contract/layers.ts';
import { GRADES } from './grade.ts';

export const resultSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['fault', 'healthy']).describe('healthy = nothing is wrong, plain or with benign noise'),
  layer: z.enum(LAYERS),
  severity: z.enum(['P0', 'P1', 'P2', 'P3']),
  expect: z.enum(['failed', 'warned', 'inconclusive', 'passed', 'refused']),
  how: z.enum(['check', 'pages', 'run']),
  grade: z.enum(GRADES),
  verdict: z.string().nullable(),
  exitCode: z.int().nullable(),
  failed: z.array(z.string()).describe('layers'),
  warned: z.array(z.string()),
  inconclusive: z.array(z.string()),
  red: z.array(z.string()).describe('ids of the rows that are not passed, with their status'),
  because: z.string(),
  seconds: z.number(),
  at: z.iso.datetime(),
  campaign: z.string(),
  codeDigest: z.string(),
  /** of the trial's data: another fault under the same name is another trial */
  trialDigest: z.string(),
  record: z.string().optional().describe('the sealed record, gzip, relative to the folder of the result file'),
  output: z.string().optional().describe('the end of what was printed; only where the grade is not right'),
});
export type TrialResult = z.output<typeof resultSchema>;

export function appendResult(file: string, result: TrialResult): void {
  appendFileSync(file, `${JSON.stringify(resultSchema.parse(result))}\n`);
}

/** A torn last line was never a result. */
export function readResults(file: string): TrialResult[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => resultSchema.parse(JSON.parse(line)));
}

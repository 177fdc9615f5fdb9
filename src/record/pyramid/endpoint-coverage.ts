/** How many operations of the API contracts the integration tests have met: what `gate10 contract coverage --json` printed. */
import { z } from 'zod';
import { checkReport, readJsonReport } from '../json-report.ts';
import type { SuiteCheck } from '../suite.ts';

const share = z.object({ covered: z.int().nonnegative(), of: z.int().nonnegative(), threshold: z.number() });
const measured = z
  .array(z.object({ name: z.string(), coverage: z.object({ verdict: z.string(), operations: share }) }))
  .min(1);

export interface EndpointCoverage {
  readonly file: string;
  readonly contracts: readonly { readonly name: string; readonly covered: number; readonly of: number }[];
}

export interface ReadEndpoints {
  /** undefined = not known */
  readonly coverage: EndpointCoverage | undefined;
  readonly checks: readonly SuiteCheck[];
}

/** `file` is absolute. Not known is told as a warning: the shape of the pyramid does not rest on it. */
export function readEndpointCoverage(file: string, shownAs: string): ReadEndpoints {
  const name = 'endpoints';
  const unknown = (why: string, status: 'warned' | 'inconclusive'): ReadEndpoints => {
    const how = 'gate10 contract coverage <traffic> --json > contract-coverage.json, then --endpoints';
    const message = `which endpoints have an integration test is not known, ${why}: ${how}.`;
    return {
      coverage: undefined,
      checks: [{ name, status, ...(status === 'inconclusive' && { reason: 'blind' as const }), message }],
    };
  };
  const report = readJsonReport(file, shownAs);
  if (report.outcome === 'nothing') return unknown(report.why, 'warned');
  if (report.outcome === 'wrong') return unknown(`${shownAs} cannot be read`, 'inconclusive');
  const checked = checkReport(report, { schema: measured, format: 'contract coverage', shownAs });
  if (!checked.ok) return unknown(`${shownAs} is not what contract coverage prints`, 'inconclusive');
  const contracts = checked.data.map((one) => ({ name: one.name, ...one.coverage.operations }));
  return {
    coverage: { file: shownAs, contracts: contracts.map(({ threshold: _, ...rest }) => rest) },
    checks: contracts.map(({ name: contract, covered, of, threshold }): SuiteCheck => {
      const holds = of > 0 && covered >= threshold * of;
      const message = `${contract}: ${covered} of ${of} operations were met by tests, ${threshold} asked.`;
      return { name: `${name} ${contract}`, status: holds ? 'passed' : 'failed', message };
    }),
  };
}

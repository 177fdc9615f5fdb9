/** Small OpenSLO files for the tests. */
import type { Objective, Objectives } from '../../../../src/contract/objectives/objective.ts';
import { parseObjectives } from '../../../../src/contract/objectives/read-objectives.ts';
import { InputError } from '../../../../src/errors.ts';

export const MINIMAL = `apiVersion: openslo/v1
kind: SLO
metadata: { name: shop-availability }
spec:
  service: shop
  indicator:
    metadata: { name: http-success }
    spec:
      ratioMetric:
        counter: true
        good: { metricSource: { type: Prometheus, spec: { query: 'sum(increase(http_requests_total{code!~"5.."}[{{.window}}]))' } } }
        total: { metricSource: { type: Prometheus, spec: { query: 'sum(increase(http_requests_total[{{.window}}]))' } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.999 }]
`;

export function parse(text: string): Pick<Objectives, 'objectives' | 'notUsed'> {
  return parseObjectives(text, 'contracts/objectives.yaml', { defaultWindow: '30d' });
}

/** The one objective of a text. */
export function only(text: string): Objective {
  const { objectives } = parse(text);
  const [first] = objectives;
  if (first === undefined || objectives.length !== 1) throw new Error(`There are ${objectives.length} objectives.`);
  return first;
}

export function refusal(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('The objectives were accepted.');
}

/** `MINIMAL` with parts replaced; throws where a part is not in it. */
export function changed(...replacements: readonly (readonly [from: string, to: string])[]): string {
  return replacements.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The sample has no ${from}`);
    return text.replace(from, () => to);
  }, MINIMAL);
}

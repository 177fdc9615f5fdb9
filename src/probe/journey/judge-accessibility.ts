/** Whether everybody can use what a journey shows: violations of weight that are not in the contract's baseline. */
import type { AccessibilityContract } from '../../contract/schema.ts';
import type { Judgement } from '../row.ts';
import type { JourneyObservation, Violation } from './schema.ts';

const MAX_NAMED = 5;
const MAX_TARGETS = 3;

/** `isWhole` = the journey came to its end, so everything that it shows was looked at. */
export function judgeAccessibility(
  { looks }: Pick<JourneyObservation, 'looks'>,
  { fails, baseline }: AccessibilityContract,
  isWhole: boolean,
): Judgement {
  const isKnown = (rule: string, target: string): boolean =>
    baseline.some((known) => known.rule === rule && (known.target === undefined || target.includes(known.target)));
  const all = looks.flatMap(({ place, violations }) =>
    violations.map((violation) => ({
      ...violation,
      place,
      targets: violation.targets.filter((one) => !isKnown(violation.rule, one)),
    })),
  );
  const fresh = all.filter(({ targets }) => targets.length > 0);
  const grave = fresh.filter(({ impact }) => fails.includes(impact));
  const evidence = { places: looks.map(({ place }) => place), lighter: fresh.length - grave.length };
  if (grave.length > 0) {
    const named = grave.slice(0, MAX_NAMED).map(describe);
    const rest = grave.length > MAX_NAMED ? `; and ${grave.length - MAX_NAMED} more` : '';
    const expected = `no violation that is ${fails.join(' or ')}, beyond the baseline`;
    return { status: 'failed', message: `${named.join('; ')}${rest}`, expected, actual: `${grave.length}`, evidence };
  }
  const unseen = looks.find(({ error }) => error !== undefined);
  if (unseen !== undefined) {
    const message = `${unseen.place} could not be looked at: ${unseen.error}`;
    return { status: 'inconclusive', reason: 'blind', message, evidence };
  }
  if (!isWhole || looks.length === 0) {
    const message = 'Not everything was looked at, because the journey did not come to its end.';
    return { status: 'inconclusive', reason: 'not-run', message, evidence };
  }
  return { status: 'passed', evidence };
}

function describe({ place, rule, impact, help, targets }: Violation & { readonly place: string }): string {
  const more = targets.length > MAX_TARGETS ? ` and ${targets.length - MAX_TARGETS} more` : '';
  return `${place}: ${help} (${rule}, ${impact}): ${targets.slice(0, MAX_TARGETS).join(', ')}${more}`;
}

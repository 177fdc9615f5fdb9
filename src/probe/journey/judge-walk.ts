/** Whether a person gets to the end of a journey; and where not, whether that says something about the system. */
import type { Judgement } from '../row.ts';
import type { JourneyObservation } from './schema.ts';

/** What an assertion or an action on the page says when it does not find what it waits for (Playwright 1.65). */
const OBSERVED_BROKEN = [
  /^(?:\w*Error: )?expect\(/,
  /^(?:\w*Error: )?Timed out \d+ms waiting for expect\(/,
  /^(?:\w*Error: )?(?:locator|page|frame|elementHandle|keyboard|mouse|touchscreen|fileChooser|download|response)\.\w+: /,
];
/** The runner's own trouble, whatever was being done meanwhile. */
const BLIND = /(?:Target (?:page|crashed)|browser) has been closed|Browser (?:closed|has disconnected)|Protocol error/;
const TOO_MANY_REQUESTS = 429;

/** `hosts` = those of the system itself. */
export function judgeWalk(seen: JourneyObservation, hosts: readonly string[]): Judgement {
  const evidence = evidenceOf(seen);
  if (seen.error === undefined && !seen.timedOut && !seen.crashed) return { status: 'passed', evidence };
  const where = [
    seen.brokenStep === undefined ? undefined : `in "${seen.brokenStep}"`,
    seen.url === null ? undefined : `at ${seen.url}`,
  ].filter((part) => part !== undefined);
  const error = seen.crashed ? 'the page crashed its tab' : (seen.error ?? 'it did not come to its end in time');
  const message = `${where.length === 0 ? '' : `${where.join(' ')}: `}${error}`;
  if (seen.blip !== undefined && !seen.timedOut) {
    const why = `${seen.blip}, and answers now: one lost connection is too little to judge the journey by. Run it again. It ended ${message}`;
    return { status: 'inconclusive', reason: 'insufficient', message: why, evidence };
  }
  const limited = seen.resources.find(({ status, host }) => status === TOO_MANY_REQUESTS && hosts.includes(host));
  if (limited !== undefined) {
    const why = `${limited.url} answered ${TOO_MANY_REQUESTS}: the rate of this run is limited, so the journey cannot be judged. Let gate10 through, or run it less often. It ended ${message}`;
    return { status: 'inconclusive', reason: 'insufficient', message: why, evidence };
  }
  if (seen.crashed || seen.timedOut || isAboutTheSystem(error)) {
    const expected = seen.brokenStep === undefined ? 'the end of the journey' : `"${seen.brokenStep}" can be done`;
    return { status: 'failed', message: `The journey breaks ${message}`, expected, evidence };
  }
  const why = `The journey's own code broke, or the browser did, so nothing is said about the system: ${message}`;
  return { status: 'inconclusive', reason: 'blind', message: why, evidence };
}

function isAboutTheSystem(error: string): boolean {
  return !BLIND.test(error) && OBSERVED_BROKEN.some((pattern) => pattern.test(error));
}

function evidenceOf(seen: JourneyObservation): NonNullable<Judgement['evidence']> {
  return {
    steps: seen.steps,
    requests: seen.resources.length,
    ...(seen.vitals.length > 0 && { vitals: seen.vitals }),
    ...(Object.keys(seen.notes).length > 0 && { notes: seen.notes }),
    ...(seen.screenshot !== undefined && { screenshot: seen.screenshot }),
  };
}

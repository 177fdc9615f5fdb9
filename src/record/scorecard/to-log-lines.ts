/** `readiness_logs/`: one JSON line for the run, for each layer and for each suite, in the form of the readiness programme. */
import type { VerdictWord } from '../../contract/verdict-words.ts';
import { plainLine } from '../../run/plain-text.ts';
import type { ReadinessLog } from './report-schema.ts';
import type { Scorecard } from './scorecard-schema.ts';

const OUTCOMES: Readonly<Record<VerdictWord, ReadinessLog['outcome']>> = {
  passed: 'ok',
  warned: 'warned',
  failed: 'failed',
  inconclusive: 'inconclusive',
};

/** Text of JSON lines. How long a layer took is not known: its checks run beside each other. */
export function toLogLines(scorecard: Scorecard): string {
  const { suites, layers, verdict, because, overall_because: obstacles } = scorecard;
  const [own, ...others] = suites;
  const ms = (seconds: number | undefined): number | null =>
    seconds === undefined ? null : Math.round(seconds * 1000);
  const lines: ReadinessLog[] = [
    toLine(scorecard, 'readiness', verdict, ms(own?.duration), obstacles[0] ?? because[0]),
    ...layers.flatMap(({ layer, status, failed, why }) =>
      status === 'absent' ? [] : [toLine(scorecard, `layer.${layer}`, status, null, why ?? failed[0])],
    ),
    ...others.map(({ name, status, duration, reason }) =>
      toLine(scorecard, `suite.${name}`, status, ms(duration), reason),
    ),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function toLine(
  { environment, release, ended_at }: Scorecard,
  component: string,
  status: VerdictWord,
  duration_ms: number | null,
  said: string | undefined,
): ReadinessLog {
  return {
    timestamp: ended_at,
    tenant: null,
    environment,
    component,
    command: 'production',
    artifact: release,
    trace_id: null,
    span_id: null,
    outcome: OUTCOMES[status],
    duration_ms,
    error: status === 'failed' || status === 'inconclusive' ? plainLine(said ?? status, 1000) : null,
  };
}

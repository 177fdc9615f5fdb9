/** Sends until it arrives, the receiver refuses it for good, or all attempts are used up. */
import type { RetryRules } from '../../contract/notify-schema.ts';
import type { Clock } from '../../probe/clock.ts';

/** What one attempt came to. `why` is redacted. */
export type Tried =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly why: string;
      /** may pass by itself: asked again */
      readonly passing: boolean;
      /** how long the receiver asks to be left alone, milliseconds */
      readonly retryAfterMs?: number | undefined;
    };

export interface Sent {
  readonly outcome: 'delivered' | 'failed';
  readonly attempts: number;
  /** only where it failed */
  readonly why?: string;
  /** it failed because the receiver is not there now: the next message would not arrive either */
  readonly isGone?: true;
}

export interface Pauses {
  readonly clock: Pick<Clock, 'sleep'>;
  /** 0 ≤ n < 1 */
  readonly random: () => number;
}

/** Never rejects, as `attempt` never does. Pauses grow exponentially, with full jitter; a longer Retry-After is honoured. */
export async function sendWithRetry(
  attempt: () => Promise<Tried>,
  rules: RetryRules,
  { clock, random }: Pauses,
): Promise<Sent> {
  for (let attempts = 1; ; attempts += 1) {
    const tried = await attempt();
    if (tried.ok) return { outcome: 'delivered', attempts };
    const asked = tried.retryAfterMs ?? 0;
    if (tried.passing && asked > rules.retryAfter) {
      const why = `${tried.why}; it asks to wait ${Math.round(asked / 1000)} s, at most ${rules.retryAfter / 1000} s are waited`;
      return { outcome: 'failed', attempts, why, isGone: true };
    }
    if (!tried.passing) return { outcome: 'failed', attempts, why: tried.why };
    if (attempts >= rules.times) return { outcome: 'failed', attempts, why: tried.why, isGone: true };
    const most = Math.min(rules.most, rules.backoff * 2 ** (attempts - 1));
    await clock.sleep(Math.max(asked, random() * most));
  }
}

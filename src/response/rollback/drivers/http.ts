/** Platforms that are told by HTTP: find the deploy of the target commit, restore it, wait until the platform has it live. */
import type { HttpDriver } from '../../../contract/rollback-policy-schema.ts';
import { sameCommit } from '../../../probe/identity/build.ts';
import { plainLine } from '../../../run/plain-text.ts';
import type { Driven, DriveOrder, Driver, DriverTools } from '../driver.ts';
import { short } from '../served.ts';
import { NETLIFY } from './netlify.ts';
import { type Call, CallError, type Provider } from './provider.ts';
import { RENDER } from './render.ts';

const PROVIDERS: Readonly<Record<HttpDriver['provider'], Provider>> = { render: RENDER, netlify: NETLIFY };
const CALL_WITHIN_MS = 20_000;
const POLL_MS = 2000;
const MAX_ANSWER_CHARS = 5_000_000;

export function createHttpDriver(rules: HttpDriver, tools: DriverTools): Driver {
  const provider = PROVIDERS[rules.provider];
  const call = createCall(rules, tools);

  async function drive(order: DriveOrder, isDryRun: boolean): Promise<Driven> {
    const endMs = tools.clock.monotonicMs() + rules.timeout;
    const deploys = await provider.list(call, rules.service);
    const deploy = deploys.find(({ commit, isRestorable }) => isRestorable && sameCommit(commit, order.target));
    const answer = (outcome: Driven['outcome'], said: string): Driven => ({ outcome, serves: order.target, said });
    if (deploy === undefined)
      return answer(
        'failed',
        `${rules.provider} has no finished deploy of ${short(order.target)} among its last ${deploys.length}`,
      );
    if (isDryRun) return answer('accepted', `would restore deploy ${deploy.id} of ${short(order.target)}`);
    const restored = await provider.restore(call, rules.service, deploy.id);
    for (;;) {
      const state = await provider.watch(call, rules.service, restored);
      if (state === 'live') return answer('accepted', `deploy ${restored} is live`);
      if (state === 'failed') return answer('failed', `deploy ${restored} did not come up`);
      if (tools.clock.monotonicMs() + POLL_MS > endMs) return answer('unknown', `deploy ${restored} is not live yet`);
      await tools.clock.sleep(POLL_MS);
    }
  }

  const guarded = async (order: DriveOrder, isDryRun: boolean): Promise<Driven> => {
    try {
      return await drive(order, isDryRun);
    } catch (error) {
      const said = plainLine(tools.redact(error instanceof Error ? error.message : String(error)), 500);
      // An answer is a no. Without one, what was asked for may have been done.
      return {
        outcome: error instanceof CallError && error.wasAnswered ? 'failed' : 'unknown',
        serves: order.target,
        said,
      };
    }
  };
  return {
    kind: 'http',
    timeoutMs: rules.timeout + 3 * CALL_WITHIN_MS,
    drive: (order) => guarded(order, false),
    dryRun: (order) => guarded(order, true),
    current: async () => {
      try {
        const live = (await provider.list(call, rules.service)).find(({ isLive }) => isLive);
        if (live !== undefined) return { kind: 'one', commit: live.commit };
        return { kind: 'unknown', why: `${rules.provider} names no live deploy` };
      } catch (error) {
        return { kind: 'unknown', why: tools.redact(error instanceof Error ? error.message : String(error)) };
      }
    },
  };
}

/** Redirects are refused: the token goes nowhere else. */
function createCall(rules: HttpDriver, { fetch, env, redact }: DriverTools): Call {
  return async (method, path, body) => {
    const url = `${rules.api.replace(/\/+$/, '')}${path}`;
    const what = `${method} ${path}`;
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${env[rules.token] ?? ''}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    let [status, text] = [0, ''];
    try {
      const response = await fetch(url, {
        ...{ method, headers, redirect: 'error', signal: AbortSignal.timeout(CALL_WITHIN_MS) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      status = response.status;
      text = await response.text();
    } catch (cause) {
      const why = cause instanceof Error ? `${cause.message}${reasonOf(cause)}` : String(cause);
      throw new CallError(`${what}: no answer (${redact(why)})`, false, { cause });
    }
    if (status < 200 || status > 299)
      throw new CallError(`${what}: answered ${status}: ${plainLine(redact(text), 200)}`, status < 500);
    if (text.length > MAX_ANSWER_CHARS) throw new CallError(`${what}: the answer is too long`, true);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new CallError(`${what}: the answer is no JSON`, false, { cause });
    }
  };
}

function reasonOf({ cause }: Error): string {
  return cause instanceof Error ? `: ${cause.message}` : '';
}

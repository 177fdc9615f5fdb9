/** Whether a cache may give one origin's answer to another: then users of the second are refused, now and then. */

import { mayBeKept } from '../edge/kept-answers.ts';
import { type Exchange, headerValues } from '../http/exchange.ts';
import type { Judgement } from '../row.ts';

/**
 * `passed` stays what it is unless the answer may be kept, is another one for other origins, and does not say so (Fetch
 * standard, "CORS protocol and HTTP caches"). One fixed origin for everybody is the same answer for everybody.
 */
export function judgeVary(passed: Judgement, friend: Exchange, stranger: Exchange, where: string): Judgement {
  if (!friend.ok || !stranger.ok || !mayBeKept(friend)) return passed;
  const varies = headerValues(friend, 'vary')
    .flatMap((line) => line.split(','))
    .map((name) => name.trim().toLowerCase());
  if (varies.includes('origin') || varies.includes('*')) return passed;
  const [mine, theirs] = [friend, stranger].map((one) => headerValues(one, 'access-control-allow-origin').join());
  if (mine === theirs) return passed;
  const actual = varies.join(', ') || 'absent';
  return {
    status: 'warned',
    message: `${where} is right, but caches may keep it (cache-control: ${friend.headers['cache-control'] ?? 'not said'}) and give it to other origins, who get another access-control-allow-origin. Add "Vary: Origin".`,
    expected: 'Vary: Origin',
    actual,
  };
}

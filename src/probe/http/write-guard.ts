/**
 * Keeps a client from writing where it must not: what is refused is never sent. Only an environment that declares
 * `writes: free` takes anything; elsewhere a write has to carry the declared synthetic identity.
 */
import type { EnvironmentContract, SystemContract } from '../../contract/schema.ts';
import type { Client, SendInput } from './request.ts';

/** RFC 9110 §9.2.1: safe methods. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** A write that was not sent. */
export class RefusedWriteError extends Error {
  override readonly name = 'RefusedWriteError';
}

export interface WriteRules {
  readonly environment: string;
  readonly writes: EnvironmentContract['writes'];
  readonly synthetic: SystemContract['synthetic'];
  /** The headers of the synthetic identity, filled in; names in lower case. */
  readonly tag: Readonly<Record<string, string>>;
}

/** `send` rejects with RefusedWriteError, before anything is on the wire, where a write is not allowed. */
export function guardWrites(client: Client, rules: WriteRules): Client {
  return {
    close: () => client.close(),
    send: async (input) => {
      const why = refusal(input, rules);
      if (why === undefined) return client.send(input);
      const method = input.method ?? 'GET';
      throw new RefusedWriteError(
        `${method} ${new URL(input.url).pathname} was not sent to "${rules.environment}": ${why}`,
      );
    },
  };
}

/** Why a request is not sent; undefined = it may be. */
function refusal(input: SendInput, { writes, synthetic, tag }: WriteRules): string | undefined {
  if (SAFE.has((input.method ?? 'GET').toUpperCase()) || writes === 'free') return undefined;
  if (writes === 'none') return 'its contract says "writes: none".';
  if (synthetic === undefined) {
    return 'no safe identity is declared. Declare "synthetic" with a tag, or "writes: free" where everything is test data.';
  }
  const headers = new Map(Object.entries(input.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const missing = Object.keys(tag).find((name) => headers.get(name) !== tag[name]);
  if (missing !== undefined) return `it lacks the header "${missing}" of the declared synthetic identity.`;
  return carriesMark(input, synthetic.mark, tag)
    ? undefined
    : `it lacks the mark "${synthetic.mark}" of synthetic data in its path and body.`;
}

/** Without a body there is nothing to mark: then the declared headers say whose request it is, where there are any. */
function carriesMark({ url, body }: SendInput, mark: string | undefined, tag: WriteRules['tag']): boolean {
  if (mark === undefined || decoded(url).includes(mark)) return true;
  if (body === undefined || body.length === 0) return Object.keys(tag).length > 0;
  return body.includes(mark);
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

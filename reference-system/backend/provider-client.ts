import { z } from 'zod';
import type { BackendConfig } from './config.ts';
import type { Metrics } from './metrics.ts';
import { type ProblemCode, ProblemError } from './problems.ts';

export const CHAT_MODEL = 'mosaic-coach-1';
export const EMBEDDING_MODEL = 'mosaic-embedding-1';

const CALL_DEADLINE_MS = 5000;
const CHECK_DEADLINE_MS = 2000;

const completion = z.object({
  model: z.string(),
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() }),
});
const embeddings = z.object({ model: z.string(), data: z.array(z.object({ embedding: z.array(z.number()) })) });
const models = z.object({ data: z.array(z.object({ id: z.string() })).min(1) });

export type Completion = z.infer<typeof completion>;
export type Embeddings = z.infer<typeof embeddings>;

export interface ProviderClient {
  chat(messages: readonly { role: string; content: string }[]): Promise<Completion>;
  embed(texts: readonly string[]): Promise<Embeddings>;
  /** Lists the models: the cheapest call that proves address and key. */
  check(): Promise<void>;
}

interface Call<T> {
  readonly operation: string;
  readonly path: string;
  readonly body?: unknown;
  readonly deadlineMs: number;
  readonly answer: z.ZodType<T>;
}

/** A client of an OpenAI-compatible server; every failure becomes a problem of this backend. */
export function createProviderClient(config: BackendConfig, metrics: Metrics): ProviderClient {
  const call = async <T>(request: Call<T>): Promise<T> => {
    const stop = metrics.llmDuration.startTimer({ operation: request.operation });
    try {
      const answer = await fetchAnswer(config, request);
      metrics.llmRequests.inc({ operation: request.operation, outcome: 'success' });
      return answer;
    } catch (error) {
      const problem = error instanceof ProblemError ? error : toTransportProblem(error);
      metrics.llmRequests.inc({ operation: request.operation, outcome: problem.code });
      throw problem;
    } finally {
      stop();
    }
  };
  return {
    chat: (messages) =>
      call({
        operation: 'chat',
        path: '/chat/completions',
        body: { model: CHAT_MODEL, messages },
        deadlineMs: CALL_DEADLINE_MS,
        answer: completion,
      }),
    embed: (input) =>
      call({
        operation: 'embed',
        path: '/embeddings',
        body: { model: EMBEDDING_MODEL, input },
        deadlineMs: CALL_DEADLINE_MS,
        answer: embeddings,
      }),
    check: async () => {
      await call({ operation: 'models', path: '/models', deadlineMs: CHECK_DEADLINE_MS, answer: models });
    },
  };
}

async function fetchAnswer<T>(config: BackendConfig, request: Call<T>): Promise<T> {
  const response = await fetch(`${config.aiBaseUrl}${request.path}`, {
    method: request.body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${config.aiApiKey}`, 'content-type': 'application/json' },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(request.deadlineMs),
  });
  const text = await response.text();
  if (!response.ok) {
    const retryAfter = Number(response.headers.get('retry-after') ?? 1);
    throw new ProblemError(toCode(response.status), {
      ...(response.status === 429 ? { retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : 1 } : {}),
    });
  }
  const answer = request.answer.safeParse(toJson(text));
  if (!answer.success) throw new ProblemError('provider-failed', { cause: answer.error });
  return answer.data;
}

function toCode(status: number): ProblemCode {
  if (status === 429) return 'provider-rate-limited';
  return status === 401 || status === 403 ? 'provider-refused' : 'provider-failed';
}

function toTransportProblem(error: unknown): ProblemError {
  const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
  return new ProblemError(timedOut ? 'provider-timeout' : 'provider-unavailable', { cause: error });
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: no schema accepts undefined, so the caller answers provider-failed.
    return undefined;
  }
}

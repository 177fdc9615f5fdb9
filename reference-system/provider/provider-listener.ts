import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { CHAT_MODEL, completeChat, EMBEDDING_MODEL, embedText, toWords } from './answers.ts';
import { dripAnswer } from './drip.ts';
import type { ProviderFault } from './provider-fault.ts';

export interface ListenerOptions {
  readonly isKey: (key: string) => boolean;
  readonly requestsPerMinute: number;
  readonly nowMs: () => number;
}

export type ProviderListener = (
  request: IncomingMessage,
  response: ServerResponse,
  fault: ProviderFault | undefined,
) => void;

const MINUTE_MS = 60_000;
const HOME_REGION = 'eu-central-1';
const JSON_TYPE = { 'content-type': 'application/json' };
const MAX_BODY_BYTES = 1_000_000;

const chatRequest = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
});
const embeddingRequest = z.object({ model: z.string(), input: z.union([z.string(), z.array(z.string()).min(1)]) });

const ERRORS: Record<number, { type: string; code: string | null; message: string }> = {
  400: { type: 'invalid_request_error', code: null, message: 'The request body is not valid.' },
  401: { type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  402: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your current quota.' },
  403: { type: 'invalid_request_error', code: 'unsupported_country', message: 'This key may not be used from here.' },
  404: { type: 'invalid_request_error', code: 'unknown_url', message: 'Unknown request URL.' },
  429: { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached for requests.' },
};
const SERVER_ERROR = {
  type: 'server_error',
  code: null,
  message: 'The server had an error while processing the request.',
};

/** The routes of the provider over plain node:http, with OpenAI's error shape and rate-limit headers. */
export function toProviderListener(options: ListenerOptions): ProviderListener {
  let windowStartMs = options.nowMs();
  let used = 0;

  const countRequest = (response: ServerResponse, remaining: number | undefined): boolean => {
    const nowMs = options.nowMs();
    if (nowMs - windowStartMs >= MINUTE_MS) {
      windowStartMs = nowMs;
      used = 0;
    }
    used += 1;
    const resetSeconds = Math.ceil((windowStartMs + MINUTE_MS - nowMs) / 1000);
    response.setHeader('x-ratelimit-limit-requests', options.requestsPerMinute);
    response.setHeader('x-ratelimit-remaining-requests', remaining ?? Math.max(0, options.requestsPerMinute - used));
    response.setHeader('x-ratelimit-reset-requests', `${resetSeconds}s`);
    return used <= options.requestsPerMinute;
  };

  return (request, response, fault) => {
    const allowed = countRequest(response, fault?.remaining);
    response.setHeader('x-region', fault?.region ?? HOME_REGION);
    const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (fault?.silent === true) return;
    if (fault?.dripMs !== undefined) dripAnswer(response, fault.dripMs);
    if (fault?.status !== undefined) return fail(response, fault.status, fault.retryAfter);
    const isTaken = options.isKey(key) || (fault?.testKeys === true && key.startsWith('sk_test_'));
    if (!isTaken) return fail(response, 401);
    if (!allowed) return fail(response, 429);
    if (fault?.body !== undefined) return void response.writeHead(200, JSON_TYPE).end(fault.body);
    route(request, response, Math.floor(options.nowMs() / 1000), fault?.model).catch(() => fail(response, 400));
  };
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  created: number,
  model: string | undefined,
): Promise<void> {
  const send = (answer: object): void => write(response, 200, model === undefined ? answer : { ...answer, model });
  switch (`${request.method} ${request.url}`) {
    case 'GET /v1/models':
      return send({ object: 'list', data: [CHAT_MODEL, EMBEDDING_MODEL].map(toModel) });
    case 'POST /v1/chat/completions':
      return send(toCompletion(chatRequest.parse(await readJson(request)), created));
    case 'POST /v1/embeddings':
      return send(toEmbeddings(embeddingRequest.parse(await readJson(request))));
    default:
      return fail(response, 404);
  }
}

function toModel(id: string): object {
  return { id, object: 'model', created: 0, owned_by: 'mosaic' };
}

function toCompletion(request: z.infer<typeof chatRequest>, created: number): object {
  const { reply, promptTokens, replyTokens } = completeChat(request.messages);
  return {
    id: `chatcmpl-${created}`,
    object: 'chat.completion',
    created,
    model: request.model,
    choices: [{ index: 0, message: { role: 'assistant', content: reply }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: replyTokens,
      total_tokens: promptTokens + replyTokens,
    },
  };
}

function toEmbeddings(request: z.infer<typeof embeddingRequest>): object {
  const inputs = typeof request.input === 'string' ? [request.input] : request.input;
  const tokens = inputs.reduce((sum, text) => sum + toWords(text).length, 0);
  return {
    object: 'list',
    model: request.model,
    data: inputs.map((text, index) => ({ object: 'embedding', index, embedding: embedText(text) })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw new Error('The body is too large.');
    chunks.push(chunk as Buffer);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function fail(response: ServerResponse, status: number, retryAfter = '1'): void {
  const error = ERRORS[status] ?? SERVER_ERROR;
  if (status === 429) response.setHeader('retry-after', retryAfter);
  write(response, status, { error: { message: error.message, type: error.type, param: null, code: error.code } });
}

function write(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, JSON_TYPE).end(JSON.stringify(body));
}

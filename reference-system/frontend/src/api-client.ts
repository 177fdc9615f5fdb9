import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from '../../../contracts/generated/backend.d.ts';

export type Schemas = components['schemas'];
/** RFC 9457, as the contract has it. */
export type Problem = Schemas['Problem'];

/** An answer that is not a success: `message` is the problem's own sentence (`detail`, else `title`). 0 = there was none. */
export class ApiError extends Error {
  readonly status: number;
  /** `undefined` where the answer was no problem, e.g. the page of a proxy */
  readonly problem: Problem | undefined;
  constructor(status: number, message: string, problem?: Problem) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

export interface ApiClientOptions {
  /** default: the host of the page */
  readonly baseUrl?: string;
  /** the session as a bearer token; pages in a browser have it in a cookie that they cannot see */
  readonly token?: () => string | undefined;
  /** a token that was sent was refused: whoever keeps it can let go of it */
  readonly onRefused?: () => void;
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** The operations of the contract, with its types. Everything that is not a success is thrown as an `ApiError`. */
export function createApiClient({ baseUrl, token, onRefused, fetch }: ApiClientOptions = {}): Client<paths> {
  const client = createClient<paths>({
    credentials: 'same-origin',
    ...(baseUrl !== undefined && { baseUrl }),
    ...(fetch !== undefined && { fetch }),
  });
  client.use({
    onRequest({ request }) {
      const bearer = token?.();
      if (bearer !== undefined) request.headers.set('authorization', `Bearer ${bearer}`);
      if (!request.headers.has('accept')) request.headers.set('accept', 'application/json');
      return request;
    },
    async onResponse({ request, response }) {
      if (response.ok) {
        await requireAnswer(request, response);
        return;
      }
      if (response.status === 401 && request.headers.has('authorization')) onRefused?.();
      throw await toError(response);
    },
    onError() {
      return new ApiError(0, 'mosaic cannot be reached. Check your connection and try again.');
    },
  });
  return client;
}

/** What promises JSON and is none (the page of a proxy, half an answer) is no success. */
async function requireAnswer(request: Request, response: Response): Promise<void> {
  if (response.status === 204 || request.headers.get('accept') !== 'application/json') return;
  if ((await jsonOf(response)) !== null) return;
  throw new ApiError(response.status, 'The server sent something that is not an answer. Try again in a moment.');
}

async function toError(response: Response): Promise<ApiError> {
  const body = await jsonOf(response);
  const problem = isProblem(body) ? body : undefined;
  const message = problem?.detail ?? problem?.title ?? `The server answered ${response.status}. Try again in a moment.`;
  return new ApiError(response.status, message, problem);
}

/** Proxies on the way may leave out what is not needed to speak of it. */
function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && ('title' in body || 'detail' in body);
}

/** `null` where the body is no JSON, whatever it calls itself. */
async function jsonOf(response: Response): Promise<unknown> {
  const isJson = /^application\/([\w.-]+\+)?json\b/.test(response.headers.get('content-type') ?? '');
  if (!isJson) return null;
  return response
    .clone()
    .json()
    .catch(() => null);
}

/** Every error that this backend answers, by its stable code (RFC 9457: the `code` is an extension member). */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'Bad request', detail: 'The request is not what the contract says.' },
  'not-authenticated': {
    status: 401,
    title: 'Not authenticated',
    detail: 'Log in, and send the token of the session.',
  },
  'wrong-credentials': {
    status: 401,
    title: 'Wrong e-mail address or password',
    detail: 'There is no account with this address and password.',
  },
  'route-not-found': { status: 404, title: 'Route not found', detail: 'Nothing answers this method at this path.' },
  'job-not-found': { status: 404, title: 'Job not found', detail: 'There is no such job.' },
  'file-not-found': { status: 404, title: 'File not found', detail: 'There is no such file of yours.' },
  'email-taken': { status: 409, title: 'E-mail address taken', detail: 'Log in, or register another address.' },
  'payload-too-large': { status: 413, title: 'Payload too large', detail: 'Send less at once.' },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send a media type that the contract names.',
  },
  'rate-limited': { status: 429, title: 'Too many requests', detail: 'Wait as long as Retry-After says.' },
  'provider-rate-limited': {
    status: 429,
    title: 'AI provider limits this service',
    detail: 'Wait as long as Retry-After says.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    detail: 'Something broke here; name the request_id when you ask for help.',
  },
  'provider-failed': {
    status: 502,
    title: 'AI provider failed',
    detail: 'The AI provider answered something unusable.',
  },
  'provider-refused': {
    status: 502,
    title: 'AI provider refuses this service',
    detail: 'The AI provider does not take the key of this service.',
  },
  'provider-unavailable': {
    status: 503,
    title: 'AI provider unavailable',
    detail: 'The AI provider cannot be reached now.',
  },
  'database-unavailable': { status: 503, title: 'Database unavailable', detail: 'The database cannot be reached now.' },
  'storage-unavailable': { status: 503, title: 'Storage unavailable', detail: 'Files cannot be stored or read now.' },
  'provider-timeout': { status: 504, title: 'AI provider too slow', detail: 'The AI provider did not answer in time.' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export interface InvalidField {
  readonly path: string;
  readonly message: string;
}

export interface ProblemExtras {
  readonly detail?: string;
  readonly errors?: readonly InvalidField[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** An error that is answered to the client as a problem; anything else becomes `internal-error`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;
  constructor(code: ProblemCode, extras: ProblemExtras = {}) {
    super(extras.detail ?? PROBLEMS[code].title, { cause: extras.cause });
    this.code = code;
    this.extras = extras;
  }
}

/** What a URI may have as it is (RFC 3986 §3.3); anything else in a path is not repeated to whoever sent it. */
const PATH = /^\/(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9a-f]{2})*$/i;

/** The body of a problem for one request (RFC 9457 §3.1); `target` = its path and query. */
export function toProblemBody(error: ProblemError, requestId: string, target: string): Record<string, unknown> {
  const { status, title, detail } = PROBLEMS[error.code];
  const { errors } = error.extras;
  const path = target.split('?', 1)[0] ?? '';
  return {
    type: 'about:blank',
    title,
    status,
    code: error.code,
    detail: error.extras.detail ?? detail,
    ...(PATH.test(path) ? { instance: path } : {}),
    ...(errors === undefined ? {} : { errors }),
    request_id: requestId,
  };
}

/** Every error that this backend answers, by its stable code (RFC 9457: the `code` is an extension member). */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'Bad request' },
  'not-authenticated': { status: 401, title: 'Not authenticated' },
  'wrong-credentials': { status: 401, title: 'Wrong e-mail address or password' },
  'route-not-found': { status: 404, title: 'Route not found' },
  'job-not-found': { status: 404, title: 'Job not found' },
  'file-not-found': { status: 404, title: 'File not found' },
  'email-taken': { status: 409, title: 'E-mail address taken' },
  'payload-too-large': { status: 413, title: 'Payload too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'provider-rate-limited': { status: 429, title: 'AI provider limits this service' },
  'internal-error': { status: 500, title: 'Internal error' },
  'provider-failed': { status: 502, title: 'AI provider failed' },
  'provider-refused': { status: 502, title: 'AI provider refuses this service' },
  'provider-unavailable': { status: 503, title: 'AI provider unavailable' },
  'database-unavailable': { status: 503, title: 'Database unavailable' },
  'storage-unavailable': { status: 503, title: 'Storage unavailable' },
  'provider-timeout': { status: 504, title: 'AI provider too slow' },
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

/** The body of a problem for one request (RFC 9457 §3.1). */
export function toProblemBody(error: ProblemError, requestId: string): Record<string, unknown> {
  const { status, title } = PROBLEMS[error.code];
  const { detail, errors } = error.extras;
  return {
    type: 'about:blank',
    title,
    status,
    code: error.code,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    request_id: requestId,
  };
}

import type { ChatReply, FileList, Job, JobPage, Login, StoredFile, User } from './api-types.ts';

/** An answer of the API that is not a success: `message` is the problem's own sentence (RFC 9457 `detail`, else `title`). */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function problemMessage(status: number, body: unknown): string {
  if (typeof body === 'object' && body !== null) {
    if ('detail' in body && typeof body.detail === 'string') return body.detail;
    if ('title' in body && typeof body.title === 'string') return body.title;
  }
  return `The server answered ${status}. Try again in a moment.`;
}

/** Sends a request; gives the answer of a success, and throws an `ApiError` for everything else. */
async function send(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, { ...init, credentials: 'same-origin' }).catch(() => {
    throw new ApiError(0, 'mosaic cannot be reached. Check your connection and try again.');
  });
  if (response.ok) return response;
  const problem: unknown = isJson(response) ? await response.json().catch(() => null) : null;
  throw new ApiError(response.status, problemMessage(response.status, problem));
}

function isJson(response: Response): boolean {
  return /^application\/([\w.-]+\+)?json\b/.test(response.headers.get('content-type') ?? '');
}

async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const isForm = body instanceof FormData;
  const init: RequestInit = { method, headers: { accept: 'application/json' } };
  if (isForm) init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { accept: 'application/json', 'content-type': 'application/json' };
  }
  const response = await send(path, init);
  if (response.status === 204) return undefined as Answer;
  const answer: unknown = isJson(response) ? await response.json().catch(() => null) : null;
  if (answer === null) {
    throw new ApiError(response.status, 'The server sent something that is not an answer. Try again in a moment.');
  }
  return answer as Answer;
}

export const api = {
  searchJobs: (query: string, page: number) =>
    call<JobPage>('GET', `/jobs?${new URLSearchParams({ query, page: String(page), per_page: '10' })}`),
  job: (id: string) => call<Job>('GET', `/jobs/${encodeURIComponent(id)}`),
  register: (name: string, email: string, password: string) =>
    call<User>('POST', '/auth/register', { name, email, password }),
  login: (email: string, password: string) => call<Login>('POST', '/auth/login', { email, password }),
  logout: () => call<void>('POST', '/auth/logout'),
  me: () => call<User>('GET', '/auth/me'),
  files: () => call<FileList>('GET', '/files'),
  upload: (file: File) => {
    const form = new FormData();
    form.append('file', file);
    return call<StoredFile>('POST', '/files', form);
  },
  download: async (id: string) =>
    (await send(`/files/${encodeURIComponent(id)}`, { headers: { accept: '*/*' } })).blob(),
  deleteFile: (id: string) => call<void>('DELETE', `/files/${encodeURIComponent(id)}`),
  ask: (message: string) => call<ChatReply>('POST', '/chat', { message }),
};

/** Mutants of the backend: its answers, one change each. */
import type { AnswerChange, Mutant } from './mutant.ts';

const STACK = 'TypeError: x is not a function\n    at login (/srv/app/src/auth.ts:12:3)';
const PROBLEM = { type: 'about:blank', title: 'Internal error', status: 500, code: 'internal-error', request_id: '1' };
const FAILED: Pick<AnswerChange, 'status' | 'body'> = { status: 500, body: JSON.stringify(PROBLEM) };
const GONE: Pick<AnswerChange, 'status' | 'body' | 'headers'> = {
  status: 404,
  body: JSON.stringify({ ...PROBLEM, title: 'Route not found', status: 404, code: 'route-not-found' }),
  headers: { 'content-type': 'application/problem+json' },
};
const USER = {
  id: '0b9f2c1e-6d5a-4c3b-8e7f-1a2b3c4d5e6f',
  email: 'ada@example.org',
  name: 'Ada',
  created_at: '2026-11-01T10:00:00.000Z',
};
const json = (status: number, body: unknown): Pick<AnswerChange, 'status' | 'body' | 'headers'> => {
  return { status, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
};

/** operation → kind and change */
const CHANGES: Readonly<Record<string, readonly (readonly [kind: string, change: AnswerChange])[]>> = {
  'GET /health': [
    ['status', { on: 200, status: 201 }],
    ['missing field', { on: 200, remove: ['/checks/provider'] }],
    ['type', { on: 200, patch: { '/checks/database/latency_ms': '1.2' } }],
    ['format', { on: 200, patch: { '/time': 'now' } }],
    ['missing header', { on: 200, headers: { 'cache-control': null } }],
    ['header value', { on: 200, headers: { 'cache-control': 'max-age=60' } }],
    ['content type', { on: 200, headers: { 'content-type': 'text/html' } }],
    ['failure as such', { on: 200, status: 503 }],
  ],
  'GET /__version': [
    ['missing field', { on: 200, remove: ['/git_sha'] }],
    ['pattern', { on: 200, patch: { '/git_sha': 'main' } }],
    ['format', { on: 200, patch: { '/started_at': 'yesterday' } }],
    ['extra field', { on: 200, patch: { '/hostname': 'db-1.internal' } }],
  ],
  'GET /__config': [
    ['choice', { on: 200, patch: { '/AI_API_KEY': 'sk-live-1' } }],
    ['missing field', { on: 200, remove: ['/settings/timezone'] }],
    ['type', { on: 200, patch: { '/settings/features/coach': true } }],
  ],
  'GET /metrics': [
    ['content type', { on: 200, headers: { 'content-type': 'application/json' } }],
    ['removed route', { on: 200, ...GONE }],
  ],
  'POST /auth/register': [
    ['status', { on: 201, status: 200 }],
    ['extra field', { on: 201, patch: { '/password_hash': 'x' } }],
    ['type', { on: 201, patch: { '/id': 7 } }],
    ['format', { on: 201, patch: { '/email': 'no address' } }],
    ['500 on bad input', { on: 400, ...FAILED }],
    ['bad input is taken', { on: 400, ...json(201, USER) }],
    ['undeclared refusal', { on: 400, status: 422, patch: { '/status': 422 } }],
  ],
  'POST /auth/login': [
    ['missing header', { on: 200, headers: { 'set-cookie': null } }],
    ['length', { on: 200, patch: { '/token': 'short' } }],
    ['constant', { on: 200, patch: { '/token_type': 'token' } }],
    ['content type', { on: 401, headers: { 'content-type': 'application/json' } }],
    ['stack trace', { on: 400, patch: { '/detail': STACK } }],
    ['500 on another media type', { on: 415, ...FAILED }],
    ['status in the problem', { on: 401, patch: { '/status': 403 } }],
  ],
  'POST /auth/logout': [
    ['status', { on: 204, ...json(200, {}) }],
    ['removed route', { on: 204, ...GONE }],
  ],
  'GET /auth/me': [
    ['missing field', { on: 200, remove: ['/name'] }],
    ['500 without a session', { on: 401, ...FAILED }],
    ['auth dropped', { on: 401, ...json(200, USER) }],
    ['null', { on: 200, patch: { '/created_at': null } }],
  ],
  'DELETE /auth/me': [['status', { on: 204, ...json(202, {}) }]],
  'GET /files': [
    ['type', { on: 200, patch: { '/total': '0' } }],
    ['missing field', { on: 200, remove: ['/items'] }],
    ['content type of a refusal', { on: 401, headers: { 'content-type': 'text/plain' } }],
  ],
  'POST /files': [
    ['missing header', { on: 201, headers: { location: null } }],
    ['bound', { on: 201, patch: { '/size_bytes': -1 } }],
    ['pattern', { on: 201, patch: { '/sha256': 'ABC' } }],
    ['500 on bad input', { on: 400, ...FAILED }],
    ['choice', { on: 201, patch: { '/content_type': 'application/zip' } }],
  ],
  'GET /files/{id}': [
    ['missing header', { on: 200, headers: { 'content-disposition': null } }],
    ['content type', { on: 200, headers: { 'content-type': 'application/zip' } }],
    ['removed route', { on: 200, ...GONE }],
    ['500 on bad input', { on: 400, ...FAILED }],
  ],
  'DELETE /files/{id}': [
    ['status', { on: 204, ...json(200, {}) }],
    ['500 on repetition', { on: 404, ...FAILED }],
  ],
  'GET /jobs': [
    ['type', { on: 200, patch: { '/items/0/title': 5 } }],
    ['missing field', { on: 200, remove: ['/items/0/company'] }],
    ['format', { on: 200, patch: { '/items/0/posted_at': '2026-10-01' } }],
    ['bound', { on: 200, patch: { '/per_page': 100 } }],
    ['bad input is taken', { on: 400, ...json(200, { items: [], total: 0, page: 1, per_page: 20 }) }],
    ['stack trace', { on: 400, patch: { '/detail': STACK } }],
    ['content type', { on: 400, headers: { 'content-type': 'application/json' } }],
    ['no JSON', { on: 200, body: '{"items":[],"total":0,"page":1,"per_page":20,}' }],
    ['500 on good input', { on: 200, ...FAILED, headers: { 'content-type': 'application/problem+json' } }],
  ],
  'GET /jobs/{id}': [
    ['type', { on: 200, patch: { '/remote': 'yes' } }],
    ['integer', { on: 200, patch: { '/salary_min_eur': 1.5 } }],
    ['removed route', { on: 200, ...GONE }],
    ['content type', { on: 404, headers: { 'content-type': 'text/html' } }],
    ['missing field of a problem', { on: 404, remove: ['/code'] }],
  ],
  'POST /chat': [
    ['missing field', { on: 200, remove: ['/usage/total_tokens'] }],
    ['empty', { on: 200, patch: { '/reply': '' } }],
    ['502 for everything', { on: 200, status: 502 }],
  ],
  'GET /reranker/health': [
    ['bound', { on: 200, patch: { '/latency_ms': -1 } }],
    ['content type', { on: 200, headers: { 'content-type': null } }],
  ],
  'POST /reranker/rerank': [
    ['bound', { on: 200, patch: { '/items/0/score': 2 } }],
    ['extra field', { on: 200, patch: { '/items/0/text': 'x' } }],
    ['stack trace', { on: 400, patch: { '/detail': STACK } }],
  ],
  'GET /analytics/health': [
    ['choice', { on: 200, patch: { '/status': 'ok' } }],
    ['missing field', { on: 200, remove: ['/ok'] }],
  ],
  'GET /analytics/summary': [
    ['constant', { on: 200, patch: { '/window_days': 7 } }],
    ['choice', { on: 200, patch: { '/kinds/0/kind': 'search' } }],
  ],
};

export const ANSWER_MUTANTS: readonly Mutant[] = Object.entries(CHANGES).flatMap(([operation, changes]) =>
  changes.map(([kind, answer]) => ({
    id: `answer: ${operation}: ${kind} at ${answer.on}`,
    kind,
    operation,
    change: { answer },
  })),
);

/** Mutants of what is behind the answers, and of the contract itself. */
import type { Behaviour } from '../../../reference-system/backend/faults/behaviour.ts';
import type { ContractChange, Mutant } from './mutant.ts';

const BEHAVIOURS: readonly (readonly [operation: string, behaviour: Behaviour])[] = [
  ['GET /jobs', { name: 'page-two' }],
  ['GET /jobs/{id}', { name: 'same-row' }],
  ['GET /jobs/{id}', { name: 'invalid-input', answer: '500' }],
  ['GET /files', { name: 'no-auth' }],
  ['GET /files/{id}', { name: 'other-tenant' }],
  ['POST /chat', { name: 'invalid-input', answer: '500' }],
  ['POST /chat', { name: 'invalid-input', answer: '200' }],
  ['POST /reranker/rerank', { name: 'invalid-input', answer: 'stack-trace' }],
  ['POST /files', { name: 'upload-limit', bytes: 4 }],
  ['POST /auth/login', { name: 'password-expired' }],
  ['GET /analytics/summary', { name: 'no-auth' }],
];

const BEHAVIOUR_MUTANTS: readonly Mutant[] = BEHAVIOURS.map(([operation, behaviour]) => ({
  id: `behaviour: ${operation}: ${behaviour.name}${'answer' in behaviour ? ` ${behaviour.answer}` : ''}`,
  kind: behaviour.name,
  operation,
  change: { behaviour },
}));

const GUARDED = [
  'POST /auth/logout',
  'DELETE /auth/me',
  'GET /files',
  'POST /files',
  'POST /chat',
  'POST /reranker/rerank',
  'GET /analytics/summary',
];

const ACCESS_MUTANTS: readonly Mutant[] = (['nobody', 'anybody'] as const).flatMap((letIn) =>
  GUARDED.map((operation) => {
    const kind = letIn === 'nobody' ? 'auth dropped' : 'auth not checked';
    return { id: `access: ${operation}: ${kind}`, kind, operation, change: { letIn } };
  }),
);

/** The statements themselves: what they forget to ask. */
const STATEMENTS: readonly (readonly [operation: string, kind: string, sql: Readonly<Record<string, string>>])[] = [
  ['GET /auth/me', 'sessions never expire', { 's.expires_at > $2': '$2::timestamptz is not null' }],
  ['POST /chat', 'sessions never expire', { 's.expires_at > $2': '$2::timestamptz is not null' }],
  [
    'DELETE /files/{id}',
    'owner not asked for',
    { 'id = $1 and user_id = $2 returning': 'id = $1 and $2::uuid is not null returning' },
  ],
  ['GET /files/{id}', 'owner not asked for', { 'id = $1 and user_id = $2': 'id = $1 and $2::uuid is not null' }],
  ['GET /jobs', 'page size ignored', { 'limit $2 offset $3': 'limit 20 + 0 * $2::int offset $3' }],
  ['GET /jobs', 'no order', { 'order by posted_at desc, id limit': 'order by random() limit' }],
];

const STATEMENT_MUTANTS: readonly Mutant[] = STATEMENTS.map(([operation, kind, sql]) => ({
  id: `statement: ${operation}: ${kind}`,
  kind,
  operation,
  change: { sql },
}));

const SCHEMAS = '/components/schemas';
/** operation, kind, change */
const CONTRACT: readonly (readonly [operation: string, kind: string, change: ContractChange])[] = [
  ['GET /jobs', 'status removed', { at: '/paths/~1jobs/get/responses/200', remove: true }],
  ['POST /auth/register', 'refusal removed', { at: '/paths/~1auth~1register/post/responses/400', remove: true }],
  ['GET /jobs', 'type', { at: `${SCHEMAS}/JobPage/properties/total/type`, set: 'string' }],
  ['GET /jobs/{id}', 'new required field', { at: `${SCHEMAS}/Job/required/9`, set: 'currency' }],
  ['GET /health', 'field removed', { at: `${SCHEMAS}/Health/properties/time`, remove: true }],
  ['GET /__version', 'pattern', { at: `${SCHEMAS}/Version/properties/git_sha/pattern`, set: '^[0-9a-f]{64}$' }],
  ['GET /auth/me', 'made public', { at: '/paths/~1auth~1me/get/security', set: [] }],
  ['GET /jobs', 'session demanded', { at: '/paths/~1jobs/get/security', set: [{ bearerToken: [] }] }],
  [
    'GET /jobs',
    'content type',
    { at: '/paths/~1jobs/get/responses/200/content', set: { 'text/csv': { schema: { type: 'string' } } } },
  ],
  ['POST /chat', 'operation removed', { at: '/paths/~1chat', remove: true }],
  ['GET /metrics', 'operation removed', { at: '/paths/~1metrics', remove: true }],
  ['GET /files/{id}', 'operation removed', { at: '/paths/~1files~1{id}/get', remove: true }],
  ['GET /jobs', 'request widened', { at: '/paths/~1jobs/get/parameters/2/schema/maximum', set: 100 }],
  ['GET /jobs', 'request narrowed', { at: '/paths/~1jobs/get/parameters/2/schema/maximum', set: 10 }],
  ['POST /auth/register', 'request widened', { at: `${SCHEMAS}/Registration/properties/password/minLength`, set: 8 }],
  ['POST /auth/register', 'request narrowed', { at: `${SCHEMAS}/Registration/properties/name/maxLength`, set: 50 }],
  ['POST /files', 'format', { at: `${SCHEMAS}/StoredFile/properties/created_at/format`, set: 'date' }],
  ['GET /jobs/{id}', 'new required field of a problem', { at: `${SCHEMAS}/Problem/required/5`, set: 'retry' }],
  ['POST /chat', 'new required field of a request', { at: `${SCHEMAS}/ChatMessage/required/1`, set: 'language' }],
  [
    'GET /files/{id}',
    'type of a parameter',
    { at: '/paths/~1files~1{id}/parameters/0/schema', set: { type: 'integer' } },
  ],
  [
    'POST /auth/login',
    'new required header',
    {
      at: '/paths/~1auth~1login/post/responses/200/headers/x-csrf',
      set: { required: true, schema: { type: 'string' } },
    },
  ],
  [
    'GET /analytics/summary',
    'choice removed',
    {
      at: `${SCHEMAS}/AnalyticsSummary/properties/kinds/items/properties/kind/enum`,
      set: ['upload', 'chat', 'rerank'],
    },
  ],
  [
    'POST /chat',
    'media type of a request',
    {
      at: '/paths/~1chat/post/requestBody/content',
      set: { 'application/x-ndjson': { schema: { type: 'string' }, example: '{}' } },
    },
  ],
  [
    'GET /jobs/newest',
    'operation that nobody answers',
    {
      at: '/paths/~1jobs~1newest',
      set: {
        get: {
          security: [],
          responses: {
            '200': {
              description: 'x',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Job' } } },
            },
            '400': { $ref: '#/components/responses/BadRequest' },
          },
        },
      },
    },
  ],
  ['DELETE /files/{id}', 'status', { at: '/paths/~1files~1{id}/delete/responses/204', remove: true }],
  ['POST /reranker/rerank', 'bound', { at: `${SCHEMAS}/RerankRequest/properties/documents/maxItems`, set: 60 }],
];

const CONTRACT_MUTANTS: readonly Mutant[] = CONTRACT.map(([operation, kind, contract]) => ({
  id: `contract: ${operation}: ${kind}`,
  kind,
  operation,
  change: { contract },
}));

export const OTHER_MUTANTS: readonly Mutant[] = [
  ...BEHAVIOUR_MUTANTS,
  ...ACCESS_MUTANTS,
  ...STATEMENT_MUTANTS,
  ...CONTRACT_MUTANTS,
];

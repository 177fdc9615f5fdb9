import { randomUUID } from 'node:crypto';
import type { createClient, Door, Observation } from './client.ts';

/** What a user sees: status and the fact that matters, "200 60 jobs"; or the code of the error that came instead. */
export type Sight = string;

type Ask = ReturnType<typeof createClient>;
type Looks = Record<string, (day: Day) => Promise<Sight>>;

/** One user with the requests of one day; made anew for each look. */
type Day = {
  get: (path: string, door?: Door) => Promise<Observation>;
  post: (path: string, body: unknown, door?: Door) => Promise<Observation>;
  send: (method: string, path: string, body?: { type: string; text: string }, door?: Door) => Promise<Observation>;
  register: () => Promise<Observation>;
  logIn: (password?: string, door?: Door) => Promise<Observation>;
  upload: (text: string) => Promise<Observation>;
};

const password = 'correct horse battery staple';

function createDay(ask: Ask): Day {
  const email = `${randomUUID()}@mosaic.test`;
  let authorization: string | undefined;
  const send: Day['send'] = (method, path, body, door = 'FRONT_DOOR') =>
    ask(door, path, {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': body.type }),
      },
      ...(body === undefined ? {} : { body: body.text }),
    });
  const post: Day['post'] = (path, value, door) =>
    send('POST', path, { type: 'application/json', text: JSON.stringify(value) }, door);
  return {
    send,
    post,
    get: (path, door) => send('GET', path, undefined, door),
    register: () => post('/auth/register', { email, password, name: 'Rig' }),
    logIn: async (given = password, door) => {
      const answer = await post('/auth/login', { email, password: given }, door);
      authorization = answer.status === 200 ? `Bearer ${JSON.parse(answer.text).token}` : undefined;
      return answer;
    },
    upload: (text) =>
      send('POST', '/files', {
        type: 'multipart/form-data; boundary=rig',
        text: `--rig\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n${text}\r\n--rig--\r\n`,
      }),
  };
}

function show(answer: Observation, fact: (body: Record<string, unknown>) => unknown = () => ''): Sight {
  if (answer.status === undefined) return answer.error ?? 'nothing';
  const isJson = answer.status < 300 && answer.type.startsWith('application/json');
  return `${answer.status} ${isJson ? fact(JSON.parse(answer.text)) : ''}`.trim();
}

async function afterLogin(day: Day, look: () => Promise<Sight>): Promise<Sight> {
  const registered = await day.register();
  if (registered.status !== 201) return `register ${show(registered)}`;
  const login = await day.logIn();
  return login.status === 200 ? look() : `login ${show(login)}`;
}

const looks = {
  health: async (day) => {
    const { status, text, error } = await day.get('/health');
    if (status !== 200 && status !== 503) return `${status ?? error}`;
    const checks = Object.entries(JSON.parse(text).checks as Record<string, { ok: boolean }>);
    return [status, ...checks.filter(([, check]) => !check.ok).map(([name]) => name)].join(' ');
  },
  jobs: async (day) => show(await day.get('/jobs'), (body) => body['total']),
  job: async (day) => show(await day.get('/jobs/1'), (body) => body['title']),
  anotherJob: async (day) => show(await day.get('/jobs/2'), (body) => body['id']),
  register: async (day) => show(await day.register()),
  login: (day) => afterLogin(day, async () => '200'),
  me: (day) => afterLogin(day, async () => show(await day.get('/auth/me'), (body) => body['name'])),
  upload: (day) => afterLogin(day, async () => show(await day.upload('kept as it is'))),
  download: (day) =>
    afterLogin(day, async () => {
      const uploaded = await day.upload('kept as it is');
      if (uploaded.status !== 201) return `upload ${show(uploaded)}`;
      const { status, error, text } = await day.get(`/files/${JSON.parse(uploaded.text).id}`);
      return status === 200 ? `200 ${text}` : `${status ?? error}`;
    }),
  analytics: (day) => afterLogin(day, async () => show(await day.get('/analytics/summary'), (body) => body['total'])),
  rerank: (day) =>
    afterLogin(day, async () =>
      show(await day.post('/reranker/rerank', { query: 'a', documents: [{ id: '1', text: 'a' }] })),
    ),
  chat: (day) =>
    afterLogin(day, async () => show(await day.post('/chat', { message: 'hello' }), (body) => body['model'])),
  config: async (day) =>
    show(await day.get('/__config'), (body) => {
      const { settings, ...variables } = body;
      const odd = Object.entries(variables).filter(([, state]) => state !== 'present');
      return odd.map(([name, state]) => `${name} ${state}`).join(', ');
    }),
  configOfReplica2: async (day) => show(await day.get('/__config', 'REPLICA_2'), (body) => body['SESSION_SECRET']),
  settings: async (day) => show(await day.get('/__config'), (body) => JSON.stringify(body['settings'])),
  schemaVersion: async (day) => show(await day.get('/__version'), (body) => body['schema_version']),
} satisfies Looks;

export type Look = keyof typeof looks;

/** Looks at the system as a new user through the front door. */
export function look(ask: Ask, what: Look): Promise<Sight> {
  return looks[what](createDay(ask));
}

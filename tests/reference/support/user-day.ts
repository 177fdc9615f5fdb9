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
  /** Asks with the session's cookie in place of its token, as a browser does. */
  useCookie: () => void;
  /** Asks as nobody from here on. */
  forget: () => void;
  /** Goes on as another new user. */
  other: () => Promise<Observation>;
};

const password = 'correct horse battery staple';

export function createDay(ask: Ask): Day {
  let email = `${randomUUID()}@mosaic.test`;
  let authorization: string | undefined;
  let cookie: string | undefined;
  let lastCookie: string | undefined;
  const send: Day['send'] = (method, path, body, door = 'FRONT_DOOR') =>
    ask(door, path, {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(cookie === undefined ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': body.type }),
      },
      ...(body === undefined ? {} : { body: body.text }),
    });
  const post: Day['post'] = (path, value, door) =>
    send('POST', path, { type: 'application/json', text: JSON.stringify(value) }, door);
  const logIn: Day['logIn'] = async (given = password, door) => {
    const answer = await post('/auth/login', { email, password: given }, door);
    authorization = answer.status === 200 ? `Bearer ${JSON.parse(answer.text).token}` : undefined;
    lastCookie = answer.headers['set-cookie']?.[0]?.split(';', 1)[0];
    return answer;
  };
  const register: Day['register'] = () => post('/auth/register', { email, password, name: 'Rig' });
  return {
    send,
    post,
    logIn,
    register,
    useCookie: () => {
      authorization = undefined;
      cookie = lastCookie;
    },
    forget: () => {
      authorization = undefined;
    },
    other: async () => {
      authorization = undefined;
      email = `${randomUUID()}@mosaic.test`;
      await register();
      return logIn();
    },
    get: (path, door) => send('GET', path, undefined, door),
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
  search: async (day) => show(await day.get('/jobs?query=engineer'), (body) => (body['total'] === 0 ? 'none' : 'some')),
  job: async (day) => show(await day.get('/jobs/1'), (body) => body['title']),
  salary: async (day) => show(await day.get('/jobs/1'), (body) => typeof body['salary_min_eur']),
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
      return status === 200 ? `200 ${text}`.trim() : `${status ?? error}`;
    }),
  analytics: (day) => afterLogin(day, async () => show(await day.get('/analytics/summary'), (body) => body['total'])),
  rerank: (day) =>
    afterLogin(day, async () =>
      show(await day.post('/reranker/rerank', { query: 'a', documents: [{ id: '1', text: 'a' }] })),
    ),
  passwordNobodyHas: (day) => afterLogin(day, async () => show(await day.logIn('a password that nobody has'))),
  emptyPassword: (day) => afterLogin(day, async () => show(await day.logIn(''))),
  wildcardPassword: (day) => afterLogin(day, async () => show(await day.logIn('%'))),
  anonymous: async (day) => show(await day.get('/auth/me'), (body) => body['name']),
  loggedOut: (day) =>
    afterLogin(day, async () => {
      await day.send('POST', '/auth/logout');
      return show(await day.get('/auth/me'), (body) => body['name']);
    }),
  loggedOutByCookie: (day) =>
    afterLogin(day, async () => {
      day.useCookie();
      await day.send('POST', '/auth/logout');
      return show(await day.get('/auth/me'), (body) => body['name']);
    }),
  jobAfterAnother: async (day) => {
    await day.get('/jobs/1', 'REPLICA_1');
    return show(await day.get('/jobs/2', 'REPLICA_1'), (body) => body['id']);
  },
  /** The distinct answers of both replicas to one session. */
  meEverywhere: (day) =>
    afterLogin(day, async () => {
      const seen = [await day.get('/auth/me', 'REPLICA_1'), await day.get('/auth/me', 'REPLICA_2')];
      return [...new Set(seen.map(({ status }) => status))].sort().join(' ');
    }),
  fileEverywhere: (day) =>
    afterLogin(day, async () => {
      const path = `/files/${JSON.parse((await day.upload('kept as it is')).text).id}`;
      const seen = [await day.get(path, 'REPLICA_1'), await day.get(path, 'REPLICA_2')];
      return [...new Set(seen.map(({ status }) => status))].sort().join(' ');
    }),
  cookie: async (day) => {
    await day.register();
    const cookie = String((await day.logIn()).headers['set-cookie']?.[0] ?? '');
    return cookie
      .split('; ')
      .slice(1)
      .filter((part) => !part.startsWith('Expires'))
      .sort()
      .join('; ');
  },
  loginOfNobody: async (day) => show(await day.logIn()),
  threeLogins: async (day) => {
    await day.register();
    const answers = [await day.logIn(), await day.logIn(), await day.logIn()];
    return answers.map(({ status }) => status).join(' ');
  },
  clock: async (day) => {
    const { headers } = await day.get('/jobs/1', 'REPLICA_1');
    const skewMs = Date.parse(String(headers.date)) - Date.now();
    return `${Math.round(skewMs / 60_000)} min`;
  },
  fileOfAnybody: (day) =>
    afterLogin(day, async () => {
      const path = `/files/${JSON.parse((await day.upload('kept as it is')).text).id}`;
      await day.send('POST', '/auth/logout');
      day.forget();
      return show(await day.get(path));
    }),
  filesOfAnother: (day) =>
    afterLogin(day, async () => {
      await day.upload('kept as it is');
      await day.other();
      const { status, text } = await day.get('/files');
      return `${status} ${JSON.parse(text).total > 0 ? 'some' : 'none'}`;
    }),
  listing: async (day) => show(await day.get('/files/')),
  bigUpload: (day) => afterLogin(day, async () => show(await day.upload('x'.repeat(200_000)))),
  invalid: async (day) => show(await day.get('/jobs?page=minus-one')),
  /** Whether the refusal of invalid input holds a line of the program. */
  refusal: async (day) => {
    const { status, text } = await day.get('/jobs?page=minus-one');
    return `${status} ${/^\s+at /m.test(String(JSON.parse(text).detail)) ? 'with' : 'without'} its inside`;
  },
  unknownPost: async (day) => show(await day.post('/jobs', {})),
  secondPage: async (day) => {
    const [first, second] = [await day.get('/jobs?page=1'), await day.get('/jobs?page=2')];
    const idOf = ({ text }: Observation): unknown => JSON.parse(text).items[0].id;
    return idOf(first) === idOf(second) ? 'the first again' : 'another one';
  },
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

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../reference-system/attach.ts';
import { type BreakableSystem, type Case, startBreakableSystem } from './support/breaks-and-heals.ts';
import { createDay, look } from './support/user-day.ts';

let system: BreakableSystem;
beforeAll(async () => {
  system = await startBreakableSystem();
});
afterAll(() => system.stop());

const wrong = (name: string, more: object = {}): Fault[] => [
  { kind: 'behaviour', behaviour: { name, ...more } } as Fault,
];
const provider = (fault: object): Fault[] => [{ kind: 'provider', ...fault } as Fault];
const storage = (action: string): Fault[] => [{ kind: 'storage', action } as Fault];
const isRoot = process.getuid?.() === 0;

const dataCases: Case[] = [
  ['fixtures', wrong('fixtures'), 'me', '200 Demo User', '200 Rig'],
  ['the memory of a process', wrong('in-memory'), 'me', 'login 401', '200 Rig'],
  ['a cache that knows one answer', wrong('cached'), 'jobAfterAnother', '200 1', '200 2'],
  ['a copy that is behind', wrong('stale-reads', { lagMs: 60_000 }), 'me', '401', '200 Rig'],
  ['a copy that is hardly behind', wrong('stale-reads', { lagMs: 1 }), 'me', '200 Rig', '200 Rig'],
  ['a pool without a connection', wrong('pool-exhausted'), 'jobs', '503', '200 60'],
  ['one row for all', wrong('same-row'), 'anotherJob', '200 1', '200 2'],
  ['the row before', wrong('neighbour-row'), 'anotherJob', '200 1', '200 2'],
  ['an index that is gone', wrong('lost-index'), 'search', '200 none', '200 some'],
  ['… which lists everything still', wrong('lost-index'), 'jobs', '200 60', '200 60'],
  ['one page for all', wrong('page-two'), 'secondPage', 'the first again', 'another one'],
];

const cookie = 'HttpOnly; Path=/; SameSite=Lax; Secure';
const accountCases: Case[] = [
  ['sessions in memory', wrong('memory-sessions'), 'meEverywhere', '200 401', '200'],
  ['nobody is asked who he is', wrong('no-auth'), 'anonymous', '200 Robin Resident', '401'],
  ['any password', wrong('any-password', { accepts: 'any' }), 'passwordNobodyHas', '200', '401'],
  ['an empty password', wrong('any-password', { accepts: 'empty' }), 'emptyPassword', '200', '400'],
  ['… and no other', wrong('any-password', { accepts: 'empty' }), 'passwordNobodyHas', '401', '401'],
  ['a password of one wildcard', wrong('any-password', { accepts: 'wildcard' }), 'wildcardPassword', '200', '401'],
  ['everybody is somebody else', wrong('other-user'), 'me', '200 Robin Resident', '200 Rig'],
  ['files of all', wrong('other-tenant'), 'filesOfAnother', '200 some', '200 none'],
  ['logging out changes nothing', wrong('sticky-session', { of: 'all' }), 'loggedOut', '200 Rig', '401'],
  ['… of a cookie', wrong('sticky-session', { of: 'cookie' }), 'loggedOutByCookie', '200 Rig', '401'],
  [
    'a cookie for scripts',
    wrong('cookie', { without: ['HttpOnly'] }),
    'cookie',
    'Path=/; SameSite=Lax; Secure',
    cookie,
  ],
  [
    'a cookie with a domain',
    wrong('cookie', { with: ['Domain=mosaic.test'] }),
    'cookie',
    `Domain=mosaic.test; ${cookie}`,
    cookie,
  ],
  ['locked after a login', wrong('lockout', { after: 1, status: 423 }), 'threeLogins', '200 200 423', '200 200 200'],
  ['a captcha', wrong('lockout', { after: 0, status: 429, captcha: true }), 'login', 'login 429', '200'],
  ['an expired password', wrong('password-expired'), 'login', 'login 401', '200'],
  ['users that are deleted', wrong('deleted-user'), 'login', 'login 401', '200'],
  ['who has an account is told to all', wrong('user-enumeration'), 'loginOfNobody', '404', '401'],
  ['a clock five minutes ahead', wrong('clock', { offsetMs: 300_000 }), 'clock', '5 min', '0 min'],
];

const fileCases: Case[] = [
  ['a folder for each replica', wrong('split-uploads'), 'fileEverywhere', '200 503', '200'],
  ['lost', wrong('lost-uploads'), 'download', '503', '200 kept as it is'],
  ['emptied', wrong('damaged-uploads', { how: 'empty' }), 'download', '200', '200 kept as it is'],
  ['cut', wrong('damaged-uploads', { how: 'truncated' }), 'download', '200 kept a', '200 kept as it is'],
  ['public', wrong('public-files'), 'fileOfAnybody', '200', '401'],
  ['listed', wrong('file-listing'), 'listing', '200', '401'],
  ['small', wrong('upload-limit', { bytes: 100_000 }), 'bigUpload', '413', '201'],
];
const mountCases: Case[] = [
  ['mounted to be read only', storage('read-only-mount'), 'upload', '503', '201'],
  ['full', storage('full'), 'upload', '503', '201'],
  ['full but for empty files', storage('full-but-empty-files'), 'upload', '503', '201'],
  ['out of inodes', storage('no-inodes'), 'upload', '503', '201'],
];

const answerCases: Case[] = [
  ['500 for invalid input', wrong('invalid-input', { answer: '500' }), 'invalid', '500', '400'],
  ['200 for invalid input', wrong('invalid-input', { answer: '200' }), 'invalid', '200', '400'],
  ['a stack trace for invalid input', wrong('invalid-input', { answer: 'stack-trace' }), 'invalid', '500', '400'],
  [
    'a stack trace within the problem',
    wrong('invalid-input', { answer: 'stack-in-detail' }),
    'refusal',
    '400 with its inside',
    '400 without its inside',
  ],
  ['the page for an unknown route', wrong('page-for-unknown', { methods: ['POST'] }), 'unknownPost', '200', '404'],
  ['503 while it warms up', wrong('warm-up', { forMs: 60_000 }), 'jobs', '503', '200 60'],
  ['the routes of the code of before', [{ kind: 'old-code' }], 'rerank', '404', '200'],
];

const providerCases: Case[] = [
  ['no money', provider({ status: 402 }), 'chat', '502', '200 mosaic-coach-1'],
  ['too many calls', provider({ status: 429, retryAfter: '7' }), 'chat', '429', '200 mosaic-coach-1'],
  ['silence', provider({ silent: true }), 'health', '503 provider', '200'],
  ['byte by byte', provider({ dripMs: 100 }), 'health', '503 provider', '200'],
  ['another model', provider({ model: 'mosaic-coach-0' }), 'chat', '200 mosaic-coach-0', '200 mosaic-coach-1'],
  ['something that is no JSON', provider({ body: '<html>' }), 'chat', '502', '200 mosaic-coach-1'],
  ['an error at one of its paths', provider({ status: 500, path: '/v1/embeddings' }), 'rerank', '502', '200'],
  [
    '… and none at the others',
    provider({ status: 500, path: '/v1/embeddings' }),
    'chat',
    '200 mosaic-coach-1',
    '200 mosaic-coach-1',
  ],
];

describe.each([
  ['data comes from', dataCases],
  ['accounts:', accountCases],
  ['files are', fileCases],
  ['the backend answers', answerCases],
  ['the provider answers', providerCases],
])('%s', (_, cases) => {
  it.each(cases)('%s', (...each) => system.breaksAndHeals(each));
});

describe('the upload folder is', () => {
  it.skipIf(!isRoot).each(mountCases)('%s', (...each) => system.breaksAndHeals(each));
});

describe('a replica out of rotation', () => {
  it('answers at its own address, and no request of users reaches it', async () => {
    const broken = {
      kind: 'route',
      at: 'backend',
      replica: 2,
      match: { path: '/jobs' },
      action: { status: 500 },
    } as const;
    await system.control.setFaults([{ kind: 'replica', replica: 2, action: 'out-of-rotation' }, broken]);
    expect((await system.ask('REPLICA_2', '/jobs')).status).toBe(500);
    for (const _ of [1, 2, 3]) expect(await look(system.ask, 'jobs')).toBe('200 60');
    await system.control.setFaults([broken]);
    const seen = [await look(system.ask, 'jobs'), await look(system.ask, 'jobs')];
    expect(seen.sort()).toEqual(['200 60', '500']);
    await system.control.clearFaults();
  });
});

describe('the session that a client brings along', () => {
  const cookie = `__Host-mosaic_session=${'f'.repeat(43)}`;
  const password = 'correct horse battery staple';
  const statusOfBrought = async (email: string): Promise<number | undefined> => {
    const headers = { 'content-type': 'application/json', cookie };
    const post = (path: string, body: object) =>
      system.ask('FRONT_DOOR', path, { method: 'POST', headers, body: JSON.stringify(body) });
    await post('/auth/register', { email, password, name: 'Rig' });
    await post('/auth/login', { email, password });
    return (await system.ask('FRONT_DOOR', '/auth/me', { headers: { cookie } })).status;
  };

  it('is not the one that it is logged in with, unless that is what is broken', async () => {
    expect(await statusOfBrought('before@mosaic.test')).toBe(401);
    await system.control.setFaults(wrong('fixed-session'));
    expect(await statusOfBrought('after@mosaic.test')).toBe(200);
    await system.control.clearFaults();
  });
});

describe('a folder that was wiped', () => {
  it('has lost what was in it, and takes new files', async () => {
    const day = createDay(system.ask);
    await day.register();
    await day.logIn();
    const path = `/files/${JSON.parse((await day.upload('kept as it is')).text).id}`;
    await system.control.setFaults(storage('wiped'));
    expect((await day.get(path)).status).toBe(503);
    expect((await day.upload('new')).status).toBe(201);
    await system.control.clearFaults();
    expect((await day.get(path)).text).toBe('kept as it is');
  });
});

describe('the calls of the provider', () => {
  it('are counted: a chat is one of them', async () => {
    const count = async (): Promise<number> =>
      (await system.control.state()).providerCalls['POST /v1/chat/completions'] ?? 0;
    const before = await count();
    await look(system.ask, 'chat');
    expect((await count()) - before).toBe(1);
  });
});

describe('code of before under the name of the present', () => {
  it('says the commit and the version of the present', async () => {
    await system.control.setFaults([{ kind: 'old-code' }]);
    const { version, git_sha } = JSON.parse((await system.ask('REPLICA_1', '/__version')).text);
    const { env } = await system.control.state();
    expect([version, git_sha]).toEqual([env['REFERENCE_VERSION'], env['REFERENCE_COMMIT']]);
    await system.control.clearFaults();
  });
});

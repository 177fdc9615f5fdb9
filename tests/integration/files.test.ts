import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let token: string;
beforeAll(async () => {
  system = await startSystem();
  token = (await system.logIn()).token;
});
afterAll(() => system.stop());

const text = (bytes: Buffer, name = 'cv.txt') => ({ name, type: 'text/plain', bytes });

test('a stored file comes back byte for byte, as an attachment under its name', async () => {
  const name = "l'été (1).txt";
  const upload = await system.call('POST', '/files', { token, file: text(Buffer.from('äöü\n'), name) });
  expect(upload.body).toMatchObject({ name, content_type: 'text/plain', size_bytes: 7 });
  const read = await system.call('GET', `/files/${upload.body.id}`, { token });
  expect(read.body).toBe('äöü\n');
  expect(read.headers['content-disposition']).toBe("attachment; filename*=UTF-8''l%27%C3%A9t%C3%A9%20(1).txt");
});

test('a file of another user does not exist for the caller', async () => {
  const upload = await system.call('POST', '/files', { token, file: text(Buffer.from('mine')) });
  const other = await system.logIn();
  for (const method of ['GET', 'DELETE'] as const) {
    const answer = await system.call(method, `/files/${upload.body.id}`, { token: other.token });
    expect([answer.status, answer.body.code]).toEqual([404, 'file-not-found']);
  }
  expect((await system.call('GET', '/files', { token: other.token })).body.total).toBe(0);
  expect((await system.call('GET', `/files/${upload.body.id}`, { token })).body).toBe('mine');
});

test('the list shows the newest first and counts all', async () => {
  const { token: own } = await system.logIn();
  await system.call('POST', '/files', { token: own, file: text(Buffer.from('1'), 'first.txt') });
  system.advance(1000);
  await system.call('POST', '/files', { token: own, file: text(Buffer.from('2'), 'second.txt') });
  const { body } = await system.call('GET', '/files', { token: own });
  expect(body.total).toBe(2);
  expect(body.items.map((item: { name: string }) => item.name)).toEqual(['second.txt', 'first.txt']);
});

test('a file of exactly one megabyte is stored, one byte more is refused and leaves nothing behind', async () => {
  const fits = await system.call('POST', '/files', { token, file: text(Buffer.alloc(1_000_000, 'a')) });
  expect(fits.status).toBe(201);
  const before = await readdir(system.env['UPLOAD_DIR'] ?? '');
  const tooLarge = await system.call('POST', '/files', { token, file: text(Buffer.alloc(1_000_001, 'a')) });
  expect([tooLarge.status, tooLarge.body.code]).toEqual([413, 'payload-too-large']);
  expect(await readdir(system.env['UPLOAD_DIR'] ?? '')).toEqual(before);
});

test.each([
  ['a program', 415, { file: { name: 'a.exe', type: 'application/x-msdownload', bytes: Buffer.from('MZ') } }],
  ['a page that a browser would run', 415, { file: { name: 'a.html', type: 'text/html', bytes: Buffer.from('<p>') } }],
  ['JSON instead of a form', 415, { json: { file: 'x' } }],
  [
    'a form without a file',
    400,
    {
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      text: '--b\r\ncontent-disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n',
    },
  ],
  [
    'a form that ends in its middle',
    400,
    {
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      text: '--b\r\ncontent-disposition: form-data; name=',
    },
  ],
  ['a form without a boundary', 400, { headers: { 'content-type': 'multipart/form-data' }, text: 'x' }],
])('%s is refused with %i', async (_name, status, options) => {
  expect((await system.call('POST', '/files', { token, ...options })).status).toBe(status);
});

test('a name with folders keeps only its last part', async () => {
  const upload = await system.call('POST', '/files', { token, file: text(Buffer.from('x'), '..\\..\\passwd.txt') });
  expect(upload.body.name).toBe('passwd.txt');
});

import { afterEach, expect, it } from 'vitest';
import { closeAll, observeAll } from '../observe-promise.ts';
import { sendJson } from '../serve.ts';

afterEach(closeAll);

const PROMISE = `    writes: true
    steps:
      - request: { method: POST, path: /things, json: { name: "gate10 {{run.id}}" } }
        expect: { status: 201 }
      - request: { path: /token }
        expect: { status: 200 }
        capture: { token: /token }
    cleanup:
      - request: { method: DELETE, path: /things, headers: { authorization: "Bearer {{token}}" } }
        expect: { status: 204 }
`;

async function undone(token: number): Promise<unknown> {
  const { rows } = await observeAll(PROMISE, (request, response) => {
    if (request.url === '/token') sendJson(response, token, { token: 'a-token' });
    else if (request.method === 'DELETE') response.writeHead(204).end();
    else sendJson(response, 201, {});
  });
  return rows.find(({ id }) => id.endsWith('.undone'));
}

it('what was taken and removed is gone', async () => {
  expect(await undone(200)).toMatchObject({ status: 'passed' });
});

it('what was taken is not called gone where no cleanup step could be asked', async () => {
  expect(await undone(500)).toMatchObject({
    status: 'inconclusive',
    message: expect.stringContaining('it is still there'),
  });
});

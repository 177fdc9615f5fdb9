/** The baseline: N requests over C kept-alive connections with node:http and the same four assertions, nothing else. */
import { Agent, get } from 'node:http';

const [, , url = '', count = '0', connections = '1'] = process.argv;
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
let next = 0;

async function ask(index: number): Promise<void> {
  const body = await new Promise<string>((done, failed) => {
    get(`${url}/e/${index}`, { agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        response.statusCode === 200 && response.headers['content-type'] === 'application/json'
          ? done(text)
          : failed(new Error(`${response.statusCode}`)),
      );
    }).on('error', failed);
  });
  const { ok, path } = JSON.parse(body) as { ok: boolean; path: string };
  if (!ok || path !== `/e/${index}`) throw new Error(`endpoint ${index} answered ${body}`);
}

async function worker(): Promise<void> {
  while (next < Number(count)) {
    const index = next;
    next += 1;
    await ask(index);
  }
}

await Promise.all(Array.from({ length: Number(connections) }, worker));
agent.destroy();

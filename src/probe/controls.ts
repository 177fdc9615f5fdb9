/**
 * The runner's own controls: a server that is right has to be judged passed and one that is wrong failed, by the same
 * client and the same judgement as the system. Otherwise whatever was seen of the system says nothing.
 */
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import type { ExpectContract } from '../contract/schema.ts';
import type { VerdictWord } from '../contract/verdict-words.ts';
import { judgeAnswer } from './flow/judge-answer.ts';
import type { Client } from './http/request.ts';

export interface ControlsResult {
  readonly good: VerdictWord;
  /** failed, unless a wrong answer was taken for anything else */
  readonly bad: VerdictWord;
  /** what surprised; absent where both behaved */
  readonly detail?: string;
}

export interface ControlsInput {
  readonly client: Client;
  /** Unpredictable: proves that it was the control that answered. */
  readonly nonce: string;
  /** The judgement under control; that of every probe unless a test replaces it. */
  readonly judge?: typeof judgeAnswer;
}

/** What is wrong with the known-bad server, by path. */
const BAD_ANSWERS = ['/status', '/page', '/body'] as const;

export async function runControls({ client, nonce, judge = judgeAnswer }: ControlsInput): Promise<ControlsResult> {
  const expect: ExpectContract = {
    status: 200,
    contentType: 'application/json',
    json: { '/ok': true, '/nonce': nonce },
  };
  const [good, bad] = await Promise.all([serveGood(nonce), serveBad(nonce)]);
  const ask = async (url: string): Promise<VerdictWord> =>
    judge(expect, await client.send({ url }), { where: `GET ${url}`, redact: (text) => text }).status;
  try {
    const goodWord = await ask(`${good.url}/health`);
    const badWords = await Promise.all(
      BAD_ANSWERS.map(async (path) => ({ path, word: await ask(`${bad.url}${path}`) })),
    );
    const surprising = badWords.filter(({ word }) => word !== 'failed');
    const detail = [
      ...(goodWord === 'passed' ? [] : [`the known-good server was judged ${goodWord}`]),
      ...surprising.map(({ path, word }) => `the known-bad answer ${path} was judged ${word}`),
    ].join('; ');
    return { good: goodWord, bad: surprising[0]?.word ?? 'failed', ...(detail === '' ? {} : { detail }) };
  } finally {
    await Promise.all([good.close(), bad.close()]);
  }
}

interface Control {
  readonly url: string;
  close(): Promise<void>;
}

function serveGood(nonce: string): Promise<Control> {
  return serve((_, response) => json(response, 200, { ok: true, nonce }));
}

function serveBad(nonce: string): Promise<Control> {
  return serve((request, response) => {
    if (request.url === '/status') json(response, 500, { ok: true, nonce });
    else if (request.url === '/body') json(response, 200, { ok: false, nonce });
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Welcome</title>');
  });
}

function json(response: http.ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function serve(answer: http.RequestListener): Promise<Control> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(loopback(), resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A port of the loopback interface. Bound by its number where Node can (24.19): to look it up takes longer than all the rest. */
function loopback(): net.ListenOptions | net.BoundSocket {
  const host = '127.0.0.1';
  return typeof net.BoundSocket === 'function' ? new net.BoundSocket({ host }) : { host, port: 0 };
}

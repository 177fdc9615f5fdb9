import { timingSafeEqual } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaultControlServer } from '../fault-control.ts';
import { type ProviderFault, providerFault } from './provider-fault.ts';
import { toProviderListener } from './provider-listener.ts';

export interface ProviderOptions {
  readonly apiKey: string;
  readonly controlToken: string;
  /** Requests per minute that the rate-limit headers count down from; more are answered 429. */
  readonly requestsPerMinute: number;
  readonly nowMs: () => number;
}

export interface RunningProvider {
  /** Base address for OpenAI clients, ends in /v1. */
  readonly url: string;
  readonly controlUrl: string;
  setFault(fault: ProviderFault | undefined): void;
  /** How often each "METHOD path" was called since the start. */
  calls(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** Starts an OpenAI-compatible server with deterministic answers on free loopback ports. */
export async function startProvider(options: ProviderOptions): Promise<RunningProvider> {
  let fault: ProviderFault | undefined;
  // A key of the test mode is good for answers too, which is what makes it hard to see.
  const testKey = `sk_test_${options.apiKey}`;
  const calls = new Map<string, number>();
  const answer = toProviderListener({
    ...options,
    isKey: (key) => sameText(key, options.apiKey) || sameText(key, testKey),
  });
  const listener: RequestListener = (request, response) => {
    const call = `${request.method} ${request.url}`;
    calls.set(call, (calls.get(call) ?? 0) + 1);
    const current = fault?.path === undefined || fault.path === request.url ? fault : undefined;
    if (current?.delayMs === undefined) answer(request, response, current);
    else setTimeout(() => answer(request, response, current), current.delayMs);
  };
  const server = await listen(createServer(listener));
  const control = await listen(
    createFaultControlServer(
      {
        '/faults': {
          replace: (value) => {
            fault = providerFault.parse(value);
          },
          clear: () => {
            fault = undefined;
          },
          list: () => fault ?? null,
        },
      },
      options.controlToken,
    ),
  );
  return {
    url: `${toUrl(server)}/v1`,
    controlUrl: toUrl(control),
    setFault: (value) => {
      fault = value;
    },
    calls: () => Object.fromEntries(calls),
    stop: async () => {
      await Promise.all([close(server), close(control)]);
    },
  };
}

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function toUrl(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function sameText(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

import { Agent, type IncomingMessage, type RequestOptions, request, type ServerResponse } from 'node:http';
import { sendProblem } from './problem.ts';
import { forward, forwardedFor, forwardedHeaders, type Upstream } from './streaming-proxy.ts';

/** The API host's balancer: `handle` one request, `setReplicas` to their base URLs, `stop` its connections. */
export type LoadBalancer = {
  handle: (req: IncomingMessage, res: ServerResponse) => void;
  setReplicas: (urls: string[]) => void;
  stop: () => void;
};

const idleTimeoutMs = 30_000;

/** Round robin per request over the replicas; an empty set answers 503. */
export function createLoadBalancer(): LoadBalancer {
  const agent = new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 64 });
  let upstreams: Upstream[] = [];
  let turn = 0;
  return {
    setReplicas: (urls) => {
      upstreams = urls.map((url) => ({ request, options: toOptions(url, agent) }));
    },
    handle: (req, res) => {
      if (upstreams.length === 0) return sendProblem(res, 503, 'No replica is in service', 'no-replica');
      turn = (turn + 1) % upstreams.length;
      const ordered = [...upstreams.slice(turn), ...upstreams.slice(0, turn)];
      // The front end's proxy has said who asked; a direct request is its own origin.
      const headers = forwardedHeaders(req, {
        'x-forwarded-for': forwardedFor(req),
        'x-forwarded-proto': 'https',
        'x-forwarded-host': String(req.headers['x-forwarded-host'] ?? req.headers.host ?? ''),
      });
      forward(req, res, { upstreams: ordered, path: req.url ?? '/', headers, idleTimeoutMs });
    },
    stop: () => agent.destroy(),
  };
}

function toOptions(url: string, agent: Agent): RequestOptions {
  const { hostname, port } = new URL(url);
  return { host: hostname, port, agent };
}

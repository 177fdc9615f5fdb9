import type { ServerResponse } from 'node:http';

/** Answers with an RFC 9457 problem, or ends the connection when an answer has already begun. */
export function sendProblem(res: ServerResponse, status: number, title: string, code: string): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const body = JSON.stringify({ type: 'about:blank', title, status, code });
  res.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  res.end(body);
}

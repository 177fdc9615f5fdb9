import type { ServerResponse } from 'node:http';

/** Sends the body of an answer byte by byte. Nobody reads it to its end. */
export function dripAnswer(response: ServerResponse, everyMs: number): void {
  const end = response.end.bind(response);
  const drip = (body?: unknown): ServerResponse => {
    const bytes = Buffer.from(String(body ?? ''));
    let sent = 0;
    const timer = setInterval(() => {
      if (sent < bytes.length && !response.destroyed) {
        response.write(bytes.subarray(sent, sent + 1));
        sent += 1;
        return;
      }
      clearInterval(timer);
      end();
    }, everyMs);
    return response;
  };
  response.end = drip;
}

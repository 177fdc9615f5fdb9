import type { ServerResponse } from 'node:http';

/** How the bytes of an answer go out: the head alone, one byte at a time, or half of them up to a clean end. */
export type Delivery = 'headers-only' | 'close-delimited' | { dripMs: number };

/** Sends an answer whose head is complete. */
export function deliver(response: ServerResponse, body: Buffer, delivery: Delivery): void {
  if (delivery === 'headers-only') {
    response.flushHeaders();
  } else if (delivery === 'close-delimited') {
    sendHalf(response, body);
  } else {
    response.flushHeaders();
    drip(response, body, delivery.dripMs);
  }
}

/** RFC 9112 §6.3: without a length and without chunks, the end of the connection is the end of the body. */
function sendHalf(response: ServerResponse, body: Buffer): void {
  response.removeHeader('content-length');
  response.useChunkedEncodingByDefault = false;
  response.shouldKeepAlive = false;
  response.end(body.subarray(0, Math.floor(body.length / 2)));
}

function drip(response: ServerResponse, body: Buffer, everyMs: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (response.destroyed || sent >= body.length) {
      clearInterval(timer);
      if (!response.destroyed) response.end();
      return;
    }
    response.write(body.subarray(sent, sent + 1));
    sent += 1;
  }, everyMs);
}

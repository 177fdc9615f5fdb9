import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import * as dnsPacket from 'dns-packet';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DnsServer, startDns } from '../../reference-system/edge/dns.ts';

let server: DnsServer;
let resolver: Resolver;

beforeAll(async () => {
  server = await startDns({ zone: 'mosaic.test', records: new Map([['app.mosaic.test', ['127.0.0.1']]]) });
  resolver = new Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([server.address]);
});
afterAll(() => server.stop());
beforeEach(() => server.setFaults([]));

describe('the name server', () => {
  it('knows its hosts, whatever their case', async () => {
    expect(await resolver.resolve4('app.mosaic.test')).toEqual(['127.0.0.1']);
    expect(await resolver.resolve4('APP.mosaic.TEST')).toEqual(['127.0.0.1']);
  });
  it.each([
    ['an unknown name of its zone', 'nobody.mosaic.test', 'ENOTFOUND'],
    ['a name outside its zone', 'example.org', 'EREFUSED'],
  ])('answers %s with %s → %s', async (_what, name, code) => {
    await expect(resolver.resolve4(name)).rejects.toMatchObject({ code });
  });
  it('says of a known host without IPv6 that it has no such address, not that it is unknown', async () => {
    await expect(resolver.resolve6('app.mosaic.test')).rejects.toMatchObject({ code: 'ENODATA' });
  });
  it('answers over TCP, two questions in one segment included', async () => {
    const answers = await askOverTcp(['app.mosaic.test', 'nobody.mosaic.test']);
    expect(answers.map((answer) => [answer.answers?.length, (answer.flags ?? 0) & 15])).toEqual([
      [1, 0],
      [0, 3],
    ]);
  });
  it('is authoritative and answers the same id', async () => {
    const [answer] = await askOverTcp(['app.mosaic.test']);
    expect((answer?.flags ?? 0) & dnsPacket.AUTHORITATIVE_ANSWER).not.toBe(0);
    expect(answer?.id).toBe(100);
  });
  it('survives a packet that is not DNS', async () => {
    const socket = createSocket('udp4');
    const port = Number(server.address.split(':')[1]);
    await new Promise((done) => socket.send(Buffer.from('not dns'), port, '127.0.0.1', done));
    socket.close();
    expect(await resolver.resolve4('app.mosaic.test')).toEqual(['127.0.0.1']);
  });
});

describe('a fault of a name', () => {
  it.each([
    ['NXDOMAIN', { rcode: 'NXDOMAIN' as const }, 'ENOTFOUND'],
    ['SERVFAIL', { rcode: 'SERVFAIL' as const }, 'ESERVFAIL'],
    ['silence', { silent: true as const }, 'ETIMEOUT'],
  ])('%s is what a resolver sees', async (_name, answer, code) => {
    server.setFaults([{ host: 'app.mosaic.test', answer }]);
    await expect(resolver.resolve4('app.mosaic.test')).rejects.toMatchObject({ code });
    server.setFaults([]);
    expect(await resolver.resolve4('app.mosaic.test')).toEqual(['127.0.0.1']);
  });
  it('gives an alias, addresses of IPv6, and a time to live', async () => {
    const alias = { cname: 'edge.cdn.example', addresses: ['127.0.0.3'] };
    server.setFaults([{ host: 'app.mosaic.test', answer: alias }]);
    expect(await resolver.resolve4('app.mosaic.test')).toEqual(['127.0.0.3']);
    expect(await resolver.resolveCname('app.mosaic.test')).toEqual(['edge.cdn.example']);
    const both = { addresses: ['127.0.0.1', '::1'], ttlSeconds: 77 };
    server.setFaults([{ host: 'app.mosaic.test', answer: both }]);
    expect(await resolver.resolve4('app.mosaic.test', { ttl: true })).toEqual([{ address: '127.0.0.1', ttl: 77 }]);
    expect(await resolver.resolve6('app.mosaic.test')).toEqual(['::1']);
  });
  it('gives other addresses', async () => {
    server.setFaults([{ host: 'app.mosaic.test', answer: { addresses: ['127.0.0.9', '127.0.0.8'] } }]);
    expect(await resolver.resolve4('app.mosaic.test')).toEqual(['127.0.0.9', '127.0.0.8']);
  });
  it('answers late, and truly', async () => {
    server.setFaults([{ host: 'app.mosaic.test', answer: { delayMs: 120 } }]);
    const begunMs = performance.now();
    expect(await resolver.resolve4('app.mosaic.test')).toEqual(['127.0.0.1']);
    expect(performance.now() - begunMs).toBeGreaterThan(110);
  });
});

async function askOverTcp(names: string[]): Promise<dnsPacket.Packet[]> {
  const socket = connect(Number(server.address.split(':')[1]), '127.0.0.1');
  await once(socket, 'connect');
  const question = (name: string) => [{ type: 'A' as const, name }];
  socket.write(
    Buffer.concat(names.map((name, index) => dnsPacket.streamEncode({ id: 100 + index, questions: question(name) }))),
  );
  let received = Buffer.alloc(0);
  const answers: dnsPacket.Packet[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      answers.push(dnsPacket.streamDecode(received.subarray(0, end)));
      received = received.subarray(end);
    }
    if (answers.length === names.length) break;
  }
  return answers;
}

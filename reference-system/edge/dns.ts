import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import * as dnsPacket from 'dns-packet';

/** What the server does with a question instead of answering it truly. */
export type DnsAnswer =
  | { rcode: 'NXDOMAIN' | 'SERVFAIL' }
  | { addresses: string[] }
  | { silent: true }
  | { delayMs: number };

/** A fault of one host name. */
export type DnsFault = { host: string; answer: DnsAnswer };

/** A name server on loopback, over UDP and TCP on one port. `address` is `127.0.0.1:port`. */
export type DnsServer = { address: string; setFaults: (faults: DnsFault[]) => void; stop: () => Promise<void> };

type Later = (delayMs: number, send: () => void) => void;
type Reply = { packet: dnsPacket.Packet; delayMs: number } | undefined;

const ttlSeconds = 5;
const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 };
const authoritative = dnsPacket.AUTHORITATIVE_ANSWER;

/**
 * Starts a name server that is authoritative for `zone` and knows `records` (host → IPv4 addresses).
 * Other names are REFUSED; a known name without the asked type is an empty NOERROR (RFC 2308 §2.2).
 */
export async function startDns(options: { zone: string; records: Map<string, string[]> }): Promise<DnsServer> {
  let faults = new Map<string, DnsAnswer>();
  const timers = new Set<NodeJS.Timeout>();
  const later: Later = (delayMs, send) => {
    if (delayMs === 0) {
      send();
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      send();
    }, delayMs);
    timers.add(timer);
  };
  const resolve = (query: dnsPacket.Packet): Reply => answer(query, options, faults);
  const tcp = await listenTcp(resolve, later);
  const udp = await listenUdp(tcp.port, resolve, later);
  return {
    address: `127.0.0.1:${tcp.port}`,
    setFaults: (next) => {
      faults = new Map(next.map((fault) => [fault.host.toLowerCase(), fault.answer]));
    },
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([new Promise<void>((done) => udp.close(done)), tcp.stop()]);
    },
  };
}

function answer(
  query: dnsPacket.Packet,
  options: { zone: string; records: Map<string, string[]> },
  faults: Map<string, DnsAnswer>,
): Reply {
  const question = query.questions?.[0];
  // RFC 1035 §4.1.1: bits 1 to 4 of the flags are the opcode, 0 is a standard query.
  if ((((query.flags ?? 0) >> 11) & 15) !== 0) return respond(query, 'NOTIMP', []);
  if (question === undefined) return respond(query, 'SERVFAIL', []);
  const name = question.name.toLowerCase();
  if (name !== options.zone && !name.endsWith(`.${options.zone}`)) return respond(query, 'REFUSED', []);
  const known = options.records.get(name);
  const fault = faults.get(name);
  if (fault === undefined) return respondKnown(query, question, known, 0);
  if ('silent' in fault) return undefined;
  if ('rcode' in fault) return respond(query, fault.rcode, []);
  if ('delayMs' in fault) return respondKnown(query, question, known, fault.delayMs);
  return respondKnown(query, question, fault.addresses, 0);
}

function respondKnown(
  query: dnsPacket.Packet,
  question: dnsPacket.Question,
  addresses: string[] | undefined,
  delayMs: number,
): Reply {
  if (addresses === undefined) return respond(query, 'NXDOMAIN', [], delayMs);
  const asked = question.type === 'A' ? addresses : [];
  const answers = asked.map((data): dnsPacket.Answer => ({ type: 'A', name: question.name, ttl: ttlSeconds, data }));
  return respond(query, 'NOERROR', answers, delayMs);
}

function respond(query: dnsPacket.Packet, rcode: keyof typeof rcodes, answers: dnsPacket.Answer[], delayMs = 0): Reply {
  const recursionDesired = (query.flags ?? 0) & dnsPacket.RECURSION_DESIRED;
  const aa = rcode === 'REFUSED' || rcode === 'NOTIMP' ? 0 : authoritative;
  const packet: dnsPacket.Packet = {
    type: 'response',
    id: query.id ?? 0,
    flags: aa | recursionDesired | rcodes[rcode],
    questions: query.questions ?? [],
    answers,
  };
  return { packet, delayMs };
}

async function listenUdp(port: number, resolve: (query: dnsPacket.Packet) => Reply, later: Later): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  socket.on('message', (message, peer) => {
    const reply = decode(() => resolve(dnsPacket.decode(message)));
    if (reply === undefined) return;
    later(reply.delayMs, () => socket.send(dnsPacket.encode(reply.packet), peer.port, peer.address));
  });
  await new Promise<void>((done, fail) => {
    socket.once('error', fail);
    socket.bind(port, '127.0.0.1', done);
  });
  return socket;
}

async function listenTcp(
  resolve: (query: dnsPacket.Packet) => Reply,
  later: Later,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      // RFC 7766 §8: every message is preceded by its length in two bytes, and several may share a segment.
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const message = pending.subarray(0, 2 + pending.readUInt16BE(0));
        pending = pending.subarray(message.length);
        const reply = decode(() => resolve(dnsPacket.streamDecode(message)));
        if (reply !== undefined) later(reply.delayMs, () => void socket.write(dnsPacket.streamEncode(reply.packet)));
      }
    });
  });
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Failed to start the name server: no TCP port.');
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((done) => server.close(() => done()));
  };
  return { port: address.port, stop };
}

/** A packet that cannot be read is dropped, as name servers do: there is no id to answer to. */
function decode(read: () => Reply): Reply {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

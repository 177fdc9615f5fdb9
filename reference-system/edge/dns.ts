import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, isIP, type Server, type Socket } from 'node:net';
import * as dnsPacket from 'dns-packet';

/** What the server does with a question instead of answering it truly. */
export type DnsAnswer =
  | { rcode: 'NXDOMAIN' | 'SERVFAIL' }
  | { addresses: string[]; ttlSeconds?: number | undefined }
  /** an alias of another name, with that name's addresses */
  | { cname: string; addresses: string[] }
  /** everything but records of these types */
  | { without: ('CAA' | 'TXT')[] }
  | { silent: true }
  | { delayMs: number };

/** A fault of one host name. */
export type DnsFault = { host: string; answer: DnsAnswer };

/** A name server on loopback, over UDP and TCP on one port. `address` is `127.0.0.1:port`. */
export type DnsServer = { address: string; setFaults: (faults: DnsFault[]) => void; stop: () => Promise<void> };

type Zone = { zone: string; records: Map<string, string[]>; others?: Map<string, OtherRecord[]> };
type Later = (delayMs: number, send: () => void) => void;
/** What the zone says of a host beside its addresses. */
export type OtherRecord =
  | { type: 'CAA'; data: { flags?: number; tag: string; value: string } }
  | { type: 'TXT'; data: string };

type Reply = { packet: dnsPacket.Packet; delayMs: number } | undefined;

const ttlSeconds = 5;
const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 };
const authoritative = dnsPacket.AUTHORITATIVE_ANSWER;

/**
 * Starts a name server that is authoritative for `zone` and knows `records` (host → addresses) and `others`.
 * Other names are REFUSED; a known name without the asked type is an empty NOERROR (RFC 2308 §2.2).
 */
export async function startDns(options: Zone): Promise<DnsServer> {
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

function answer(query: dnsPacket.Packet, options: Zone, faults: Map<string, DnsAnswer>): Reply {
  const question = query.questions?.[0];
  // RFC 1035 §4.1.1: bits 1 to 4 of the flags are the opcode, 0 is a standard query.
  if ((((query.flags ?? 0) >> 11) & 15) !== 0) return respond(query, 'NOTIMP', []);
  if (question === undefined) return respond(query, 'SERVFAIL', []);
  const name = question.name.toLowerCase();
  if (name !== options.zone && !name.endsWith(`.${options.zone}`)) return respond(query, 'REFUSED', []);
  const known = options.records.get(name);
  const fault = faults.get(name);
  const others = options.others?.get(name) ?? [];
  if (fault === undefined) return respondKnown(query, question, known, { others });
  if ('silent' in fault) return undefined;
  if ('rcode' in fault) return respond(query, fault.rcode, []);
  if ('delayMs' in fault) return respondKnown(query, question, known, { others, delayMs: fault.delayMs });
  if ('without' in fault) {
    const left = others.filter(({ type }) => !fault.without.includes(type));
    return respondKnown(query, question, known, { others: left });
  }
  if ('cname' in fault) return respondKnown(query, question, fault.addresses, { others, cname: fault.cname });
  return respondKnown(query, question, fault.addresses, { others, ttl: fault.ttlSeconds });
}

function respondKnown(
  query: dnsPacket.Packet,
  question: dnsPacket.Question,
  addresses: string[] | undefined,
  how: { others: OtherRecord[]; delayMs?: number; cname?: string; ttl?: number | undefined },
): Reply {
  const { delayMs = 0, ttl = ttlSeconds, cname } = how;
  if (addresses === undefined) return respond(query, 'NXDOMAIN', [], delayMs);
  const name = cname ?? question.name;
  const alias: dnsPacket.Answer[] =
    cname === undefined ? [] : [{ type: 'CNAME', name: question.name, ttl, data: cname }];
  const family = question.type === 'A' ? 4 : question.type === 'AAAA' ? 6 : 0;
  const found = addresses
    .filter((address) => isIP(address) === family)
    .map((data): dnsPacket.Answer => ({ type: family === 4 ? 'A' : 'AAAA', name, ttl, data }));
  // RFC 8659 §3: an alias is followed; whoever serves the target allows the same authorities.
  const others = how.others.filter(({ type }) => type === question.type);
  const records = others.map((record) => ({ ...record, name, ttl }) as dnsPacket.Answer);
  return respond(query, 'NOERROR', [...alias, ...found, ...records], delayMs);
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

/** A real name server over UDP on loopback, for one test. */
import { createSocket } from 'node:dgram';
import * as dnsPacket from 'dns-packet';

export type NameAnswer = readonly string[] | 'NXDOMAIN' | 'SERVFAIL' | 'silent' | { readonly delayMs: number };

export interface NameServer {
  readonly address: string;
  /** Names that were asked for, with their type, in order. */
  readonly asked: string[];
  readonly answers: Map<string, NameAnswer>;
  close(): Promise<void>;
}

const RCODES = { NXDOMAIN: 3, SERVFAIL: 2 } as const;

export async function serveNames(names: Readonly<Record<string, NameAnswer>>): Promise<NameServer> {
  const answers = new Map(Object.entries(names));
  const asked: string[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const socket = createSocket('udp4');
  socket.on('message', (message, peer) => {
    const query = dnsPacket.decode(message);
    const [question] = query.questions ?? [];
    if (question === undefined) return;
    asked.push(`${question.name} ${question.type}`);
    const answer = answers.get(question.name) ?? 'NXDOMAIN';
    if (answer === 'silent') return;
    const delayMs = typeof answer === 'object' && 'delayMs' in answer ? answer.delayMs : 0;
    const addresses = typeof answer === 'string' ? [] : 'delayMs' in answer ? ['127.0.0.1'] : answer;
    const reply = dnsPacket.encode({
      type: 'response',
      id: query.id ?? 0,
      flags: dnsPacket.RECURSION_DESIRED | (typeof answer === 'string' ? RCODES[answer] : 0),
      questions: [question],
      answers: addresses
        .filter(() => question.type === 'A')
        .map((data) => ({ type: 'A' as const, name: question.name, ttl: 5, data })),
    });
    const timer = setTimeout(() => {
      timers.delete(timer);
      socket.send(reply, peer.port, peer.address);
    }, delayMs);
    timers.add(timer);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    answers,
    close: () => {
      for (const timer of timers) clearTimeout(timer);
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

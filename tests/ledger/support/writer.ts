/** Processes that append to a history, and what they said. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export interface Writer {
  readonly process: ChildProcess;
  /** keys whose append had returned, as far as the process could say */
  readonly acknowledged: string[];
  readonly ended: Promise<number | null>;
}

export interface WriterPlace {
  readonly stateDir: string;
  /** `GATE10_LEDGER` */
  readonly store?: string;
}

/** `onAck` is called after each acknowledged append. */
export function spawnWriter(
  { stateDir, store }: WriterPlace,
  name: string,
  count: number,
  onAck: (writer: Writer) => void = () => {},
): Writer {
  const script = path.join(import.meta.dirname, 'append-rows.ts');
  const { GATE10_LEDGER: _none, ...env } = process.env;
  const child = spawn(process.execPath, [script, stateDir, name, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...env, ...(store && { GATE10_LEDGER: store }) },
  });
  const acknowledged: string[] = [];
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const writer = { process: child, acknowledged, ended };
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      acknowledged.push(line.replace('ack ', ''));
      onAck(writer);
    }
  });
  return writer;
}

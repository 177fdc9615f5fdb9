import type { Socket } from 'node:net';

/** SQLSTATEs with which a server turns a connection away (PostgreSQL appendix A). */
export const refusalCodes = {
  '28P01': 'password authentication failed for user "postgres"',
  '53300': 'sorry, too many clients already',
  '57P03': 'the database system is shutting down',
} as const;

export type RefusalCode = keyof typeof refusalCodes;

const sslRequestCode = 80877103;
const cleartextPassword = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
const noTls = Buffer.from('N');

/**
 * Turns a client away as a server does, in the protocol: after its startup message, or, for a password that is not the
 * server's any more, after it has sent the one that it knows (PostgreSQL, "Message Flow", Start-up).
 */
export function refuseConnection(client: Socket, code: RefusalCode): void {
  let step: 'startup' | 'password' = 'startup';
  client.on('data', (chunk: Buffer) => {
    if (step === 'startup' && chunk.length === 8 && chunk.readInt32BE(4) === sslRequestCode) {
      client.write(noTls);
    } else if (step === 'startup' && code === '28P01') {
      step = 'password';
      client.write(cleartextPassword);
    } else {
      client.end(toErrorResponse(code));
    }
  });
}

function toErrorResponse(code: RefusalCode): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${refusalCodes[code]}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

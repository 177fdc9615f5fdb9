/** What the HTTP driver has to know of a platform. */

/** A request with the token. Resolves with the answer's JSON, rejects with CallError. */
export type Call = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>;

export class CallError extends Error {
  override readonly name = 'CallError';
  /** The platform said no; false = whether it did what was asked is not known. */
  readonly wasAnswered: boolean;
  constructor(message: string, wasAnswered: boolean, options?: ErrorOptions) {
    super(message, options);
    this.wasAnswered = wasAnswered;
  }
}

export interface Deploy {
  readonly id: string;
  readonly commit: string;
  readonly isLive: boolean;
  /** it came up once, so that it can be restored */
  readonly isRestorable: boolean;
}

export interface Provider {
  /** newest first */
  list(call: Call, service: string): Promise<readonly Deploy[]>;
  /** The id of the deploy that has to come up. */
  restore(call: Call, service: string, deploy: string): Promise<string>;
  watch(call: Call, service: string, deploy: string): Promise<'live' | 'pending' | 'failed'>;
}

/** An answer that is not what the platform documents. */
export function notAsDocumented(what: string): CallError {
  return new CallError(`${what}: the answer is not as it is documented`, false);
}

/** What carries notifications out of this process: HTTP client, SMTP, secrets of the environment, the clock. */
import { randomBytes, randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { type NotifyContract, variablesOf } from '../contract/load-notify.ts';
import type { NotifyDefaults } from '../contract/notify-schema.ts';
import { createRedactor, type Redactor, redactJson } from '../contract/redact.ts';
import { whyUnusable } from '../contract/usable-value.ts';
import { InputError, type Problem } from '../errors.ts';
import type { Ledger } from '../ledger/schema.ts';
import { systemClock } from '../probe/clock.ts';
import { createClient } from '../probe/http/request.ts';
import { type Attempt, type Delivered, deliver } from '../response/notify/deliver.ts';
import type { Delivery } from '../response/notify/find-due.ts';
import { attemptHttp } from '../response/notify/http-attempt.ts';
import { type Prepared, prepare, preview } from '../response/notify/prepare.ts';
import type { CliContext } from './context.ts';
import { declaredSecrets } from './declared-secrets.ts';

export interface Courier {
  /** Every secret that these deliveries need and do not have, once. */
  readonly problemsOf: (deliveries: readonly Delivery[]) => readonly Problem[];
  /** What would be sent, redacted. */
  readonly preview: (delivery: Delivery) => unknown;
  readonly deliver: (due: readonly Delivery[], ledger: Ledger | undefined) => Promise<Delivered[]>;
  readonly close: () => void;
}

export function openCourier(contract: NotifyContract, defaults: NotifyDefaults, context: CliContext): Courier {
  const { targets, retry } = contract;
  const values = readValues(contract, context);
  const redact = notifyRedactor(contract, context);
  const clock = systemClock();
  const deadlineMs = retry.deadline;
  const client = createClient({
    resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    ...{ clock, concurrency: 16, nonce: randomBytes(9).toString('base64url') },
    deadlines: { connect: deadlineMs, headers: deadlineMs, total: deadlineMs },
    maxBytes: 100_000,
  });

  function problemsOfTarget(name: string): readonly Problem[] {
    const target = targets[name];
    if (target === undefined) return [];
    return variablesOf(target).flatMap(([key, variable]) => {
      const why = whyNotUsable(context.env[variable], target.kind);
      if (why === undefined) return [];
      const what = `the secret ${variable} ${why}`;
      return [contract.problemAt(['targets', name, key], what, `Set the environment variable ${variable}.`)];
    });
  }

  function prepared(delivery: Delivery): Prepared {
    const target = targets[delivery.target];
    if (target === undefined) throw new TypeError(`No target "${delivery.target}".`);
    return prepare(delivery, target, (variable) => values.get(variable) ?? '', defaults);
  }

  function attemptFor(delivery: Delivery): Attempt {
    const [problem] = problemsOfTarget(delivery.target);
    if (problem !== undefined) return { unusable: problem.what };
    const ready = prepared(delivery);
    if (ready.by === 'http') return () => attemptHttp(ready.toForm, { client, clock, redact, deadlineMs });
    return async () => {
      const { attemptMail } = await import('../response/notify/mail-attempt.ts');
      return attemptMail(ready, { redact, deadlineMs });
    };
  }

  return {
    problemsOf: (deliveries) => [...new Set(deliveries.map(({ target }) => target))].flatMap(problemsOfTarget),
    preview: (delivery) =>
      redactJson({ target: delivery.target, ...asObject(preview(prepared(delivery), context.now())) }, redact),
    deliver: (due, ledger) =>
      deliver(due, {
        ...{ attemptFor, ledger, now: context.now, newId: randomUUID, rules: retry },
        pauses: { clock, random: Math.random },
      }),
    close: () => client.close(),
  };
}

/** Knows every secret of the contract and of the receivers, in every form in which they travel. */
export function notifyRedactor(contract: NotifyContract, context: CliContext): Redactor {
  const values = readValues(contract, context);
  // an address that is a secret may be told in part
  const paths = [...values].flatMap(([name, value]) =>
    URL.canParse(value) ? [[name, new URL(value).pathname] as const] : [],
  );
  const parts = paths.map(([name, value]) => [`${name} (path)`, value] as const);
  return createRedactor(new Map([...secretsOfContract(context), ...values, ...parts]));
}

/**
 * A contract that cannot be read is why a run was refused, and just then somebody has to hear of it. What the history holds
 * was redacted before it was recorded.
 */
function secretsOfContract(context: CliContext): ReadonlyMap<string, string> {
  try {
    return declaredSecrets(context);
  } catch (error) {
    if (error instanceof InputError) return new Map();
    throw error;
  }
}

function readValues({ targets }: NotifyContract, { env }: CliContext): ReadonlyMap<string, string> {
  const names = Object.values(targets).flatMap((target) => variablesOf(target).map(([, variable]) => variable));
  return new Map(names.flatMap((name) => (env[name] ? [[name, env[name]] as const] : [])));
}

/** In words that do not show it. */
function whyNotUsable(value: string | undefined, kind: string): string | undefined {
  if (value === undefined) return 'is not set';
  const why = whyUnusable(value);
  if (why !== undefined || kind !== 'slack') return why;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLocal = url !== undefined && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const isUsable = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
  return isUsable ? undefined : 'is not the address of an incoming webhook (https://…)';
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/**
 * The check engine: waits for the expected build, then observes everything that the plan gives to it, each row exactly
 * once. It never throws for a finding; what breaks inside it is said in rows, or in the `end` event.
 */
import type { LayerId } from '../contract/layers.ts';
import { createRedactor, redactJson } from '../contract/redact.ts';
import type { ResolvedSystem } from '../contract/schema.ts';
import type { InconclusiveReason } from '../contract/verdict-words.ts';
import type { Clock } from './clock.ts';
import { probeCodeAuthority } from './code/code-authority.ts';
import type { Git } from './code/git.ts';
import { probeProcessStart } from './code/process-start.ts';
import type { Check, ProbeContext } from './context.ts';
import { probeSchemaVersion } from './database-schema/schema-version.ts';
import { probeDns } from './dns/dns.ts';
import type { Client } from './http/request.ts';
import type { HostResolver } from './http/resolver.ts';
import { DIAGNOSTIC_LAYERS, settle } from './identity/settle.ts';
import { toBlindRow, toRow } from './row.ts';
import { createRunLimit, limitClient, type RunLimit, RunLimitError, undoingClient, within } from './run-limit.ts';
import type { EngineEvent, IdentitySample, Plan, PlannedRow, Row } from './schema.ts';
import { watchCookies } from './security/cookie-watch.ts';
import { readSubject } from './subject.ts';
import { probeTls } from './tls/tls.ts';

export interface EngineInput {
  readonly system: ResolvedSystem;
  readonly plan: Plan;
  readonly client: Client;
  readonly resolver: HostResolver;
  readonly git: Git;
  readonly clock: Clock;
  /** Commits that were proven in this environment; undefined where there is no history. */
  readonly provenCommits?: (() => Promise<readonly string[] | undefined>) | undefined;
  readonly run: ProbeContext['run'];
  readonly journal: ProbeContext['journal'];
  /** PEM text of the declared CA. */
  readonly ca?: string | undefined;
  readonly emit: (event: EngineEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Some rows and how they are made. */
interface Part {
  readonly planned: readonly PlannedRow[];
  readonly isLast?: true;
  readonly isDiagnostic?: true;
  readonly isUndoing?: true;
  readonly observe: () => Promise<readonly Row[]>;
}

type Emit = (event: EngineEvent) => void;

/** The last event is `end`, whatever happened; its `error` is the engine's own fault, never a finding. */
export async function runEngine(input: EngineInput): Promise<void> {
  const redact = createRedactor(input.system.secrets);
  let rows = 0;
  let ended = false;
  const emit: Emit = (event) => {
    // Probes of a stopped engine run out by themselves; what they still say comes too late.
    if (ended) return;
    ended = event.type === 'end';
    if (event.type === 'row') rows += 1;
    input.emit(input.system.secrets.size === 0 ? event : redactJson(event, redact));
  };
  const end = (error?: string): void =>
    emit({ type: 'end', at: input.clock.now().toISOString(), rows, ...(error === undefined ? {} : { error }) });
  const limit = createRunLimit(input.system, input.clock);
  try {
    await Promise.race([observeAll(input, redact, limit, emit), whenAborted(input.signal)]);
    end();
  } catch (error) {
    end(error instanceof Error ? error.message : String(error));
  } finally {
    limit.stop();
  }
}

function whenAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new Error('the check engine was stopped before its end'));
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}

async function observeAll(
  input: EngineInput,
  redact: ProbeContext['redact'],
  limit: RunLimit,
  emit: Emit,
): Promise<void> {
  const { system, plan, client, clock, git, run, journal, signal } = input;
  const onProgress = (note: string): void =>
    emit({ type: 'phase', phase: 'settling', at: clock.now().toISOString(), note });
  const phase = (name: Extract<EngineEvent, { type: 'phase' }>['phase'], at?: string): void =>
    emit({ type: 'phase', phase: name, at: at ?? clock.now().toISOString() });
  phase('settling');
  // What is to be checked is read while the build settles.
  const watch = watchCookies(client);
  const context = {
    system,
    client: limitClient(watch.client, limit),
    clock,
    run,
    redact,
    journal,
    cookies: watch.seen,
  };
  const undoing = { client: undoingClient(watch.client, limit), signal: limit.undoing };
  const parts = readParts(input, { ...context, limit: { signal: limit.checks, undoing } });
  parts.catch(() => undefined);
  const samples: IdentitySample[] = [];
  let settledAt: string | undefined;
  // A cache in front says nothing of the system behind it: comparing the two would blame what cannot be told.
  let isBehindCache = false;
  const settling: Part = {
    planned: plan.rows.filter(({ by }) => by === 'settle'),
    observe: async () => {
      const settled = await settle({ system, plan, client, clock, git, signal, onProgress });
      samples.push(...settled.samples);
      isBehindCache = settled.rows.some(({ layer, reason }) => layer === 'code-authority' && reason === 'stale');
      if (settled.ok && settled.settledAt !== undefined) settledAt = settled.settledAt;
      return settled.rows;
    },
  };
  await observePart(settling, clock, emit);
  limit.begin();
  if (samples.length > 0) emit({ type: 'identity', samples });
  const ready = settledAt !== undefined;
  if (ready) phase('settled', settledAt);
  phase('checking');
  const all = await parts;
  // Where nothing answers at all there is nothing more to look at.
  const isThere = samples.some(({ error }) => error === undefined);
  for (const now of [all.filter(({ isLast }) => !isLast), all.filter(({ isLast }) => isLast)]) {
    const looks = ready ? undefined : DIAGNOSTIC_LAYERS.filter((layer) => !isBehindCache || layer !== 'integration');
    await Promise.all(
      now.map((part) => observeOrLeave(isThere ? part : withoutLooks(part), looks, clock, emit, limit)),
    );
  }
  phase('checked');
}

function withoutLooks({ isDiagnostic: _, ...part }: Part): Part {
  return part;
}

/** After a failed settle only what helps to find the cause is observed; the rest was not run, and says so. */
async function observeOrLeave(
  part: Part,
  looks: readonly LayerId[] | undefined,
  clock: Clock,
  emit: Emit,
  limit: RunLimit,
): Promise<void> {
  const layer = part.planned[0]?.layer;
  if (looks === undefined || part.isDiagnostic || (layer !== undefined && looks.includes(layer)))
    return observePart(part, clock, emit, limit);
  const at = clock.now().toISOString();
  const why = 'Not observed: the expected build did not settle, so nothing was judged against it.';
  for (const planned of part.planned) emit({ type: 'row', row: toBlindRow(planned, why, at, 'not-run') });
}

/** One row for each planned one, whatever the probe does and however long it takes. */
async function observePart(part: Part, clock: Clock, emit: Emit, limit?: RunLimit): Promise<void> {
  const at = clock.now().toISOString();
  const left = new Map(part.planned.map((planned) => [planned.id, planned]));
  let why = 'This was planned, and its probe said nothing about it. This is a bug of gate10.';
  let reason: InconclusiveReason = 'blind';
  let unplanned: string | undefined;
  try {
    for (const row of await observeInTime(part, limit)) {
      if (left.delete(row.id)) emit({ type: 'row', row });
      else unplanned ??= row.id;
    }
  } catch (error) {
    why = `This could not be observed: ${error instanceof Error ? error.message : String(error)}.`;
    if (error instanceof RunLimitError) reason = 'insufficient';
  }
  for (const planned of left.values()) emit({ type: 'row', row: toBlindRow(planned, why, at, reason) });
  if (unplanned !== undefined) throw new Error(`a probe produced the row ${unplanned}, which is not planned`);
}

/** What only begins when the time is over is not begun: it might speak of what nobody has looked at. */
async function observeInTime(part: Part, limit: RunLimit | undefined): Promise<readonly Row[]> {
  if (limit === undefined) return part.observe();
  limit.checks.throwIfAborted();
  return part.isUndoing ? part.observe() : within(limit.checks, part.observe());
}

/** The plan decides what is observed: every engine row of it belongs to exactly one part. */
async function readParts(input: EngineInput, context: ProbeContext): Promise<Part[]> {
  const { system, plan, git, clock, client, resolver, ca } = input;
  const planned = plan.rows.filter(({ by }) => by === 'engine');
  const { commit } = plan.expected;
  const { checks } = await readSubject(system, { commit, previousCommit: plan.previousCommit, git });
  const byId = new Map(checks.map((check) => [check.planned.id, check]));
  const ofChecks: Part[] = planned
    .filter(({ id }) => byId.has(id))
    .map((row) => ({
      planned: [row],
      ...(byId.get(row.id)?.isLast ? { isLast: true as const } : {}),
      ...(byId.get(row.id)?.isDiagnostic ? { isDiagnostic: true as const } : {}),
      ...(byId.get(row.id)?.isUndoing ? { isUndoing: true as const } : {}),
      observe: async () => [await observeCheck(row, byId.get(row.id), context)],
    }));
  const rest = planned.filter(({ id }) => !byId.has(id));
  const take = (layer: LayerId, observe: Part['observe']): Part => {
    const taken = rest.filter((row) => row.layer === layer);
    for (const row of taken) rest.splice(rest.indexOf(row), 1);
    return { planned: taken, observe };
  };
  const asked = { system, plan, client, clock, git };
  const others = [
    take('dns', () => probeDns({ system, client, resolver, clock })),
    take('tls', () => probeTls({ system, client, resolver, clock, ca })),
    take('code-authority', async () => [
      ...(await probeCodeAuthority({ system, plan, clock, git, provenCommits: input.provenCommits })),
      ...(await probeProcessStart(asked)),
    ]),
    take('schema', () => probeSchemaVersion(onlyLayer(asked, 'schema'))),
    take('runtime', () => probeSchemaVersion(onlyLayer(asked, 'runtime'))),
  ].filter((part) => part.planned.length > 0);
  return [...others, ...ofChecks, ...rest.map(withoutProbe)];
}

/** The same input with a plan of one layer: a probe of two layers is asked for each by itself. */
function onlyLayer<T extends { readonly plan: Plan }>(input: T, layer: LayerId): T {
  return { ...input, plan: { ...input.plan, rows: input.plan.rows.filter((row) => row.layer === layer) } };
}

/** Planned by another version of the code than the one that is asked now. */
function withoutProbe(row: PlannedRow): Part {
  return {
    planned: [row],
    observe: () => Promise.reject(new Error('the contract or the repository changed after the plan was made')),
  };
}

async function observeCheck(row: PlannedRow, check: Check | undefined, context: ProbeContext): Promise<Row> {
  if (check === undefined) throw new Error('there is no probe for it');
  const at = context.clock.now().toISOString();
  return toRow(row, await check.observe(context), at);
}

/** Before a journey: its entry in the contract, its rows in the plan, what it is given, and its entry in the write journal. */
import type { TestInfo } from '@playwright/test';
import { journalPlace } from '../../../src/cli/journal-place.ts';
import { createRedactor, type Redactor } from '../../../src/contract/redact.ts';
import type { JourneyContract } from '../../../src/contract/schema.ts';
import { type ProbeContext, urlAt } from '../../../src/probe/context.ts';
import { createJournal, type OpenEntry } from '../../../src/probe/journal/journal.ts';
import type { LostRequest } from '../../../src/probe/journey/find-blip.ts';
import { fillGiven, undoingOf } from '../../../src/probe/journey/given-values.ts';
import { announcedWrite } from '../../../src/probe/journey/journey-writes.ts';
import { journeyRowId, nameOf, type Way } from '../../../src/probe/journey/plan-journeys.ts';
import type { JourneyObservation } from '../../../src/probe/journey/schema.ts';
import type { Observatory } from '../fixture.ts';
import type { RunFiles } from '../run-files.ts';
import { keepNoPage } from './hide-secrets.ts';

export interface WalkInput {
  readonly testInfo: TestInfo;
  readonly run: RunFiles;
  readonly observatory: Observatory;
}

/** One journey under way. */
export interface Walk {
  readonly journey: JourneyContract;
  readonly way: Way;
  /** where the front door is in this environment */
  readonly url: string;
  readonly given: Readonly<Record<string, string>>;
  readonly values: Map<string, string>;
  readonly context: ProbeContext;
  readonly entry: OpenEntry | undefined;
  /** takes out the secrets of the environment and those that the journey is given */
  readonly redact: Redactor;
  readonly at: string;
  readonly startMs: number;
  /** a page was handed out: from then on something may be written */
  hasBegun: boolean;
  /** filled in at its end; undefined = there was no page, or no end */
  seen: Omit<JourneyObservation, 'error' | 'timedOut' | 'blip'> | undefined;
  /** requests of the browser that ended without an answer */
  readonly lost: LostRequest[];
  /** whether accessibility is part of this run */
  readonly looksForBarriers: boolean;
  /** why there is no browser */
  blind: string | undefined;
  noBrowser(error: unknown): void;
}

/** Throws for a journey that the contract or the plan does not know, and where its writes cannot be noted. */
export async function beginWalk({ testInfo, run, observatory }: WalkInput): Promise<Walk> {
  const { system, clock, client } = observatory;
  const way = wayOf(testInfo.project.name);
  const journey = findJourney(testInfo.title, way, run, observatory);
  const name = nameOf(journey.id, way);
  const runIds = { id: run.runId, nonce: observatory.nonce };
  // as it may stand in an e-mail address, and in the name of a file
  const plainName = name.replace('@', '-');
  const { given, values, secrets } = fillGiven(journey, plainName, { system, run: runIds });
  const redact = createRedactor(new Map([...system.secrets, ...secrets]));
  const journal = createJournal(journalPlace({ cwd: process.cwd(), env: process.env, now: clock.now }));
  const at = clock.now().toISOString();
  const service = journey.at ?? system.contract.frontDoor;
  const url = urlAt(system, service, '');
  const scope = { runId: run.runId, system: system.contract.system, environment: system.environmentName };
  const promise = { id: `journey.${plainName}`, title: journey.title, at: service, ...undoingOf(journey) };
  const entry = journey.writes ? journal.open(promise, scope) : undefined;
  // Where it cannot be noted, nothing is written.
  entry?.note([announcedWrite(url, redact(JSON.stringify(given)), at)], values);
  keepNoPage();
  const walk: Walk = {
    journey,
    way,
    url,
    given,
    values,
    context: { system, client, clock, run: runIds, redact, journal },
    entry,
    redact,
    at,
    startMs: clock.monotonicMs(),
    looksForBarriers: run.plan.rows.some(({ id }) => id === journeyRowId(journey, way, 'accessibility')),
    hasBegun: false,
    seen: undefined,
    lost: [],
    blind: undefined,
    noBrowser(error) {
      walk.blind = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    },
  };
  return walk;
}

/** `journeys-mobile` → "mobile"; everywhere else a journey is made as usual. */
function wayOf(project: string): Way {
  return /^journeys-(.+)$/.exec(project)?.[1] ?? '';
}

function findJourney(title: string, way: Way, { plan }: RunFiles, { system }: Observatory): JourneyContract {
  const id = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const journey = system.contract.journeys.find((one) => one.id === id);
  if (journey === undefined) {
    const known = system.contract.journeys.map((one) => one.id).join(', ') || 'none is';
    throw new Error(
      `The journey "${title}" is not declared (${known}). Add it under "journeys" in system.yaml, with the id "${id}".`,
    );
  }
  if (!plan.rows.some((row) => row.id === journeyRowId(journey, way, 'walked'))) {
    throw new Error(
      `The journey "${title}" is no part of this run. A tag @smoke takes "smoke: true" under "journeys" in system.yaml.`,
    );
  }
  return journey;
}

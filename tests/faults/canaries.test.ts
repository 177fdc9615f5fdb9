/** No file that a run leaves holds a secret, in whatever encoding, archives opened; nor does what is printed. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCanaries } from './canaries.ts';
import { CANARIES, CANARY_TRIAL } from './canary-trial.ts';
import { type Lane, openLane } from './lane.ts';
import { readOutcome } from './read-outcome.ts';
import { runSuite } from './run-suite.ts';

let lane: Lane;
beforeAll(async () => {
  lane = await openLane(0);
  await lane.system.control.setFaults([...(CANARY_TRIAL.faults ?? [])]);
});
afterAll(() => lane.close());

describe.each(['check', 'run'] as const)('a %s that meets eight secrets', (how) => {
  it('leaves none of them', async () => {
    const run = await runSuite(lane, { ...CANARY_TRIAL, how });
    writeFileSync(path.join(run.stateDir, 'printed.txt'), run.output);
    const sealed = await readOutcome(run.stateDir);
    const rows = sealed?.record.rows.filter(({ id }) => /^endpoints\.canary-[a-z]+$/.test(id)) ?? [];
    // every place was really asked and is red, else there was nothing to hide
    expect(rows.map(({ id, status }) => `${status} ${id}`).sort(), run.output).toEqual(
      ['cookie', 'form', 'header', 'json', 'path', 'query', 'text', 'token'].map(
        (id) => `failed endpoints.canary-${id}`,
      ),
    );
    expect(JSON.stringify(rows)).toContain('[redacted:');
    expect(findCanaries([run.stateDir], CANARIES)).toEqual([]);
  });
});

import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { OwnFaultError } from '../../../src/errors.ts';
import { noteRefusal, type Refusal } from '../../../src/record/note-refusal.ts';
import { temporaryFolder } from '../ledger/sample-events.ts';
import { NOW, openState } from './sealed-state.ts';

const REFUSAL: Refusal = {
  runId: 'run-1',
  attempt: 'a1',
  environment: 'production',
  system: undefined,
  problems: [{ code: 'missing-file', what: 'the file does not exist', fix: 'Create it.' }],
};
const now = (): Date => NOW;

it('a refusal stands in the history with its reasons', async () => {
  const { stateDir, ledger } = await openState();
  await noteRefusal({ stateDir, now }, { ...REFUSAL, system: 'shop', commit: 'abcdef1' });
  expect((await ledger.rows()).map(({ event }) => event)).toEqual([
    {
      type: 'run.refused',
      kind: 'production',
      runId: 'run-1',
      environment: 'production',
      system: 'shop',
      expected: { commit: 'abcdef1' },
      refusedAt: NOW.toISOString(),
      because: ['the file does not exist Fix: Create it. [missing-file]'],
    },
  ]);
});

it('a run that is refused twice is noted twice', async () => {
  const { stateDir, ledger } = await openState();
  await noteRefusal({ stateDir, now }, REFUSAL);
  await noteRefusal({ stateDir, now }, { ...REFUSAL, attempt: 'a2' });
  expect(await ledger.rows({ type: 'run.refused' })).toHaveLength(2);
});

it('a hundred reasons are cut to twenty', async () => {
  const { stateDir, ledger } = await openState();
  await noteRefusal(
    { stateDir, now },
    { ...REFUSAL, problems: Array.from({ length: 100 }, () => REFUSAL.problems).flat() },
  );
  expect((await ledger.rows())[0]?.event).toMatchObject({ because: expect.objectContaining({ length: 20 }) });
});

it('no history is begun for it', async () => {
  const stateDir = temporaryFolder();
  await noteRefusal({ stateDir, now }, REFUSAL);
  expect(existsSync(path.join(stateDir, 'ledger.sqlite'))).toBe(false);
});

it('a history that is cut off is not written on', async () => {
  const { stateDir } = await openState();
  await noteRefusal({ stateDir, now }, REFUSAL);
  const again = await openState();
  await expect(
    noteRefusal({ stateDir: again.stateDir, now, externalCheckpoint: path.join(stateDir, 'checkpoint.json') }, REFUSAL),
  ).rejects.toThrow(OwnFaultError);
});

/**
 * Breaks Verdaccio and what stands before it in every way of `faults.ts`, one after the other, and runs the suite each time.
 * Exit code 0 only when every fault is `failed` with its layer named, and the healthy system passes before and after.
 * `npm run example:verdaccio:faults [-- words of a title]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { VERDACCIO_FAULTS, type VerdaccioFault } from './faults.ts';
import { install } from './install.ts';
import { isHealthy, type Outcome, prove } from './prove.ts';
import { type Stand, startStand } from './stand.ts';

async function trial(stand: Stand, fault: VerdaccioFault, stateDir: string): Promise<Outcome> {
  if (fault.front !== undefined) await stand.setFront(fault.front);
  const mend = await fault.breaks?.(stand);
  try {
    return await prove({ how: fault.how ?? 'check', env: { ...stand.env, ...fault.env }, stateDir, kept: true });
  } finally {
    await mend?.();
    await stand.setFront({});
  }
}

function isRight(fault: VerdaccioFault, { exitCode, verdict, failedLayers }: Outcome): boolean {
  return exitCode === 1 && verdict === 'failed' && fault.layers.some((layer) => failedLayers.includes(layer));
}

/** Prints the line of one trial; a wrong one with what the suite said. */
function report(title: string, right: boolean, { exitCode, verdict, failedLayers, output }: Outcome): boolean {
  const found = `exit ${exitCode}, ${verdict}${failedLayers.length > 0 ? `: ${failedLayers.join(', ')}` : ''}`;
  process.stdout.write(`${right ? 'ok    ' : 'WRONG '} ${title}: ${found}\n${right ? '' : output}`);
  return right;
}

async function healthy(stand: Stand, stateDir: string, when: string): Promise<boolean> {
  const outcome = await prove({ how: 'check', env: stand.env, stateDir, kept: true });
  return report(`healthy ${when}`, isHealthy(outcome), outcome);
}

await install();
const words = process.argv.slice(2).join(' ');
const chosen = VERDACCIO_FAULTS.filter(({ title }) => title.includes(words));
const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-verdaccio-'));
const stand = await startStand(dir);
let right = 0;
try {
  let green = await healthy(stand, path.join(dir, 'state-before'), 'before');
  for (const [index, fault] of chosen.entries()) {
    const outcome = await trial(stand, fault, path.join(dir, `state-${index}`));
    if (report(`${fault.title} (${fault.layers.join(' or ')})`, isRight(fault, outcome), outcome)) right += 1;
  }
  green = (await healthy(stand, path.join(dir, 'state-after'), 'after')) && green;
  process.stdout.write(`${right} of ${chosen.length} faults failed with their layer named\n`);
  process.exitCode = green && chosen.length > 0 && right === chosen.length ? 0 : 1;
} finally {
  await stand.stop();
  await rm(dir, { recursive: true, force: true });
}

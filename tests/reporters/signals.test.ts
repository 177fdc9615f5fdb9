/** A run that is stopped from outside: never a proof, and the record says so. */
import { describe, expect, it } from 'vitest';
import { specFile } from './support/inline-project.ts';
import { begin, removeProjectAfterEach, verify } from './support/one-project.ts';

removeProjectAfterEach();

const HANGING = {
  'b.prod.ts': specFile(['runtime.b'], {
    body: "process.stderr.write('I hang now'); await new Promise((done) => setTimeout(done, 60_000));",
  }),
  'tell.ts':
    'export default class Tell { onStdErr(chunk) { process.stderr.write(chunk); } printsToStdio() { return false; } }',
};

function stopWith(signal: NodeJS.Signals) {
  return (pid: number, output: string): boolean => {
    if (!output.includes('I hang now')) return false;
    process.kill(pid, signal);
    return true;
  };
}

describe('a run that is stopped', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s is recorded as interrupted and ends with 3',
    async (signal) => {
      const project = begin(HANGING);
      const outcome = await project.run(['--project=production', '--add-reporter=./tell.ts'], {
        during: stopWith(signal),
      });
      expect({ code: outcome.code, verdict: outcome.verdict?.verdict }, outcome.output).toEqual({
        code: 3,
        verdict: 'inconclusive',
      });
      expect(outcome.record?.integrity.map(({ code }) => code)).toContain('interrupted');
      expect(verify(project)).toBe(3);
    },
  );

  it('by SIGKILL leaves an intent without a seal: no proof, and the next run works', async () => {
    const project = begin(HANGING);
    const outcome = await project.run(['--project=production', '--add-reporter=./tell.ts'], {
      during: stopWith('SIGKILL'),
    });
    expect({ signal: outcome.signal, record: outcome.record }).toEqual({ signal: 'SIGKILL', record: undefined });
    expect(verify(project)).toBe(3);
    project.write('b.prod.ts', specFile(['runtime.b']));
    expect((await project.run(['--project=production'])).code).toBe(0);
    expect(verify(project)).toBe(0);
  });
});

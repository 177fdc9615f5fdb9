/** `gate10 complete` and `gate10 handoff`: five levels, none of them on faith. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Level } from '../../../src/release/pipeline/judge-complete.ts';
import { type ReleaseStand, releaseStand } from './release-stand.ts';

async function levelsOf(stand: ReleaseStand, ...args: string[]) {
  const { code, stdout, stderr } = await stand.gate10('complete', '--json', ...args);
  expect(stderr).toBe('');
  const { levels, verdict } = JSON.parse(stdout) as { levels: Level[]; verdict: string };
  return { code, verdict, words: Object.fromEntries(levels.map((each) => [each.level, each.verdict])), levels };
}

const gates = (documentation: readonly string[]): string =>
  JSON.stringify({ schema: 'gate10/gates/v1', documentation });

describe('gate10 complete', () => {
  it('holds production for proven, and knows nothing of what nobody measured', async () => {
    const stand = await releaseStand();
    const { code, words } = await levelsOf(stand);
    expect(code).toBe(3);
    expect(words).toEqual({
      code: 'inconclusive',
      deployment: 'passed',
      production: 'passed',
      metrics: 'inconclusive',
      documentation: 'inconclusive',
    });
  });

  it('knows whether the documentation was written since what was proven before', async () => {
    const stand = await releaseStand();
    stand.write('contracts/gates.yaml', gates(['package.json']));
    expect((await levelsOf(stand)).words['documentation']).toBe('passed');
    stand.write('contracts/gates.yaml', gates(['package.json', 'CHANGELOG.md']));
    const { words, levels } = await levelsOf(stand);
    expect(words['documentation']).toBe('failed');
    expect(levels.at(-1)?.evidence).toContain('CHANGELOG.md: not touched since what was proven before');
  });

  it('fails for a deployment that was proven to be broken', async () => {
    const stand = await releaseStand();
    await stand.seal(stand.commit, false);
    expect(await levelsOf(stand)).toMatchObject({ code: 1, verdict: 'failed', words: { production: 'failed' } });
  });

  it('takes no scorecard of another run', async () => {
    const stand = await releaseStand();
    await stand.gate10('scorecard');
    const metrics = async (): Promise<string> =>
      (await levelsOf(stand)).levels.find(({ level }) => level === 'metrics')?.evidence.join(' ') ?? '';
    expect(await metrics()).not.toContain('no scorecard of this commit');
    const file = '.gate10/readiness-scorecard.json';
    const text = readFileSync(path.join(stand.folder, file), 'utf8');
    stand.write(file, text.replace(/"record_sha256": "[0-9a-f]{64}"/, `"record_sha256": "${'0'.repeat(64)}"`));
    expect(await metrics()).toContain('no scorecard of this commit');
    stand.write(file, '{"schema":');
    expect(await metrics()).toContain('no scorecard of this commit');
  });

  it('is not about a commit that nobody looked at', async () => {
    const stand = await releaseStand();
    stand.git('commit', '--quiet', '--allow-empty', '-m', 'later');
    const { code, words } = await levelsOf(stand);
    expect({ code, words }).toMatchObject({
      code: 3,
      words: { production: 'inconclusive', deployment: 'inconclusive' },
    });
  });

  it('refuses a commit that is not there', async () => {
    expect(await (await releaseStand()).gate10('complete', '--commit', 'f'.repeat(40))).toMatchObject({ code: 2 });
  });

  it('says it to people', async () => {
    const { stdout } = await (await releaseStand()).gate10('complete');
    expect(stdout).toMatch(/^✓ production$/m);
    expect(stdout).toMatch(/^NOT COMPLETE: /m);
  });
});

describe('gate10 handoff', () => {
  it('is Markdown made of what was validated, with links to it, and says that it is not complete', async () => {
    const stand = await releaseStand();
    stand.write('contracts/gates.yaml', gates(['docs/[x](javascript:alert(1)).md']));
    const { code, stdout } = await stand.gate10('handoff');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^# NOT complete: mosaic in embedded$/m);
    expect(stdout).toMatch(/^## production: holds$/m);
    expect(stdout).toMatch(/^- \[\.gate10\/runs\/.*record\.json\]\(\.gate10\/runs\/.*record\.json\)$/m);
    expect(stdout).not.toContain('](javascript:');
  });

  it('says of a release that the gate decided what changes and who agreed, and so does the message to a change board', async () => {
    const stand = await releaseStand();
    await stand.gate10('scorecard');
    await stand.gate10('manifest', '--release', 'v1.4.0');
    await stand.gate10('approve', '--role', 'engineering', '--key', 'keys/bob.pem');
    expect(await stand.gate10('gate')).toMatchObject({ code: 0 });
    const { stdout } = await stand.gate10('handoff');
    expect(stdout).toMatch(/^- Name: v1\.4\.0$/m);
    expect(stdout).toMatch(/^- Variables added: NEW\\_KEY$/m);
    expect(stdout).toMatch(/^- Migration: migrations\/0002\\_skills\.sql: reversible, compatible: /m);
    expect(stdout).toMatch(/^- Decision: passed \\\(.*\\\), 0 warnings$/m);
    expect(stdout).toMatch(/^- bob.*example\.com as engineering, /m);
    expect(stdout).toMatch(/^- \[\.gate10\/decisions\/.*decision\.json\]/m);
    expect((await boardLines(stand)).slice(-5)).toEqual([
      expect.stringMatching(/^Release: v1\.4\.0, manifest [0-9a-f]{64}$/),
      expect.stringMatching(/^Gate: passed \(.*\), 0 warnings$/),
      'Approved by: bob@example.com as engineering',
      'Waivers: none',
      'Incidents: none',
    ]);
  });

  it('says of a release that no gate decided that this is not known', async () => {
    const stand = await releaseStand();
    expect((await stand.gate10('handoff')).stdout).toMatch(/^- Decision: not known /m);
    expect((await boardLines(stand)).slice(-2)).toEqual([
      'Release, gate, approvals and waivers: not known, the history has no decision of the gate about it',
      'Incidents: none',
    ]);
  });
});

/** What a change board would be sent about the newest deployment. */
async function boardLines(stand: ReleaseStand): Promise<string[]> {
  const route = { events: ['deployment'], environments: ['embedded'], targets: ['board'] };
  const targets = { board: { kind: 'webhook', url: 'http://127.0.0.1:9/' } };
  stand.write('contracts/notify.yaml', JSON.stringify({ schema: 'gate10/notify/v1', targets, routes: [route] }));
  const { stdout, stderr } = await stand.gate10('notify', '--environment', 'embedded', '--dry-run', '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout).planned[0].body.data.because;
}

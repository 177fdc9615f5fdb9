/** From two commits to an open gate: scorecard, manifest, approval, decision, replay; and what closes it. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/contract/canonical.ts';
import { type GateDecision, gateDecisionSchema } from '../../../src/release/gate/schema.ts';
import { type ReleaseManifest, releaseManifestSchema } from '../../../src/release/manifest/schema.ts';
import { RELEASE, type ReleaseStand, releaseStand } from './release-stand.ts';

async function released(): Promise<ReleaseStand> {
  const stand = await releaseStand();
  const scorecard = await stand.gate10('scorecard');
  expect(scorecard).toMatchObject({ code: 0, stderr: '' });
  return stand;
}

async function manifestOf(stand: ReleaseStand, ...args: string[]): Promise<ReleaseManifest> {
  const { code, stdout, stderr } = await stand.gate10('manifest', '--release', 'v1.4.0', '--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return releaseManifestSchema.parse(JSON.parse(stdout));
}

async function approved(stand: ReleaseStand): Promise<void> {
  const { code, stderr } = await stand.gate10('approve', '--role', 'engineering', '--key', 'keys/bob.pem');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

async function decision(stand: ReleaseStand, ...args: string[]): Promise<GateDecision> {
  const { code, stdout, stderr } = await stand.gate10('gate', '--json', ...args);
  expect(stderr).toBe('');
  const said = gateDecisionSchema.parse(JSON.parse(stdout));
  expect(code).toBe(args.includes('--shadow') ? 0 : said.exitCode);
  return said;
}

const codesOf = ({ reasons }: GateDecision, status?: string): string[] => [
  ...new Set(reasons.filter((reason) => status === undefined || reason.status === status).map(({ code }) => code)),
];

describe('gate10 manifest', () => {
  it('says what goes out, what is different from what is deployed, and who made it', async () => {
    const stand = await released();
    const manifest = await manifestOf(stand);
    expect(manifest).toMatchObject({
      system: 'mosaic',
      environment: 'embedded',
      commit: stand.commit,
      previous: { commit: stand.before },
      authors: ['Alice <alice@example.com>', 'Dora <dora@example.com>'],
      configuration: { variables: { added: ['NEW_KEY'], removed: ['OLD_KEY'] } },
      rollback: { target: stand.before, automatic: true },
    });
    expect(manifest.artifacts.map((each) => each.path)).toEqual(['dist/app.js', 'dist/deep/style.css', 'package.json']);
    expect(manifest.artifacts[0]?.sha256).toBe(sha256Hex('app\n'));
    expect(manifest.artifacts.at(-1)?.purl).toBe('pkg:npm/careers@1.4.0');
    expect(manifest.configuration.files.map((each) => each.path)).toEqual(['contracts/system.yaml', 'package.json']);
    expect(manifest.migrations).toEqual([expect.objectContaining({ path: 'migrations/0002_skills.sql' })]);
    expect(manifest.thresholds.map((each) => each.path)).toEqual(
      expect.arrayContaining(['authority/policy.yaml', 'contracts/policy.yaml', 'contracts/allowed_signers']),
    );
    expect(manifest.scorecard?.sha256).toBe(
      sha256Hex(readFileSync(path.join(stand.folder, '.gate10/readiness-scorecard.json'))),
    );
  });

  it('is the same bytes for the same inputs', async () => {
    const stand = await released();
    const file = path.join(stand.folder, 'release-manifest.json');
    await manifestOf(stand);
    const first = readFileSync(file, 'utf8');
    await manifestOf(stand);
    expect(readFileSync(file, 'utf8')).toBe(first);
  });

  it('names every problem at once, with its line, and writes nothing', async () => {
    const stand = await released();
    const wrong = { ...RELEASE, artifacts: ['nowhere/**', '/etc/passwd'], migrations: { folder: 'migrations' } };
    stand.write('contracts/release.yaml', JSON.stringify({ ...wrong, artifacts: ['nowhere/**'] }, null, 2));
    const { code, stderr } = await stand.gate10('manifest', '--release', 'v1.4.0');
    expect(code).toBe(2);
    expect(stderr).toMatch(/contracts\/release\.yaml:\d+:\d+: artifacts\.0: "nowhere\/\*\*" matches no file/);
    expect(stderr).toMatch(/nothing says whether the new migration 0002_skills\.sql can be taken back/);
    expect(readdirSync(stand.folder)).not.toContain('release-manifest.json');
    stand.write('contracts/release.yaml', JSON.stringify(wrong, null, 2));
    expect((await stand.gate10('manifest', '--release', 'v1.4.0')).stderr).toMatch(/artifacts\.1/);
  });

  it.each([
    ['no release', []],
    ['a release that is a path', ['--release', '../../x']],
    ['a window with one end', ['--release', 'v1', '--not-before', '2026-11-22T08:00:00Z']],
    [
      'a time without its zone',
      ['--release', 'v1', '--not-before', '2026-11-22T08:00', '--not-after', '2026-11-23T08:00'],
    ],
    [
      'an inverted window',
      ['--release', 'v1', '--not-before', '2026-11-23T08:00:00Z', '--not-after', '2026-11-22T08:00:00Z'],
    ],
    ['a commit that is an option', ['--release', 'v1', '--commit=--output=x']],
    ['a commit that is not there', ['--release', 'v1', '--commit', 'f'.repeat(40)]],
    ['a file outside', ['--release', 'v1', '--sbom', '/etc/hostname']],
    ['a file that is not there', ['--release', 'v1', '--sbom', 'sbom.json']],
    ['an --out elsewhere', ['--release', 'v1', '--out', '/tmp/manifest.json']],
    ['an environment that is not declared', ['--release', 'v1', '--environment', 'moon']],
  ])('refuses %s', async (_, args) => {
    const stand = await releaseStand();
    const { code, stderr } = await stand.gate10('manifest', ...args);
    expect({ code, isSaid: stderr.length > 0 }).toEqual({ code: 2, isSaid: true });
    expect(readdirSync(stand.folder)).not.toContain('release-manifest.json');
  });

  it('bars the way back over a migration that allows none', async () => {
    const stand = await released();
    const files = {
      '0002_skills.sql': { reversible: false, compatible: false, because: 'it drops the column of the old release' },
    };
    stand.write('contracts/release.yaml', JSON.stringify({ ...RELEASE, migrations: { folder: 'migrations', files } }));
    expect((await manifestOf(stand)).rollback).toMatchObject({
      automatic: false,
      veto: expect.stringContaining('drops'),
    });
  });
});

describe('gate10 gate', () => {
  it('opens for what was proven, approved and rehearsed, and decides the same again offline', async () => {
    const stand = await released();
    await manifestOf(stand);
    await approved(stand);
    const open = await decision(stand);
    expect({ verdict: open.verdict, not: codesOf(open, 'failed'), open: codesOf(open, 'inconclusive') }).toEqual({
      verdict: 'passed',
      not: [],
      open: [],
    });
    rmSync(path.join(stand.folder, 'release-manifest.json'));
    rmSync(path.join(stand.folder, 'sign-off'), { recursive: true });
    const again = await stand.gate10('gate', 'replay', open.id, '--json');
    expect({ code: again.code, said: JSON.parse(again.stdout) }).toEqual({ code: 0, said: open });
    const listed = await stand.gate10('gate', 'list');
    expect(listed.stdout).toContain(open.id);
    const summary = JSON.parse(
      readFileSync(path.join(stand.folder, `.gate10/decisions/${open.id}/vsa.intoto.json`), 'utf8'),
    );
    expect(summary).toMatchObject({
      predicateType: 'https://slsa.dev/verification_summary/v1',
      predicate: { verificationResult: 'PASSED', inputAttestations: [{ digest: { sha256: open.inputsSha256 } }] },
    });
  });

  it('names everything that is missing, and the command that makes it', async () => {
    const stand = await releaseStand();
    const { code, stdout } = await stand.gate10('gate');
    expect(code).not.toBe(0);
    expect(stdout).toContain('gate10 manifest --release');
    expect(stdout).toMatch(/BLOCKED/);
  });

  it('says everything else too where nobody is named who may approve', async () => {
    const stand = await released();
    await manifestOf(stand);
    rmSync(path.join(stand.folder, 'contracts/allowed_signers'));
    const closed = await decision(stand);
    expect(closed.exitCode).not.toBe(0);
    expect(codesOf(closed)).toEqual(
      expect.arrayContaining(['sign-off-missing', 'thresholds-other', 'scorecard', 'proven']),
    );
    stand.write('contracts/allowed_signers', 'bob@example.com not-a-key\n');
    const wrong = await stand.gate10('gate');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('contracts/allowed_signers:1') });
  });

  it('stays closed without an approval, and for one of an author', async () => {
    const stand = await released();
    await manifestOf(stand);
    expect(codesOf(await decision(stand), 'failed')).toEqual(['approval-missing']);
    const own = await stand.gate10('approve', '--role', 'engineering', '--key', 'keys/alice.pem');
    expect({ code: own.code, stderr: own.stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('author'),
    });
  });

  it('closes for an artifact, a threshold, or a manifest that was changed after the approval', async () => {
    const stand = await released();
    await manifestOf(stand);
    await approved(stand);
    stand.write('dist/app.js', 'another app\n');
    expect(codesOf(await decision(stand), 'failed')).toEqual(['artifact-changed']);
    stand.write('dist/app.js', 'app\n');
    const policy = readFileSync(path.join(stand.folder, 'contracts/policy.yaml'), 'utf8');
    stand.write('contracts/policy.yaml', `${policy}\n`);
    expect(codesOf(await decision(stand), 'failed')).toEqual(['thresholds-other']);
    stand.write('contracts/policy.yaml', policy);
    expect((await decision(stand)).verdict).toBe('passed');
    const file = path.join(stand.folder, 'release-manifest.json');
    stand.write(
      'release-manifest.json',
      readFileSync(file, 'utf8').replace('"dashboards": []', '"dashboards": ["https://example.com/"]'),
    );
    expect(codesOf(await decision(stand), 'failed')).toEqual(['approval-missing']);
  });

  it('closes for a manifest that an author wrote himself out of, so that he could approve it', async () => {
    const stand = await released();
    await manifestOf(stand);
    const file = path.join(stand.folder, 'release-manifest.json');
    const forged = { ...JSON.parse(readFileSync(file, 'utf8')), authors: ['Dora <dora@example.com>'] };
    stand.write('release-manifest.json', JSON.stringify(forged));
    const own = await stand.gate10('approve', '--role', 'engineering', '--key', 'keys/alice.pem');
    expect(own.code).toBe(0);
    const closed = await decision(stand);
    expect({ exitCode: closed.exitCode, codes: codesOf(closed, 'failed') }).toEqual({
      exitCode: 1,
      codes: ['authors-other'],
    });
  });

  it('closes for a manifest that is compared with another release than the one that was proven there', async () => {
    const stand = await released();
    stand.git('commit', '--quiet', '--allow-empty', '-m', 'feat: nothing');
    const now = stand.git('rev-parse', 'HEAD');
    await manifestOf(stand, '--previous', stand.before, '--commit', now);
    await approved(stand);
    expect(codesOf(await decision(stand), 'failed')).toContain('previous-other');
  });

  it('warns where git does not have what was proven before any more', async () => {
    const stand = await released();
    const lost = 'd'.repeat(40);
    await stand.seal(lost, true);
    await stand.seal(stand.commit, true);
    await manifestOf(stand, '--previous', stand.before);
    await approved(stand);
    const open = await decision(stand);
    const [reason] = open.reasons.filter(({ code }) => code === 'previous-declared');
    expect([reason?.status, reason?.message]).toEqual(['warned', expect.stringContaining(lost)]);
  });

  it('closes for a file that goes out and was not there when the release was approved', async () => {
    const stand = await released();
    await manifestOf(stand);
    await approved(stand);
    stand.write('dist/extra.js', 'extra\n');
    expect(codesOf(await decision(stand), 'failed')).toEqual(['artifact-unnamed']);
  });

  it('cannot judge what the manifest says where git does not have the whole history', async () => {
    const stand = await released();
    await manifestOf(stand);
    await approved(stand);
    stand.write('.git/shallow', `${stand.commit}\n`);
    const closed = await decision(stand);
    expect({ exitCode: closed.exitCode, codes: codesOf(closed, 'inconclusive') }).toEqual({
      exitCode: 3,
      codes: ['claims-unverifiable'],
    });
  });

  it('wants a record of a threshold that was changed since it opened last', async () => {
    const stand = await released();
    await manifestOf(stand);
    await approved(stand);
    expect((await decision(stand)).verdict).toBe('passed');
    const policy = JSON.parse(readFileSync(path.join(stand.folder, 'contracts/policy.yaml'), 'utf8')) as object;
    stand.write('contracts/policy.yaml', JSON.stringify({ ...policy, gate: { proofMaxAge: '2h' } }));
    await manifestOf(stand);
    await approved(stand);
    expect(codesOf(await decision(stand), 'failed')).toEqual(['threshold-without-rfc']);
    stand.write('decisions/0021-older-proofs.md', 'A proof of two hours is good enough, because.\n');
    const thresholdChanges = [{ file: 'contracts/policy.yaml', rfc: 'decisions/0021-older-proofs.md' }];
    stand.write('contracts/release.yaml', JSON.stringify({ ...RELEASE, thresholdChanges }));
    await manifestOf(stand);
    await approved(stand);
    const open = await decision(stand);
    expect({ verdict: open.verdict, codes: codesOf(open, 'warned') }).toEqual({
      verdict: 'warned',
      codes: ['thresholds', 'refused-other-digest'],
    });
  });

  it('closes for a deployment that was proven to be broken since', async () => {
    const stand = await released();
    await manifestOf(stand);
    await approved(stand);
    await stand.seal(stand.commit, false);
    const closed = await decision(stand);
    expect({ exitCode: closed.exitCode, codes: codesOf(closed, 'failed') }).toMatchObject({ exitCode: 1 });
    expect(codesOf(closed, 'failed')).toContain('proven-broken');
  });

  it('ends with 0 in the shadow, and a decision in the shadow agrees to nothing', async () => {
    const stand = await released();
    const shadow = await decision(stand, '--shadow');
    expect(shadow.exitCode).not.toBe(0);
  });

  it('says that a decision was tampered with', async () => {
    const stand = await released();
    await manifestOf(stand);
    const { id } = await decision(stand);
    const inputs = `.gate10/decisions/${id}/inputs.json`;
    const text = readFileSync(path.join(stand.folder, inputs), 'utf8');
    stand.write(inputs, text.replace('"outcome":"incomplete"', '"outcome":"complete"'));
    expect((await stand.gate10('gate', 'replay', id)).code).toBe(70);
    stand.write(inputs, text);
    const kept = `.gate10/decisions/${id}/decision.json`;
    stand.write(kept, readFileSync(path.join(stand.folder, kept), 'utf8').replace('"failed"', '"passed"'));
    expect((await stand.gate10('gate', 'replay', id)).code).toBe(70);
    expect((await stand.gate10('gate', 'replay', 'gate-unknown')).code).toBe(2);
    expect((await stand.gate10('gate', 'replay', '../../etc')).code).toBe(2);
  });
});

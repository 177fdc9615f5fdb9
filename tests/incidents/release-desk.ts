/** Where a release is signed for: a clone of the released repository, contracts with somebody who may approve, and his key. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fromEd25519Key } from '../../src/release/attest/ssh-wire.ts';
import { type GateDecision, gateDecisionSchema } from '../../src/release/gate/schema.ts';
import { type Ended, root, type Stand } from './stand.ts';

export interface ReleaseDesk {
  /** Scorecard, manifest, approval and decision, as a pipeline asks for them after a production run. */
  decide(
    release: string,
    commit: string,
  ): Promise<{ readonly decision: GateDecision | undefined; readonly said: Ended }>;
  /** The same decision again, from what was kept of it. */
  replay(id: string): Promise<Ended>;
  close(): void;
}

const MANAGER = 'release-manager@mosaic.test';

export function openDesk(stand: Stand, repository: string): ReleaseDesk {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gate10-desk-'));
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('clone', '--quiet', repository, '.');
  writeContracts(path.join(folder, 'contracts'), path.join(folder, 'manager.pem'));
  const gate10 = (...argv: string[]) => stand.gate10In(folder, ...argv);
  const need = async (...argv: string[]): Promise<void> => {
    const { exitCode, output } = await gate10(...argv);
    if (exitCode !== 0) throw new Error(`gate10 ${argv[0]} ended with ${exitCode}: ${output}`);
  };
  return {
    async decide(release, commit) {
      git('fetch', '--quiet', 'origin');
      git('checkout', '--quiet', commit);
      // says no by its exit code where the run failed: that is what the gate is to see
      await gate10('scorecard', '--environment', 'embedded');
      copyFileSync(path.join(stand.stateDir, 'readiness-scorecard.json'), path.join(folder, 'scorecard.json'));
      const about = ['--release', release, '--environment', 'embedded', '--commit', commit];
      await need('manifest', ...about, '--scorecard', 'scorecard.json');
      await need('approve', '--role', 'release-manager', '--key', 'manager.pem');
      const said = await gate10('gate', '--environment', 'embedded', '--commit', commit, '--json');
      const json = said.output.slice(said.output.indexOf('{'));
      const read = gateDecisionSchema.safeParse(said.exitCode === 2 || json === '' ? undefined : JSON.parse(json));
      return { decision: read.data, said };
    },
    replay: (id) => gate10('gate', 'replay', id),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function writeContracts(folder: string, keyFile: string): void {
  cpSync(path.join(root, 'contracts'), folder, { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(
    path.join(folder, 'allowed_signers'),
    `${MANAGER} ssh-ed25519 ${fromEd25519Key(publicKey)?.toString('base64')}\n`,
  );
  const roles = `release:\n  approvals: { roles: { release-manager: { members: ["${MANAGER}"] } } }\n`;
  // nothing was rehearsed on a system that is a minute old
  const policy = `${readFileSync(path.join(folder, 'policy.yaml'), 'utf8')}\n${roles}gate: { rehearsal: optional }\n`;
  writeFileSync(path.join(folder, 'policy.yaml'), policy);
  const artifacts = ['_redirects', 'release.json', 'package-lock.json'];
  writeFileSync(path.join(folder, 'release.yaml'), JSON.stringify({ schema: 'gate10/release/v1', artifacts }));
}

/** The release gate: a decision about a manifest with 200 artifacts of 100 kB, held against a start of the same program that decides nothing. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Bar, median, root, run } from './measure.ts';

const ARTIFACTS = 200;
const ARTIFACT_BYTES = 100_000;
const LIMIT_MS = 300;
const ROUNDS = 9;

export async function benchGate(): Promise<Bar[]> {
  // as it is published: without a build the command runs from the source
  await run({ argv: [process.execPath, path.join(root, 'scripts/build.ts')] });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gate10-bench-gate-'));
  try {
    writeProject(folder);
    await gate10(folder, ['manifest', '--release', 'v1', '--environment', 'bench']);
    const [decisions, starts]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      decisions.push(await gate10(folder, ['gate', '--environment', 'bench'], [1, 3]));
      starts.push(await gate10(folder, ['gate', '--help']));
    }
    const ownMs = median(decisions) - median(starts);
    return [
      {
        what: `gate10 gate: a decision about ${ARTIFACTS} artifacts, without the start of the program`,
        measured: `${ownMs.toFixed(0)} ms (${median(decisions).toFixed(0)} − ${median(starts).toFixed(0)})`,
        bar: `≤ ${LIMIT_MS} ms`,
        holds: ownMs <= LIMIT_MS,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeProject(folder: string): void {
  const git = (...args: string[]): void => {
    const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', '-c', 'commit.gpgsign=false'];
    execFileSync('git', [...who, ...args], { cwd: folder, stdio: 'ignore' });
  };
  mkdirSync(path.join(folder, 'contracts'));
  mkdirSync(path.join(folder, 'dist'));
  const system = { schema: 'gate10/system/v1', system: 'bench', environments: { bench: {} } };
  writeFileSync(path.join(folder, 'contracts/system.yaml'), JSON.stringify(system));
  writeFileSync(path.join(folder, 'contracts/allowed_signers'), '');
  const release = { schema: 'gate10/release/v1', artifacts: ['dist/**'] };
  writeFileSync(path.join(folder, 'contracts/release.yaml'), JSON.stringify(release));
  for (let index = 0; index < ARTIFACTS; index++)
    writeFileSync(path.join(folder, `dist/${index}.bin`), Buffer.alloc(ARTIFACT_BYTES, index));
  git('init', '--quiet', '--initial-branch=main');
  git('add', 'contracts');
  git('commit', '--quiet', '-m', 'bench');
}

/** Wall time in milliseconds. */
async function gate10(cwd: string, args: readonly string[], expects: readonly number[] = [0]): Promise<number> {
  const { wallMs } = await run({ argv: [process.execPath, path.join(root, 'bin/gate10.js'), ...args], cwd, expects });
  return wallMs;
}

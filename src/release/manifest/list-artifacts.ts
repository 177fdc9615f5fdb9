/** The artifacts that `contracts/release.yaml` names, each with its digest. */
import { globSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LoadedRelease } from '../../contract/load-release.ts';
import type { Problem } from '../../errors.ts';
import { readArtifact } from './read-artifact.ts';
import type { ReleaseManifest } from './schema.ts';

type Artifact = ReleaseManifest['artifacts'][number];

const WORDS = {
  absent: 'is not there',
  outside: 'lies outside the project',
  'not-a-file': 'is not a regular file',
  unreadable: 'cannot be read',
} as const;

/** In the order of their paths. A glob that matches nothing is a problem: what is missing must not go unnoticed. */
export function listArtifacts(
  projectDir: string,
  { contract, problemAt }: LoadedRelease,
): { readonly artifacts: Artifact[]; readonly problems: Problem[] } {
  const artifacts = new Map<string, Artifact>();
  const problems: Problem[] = [];
  for (const [index, declared] of contract.artifacts.entries()) {
    const { path: pattern, purl } = typeof declared === 'string' ? { path: declared, purl: undefined } : declared;
    const problem = (what: string, fix: string): void => {
      problems.push(problemAt(['artifacts', index], { code: 'release-artifact', what, fix }));
    };
    const files = filesOf(projectDir, pattern);
    if (files.length === 0) problem(`"${pattern}" matches no file`, 'Build the release first, or correct the path.');
    if (purl !== undefined && files.length > 1)
      problem(`"${pattern}" has one purl and matches ${files.length} files`, 'Name each file with a purl of its own.');
    for (const file of files) {
      const read = readArtifact(projectDir, file);
      if (read.state === 'read')
        artifacts.set(file, { path: file, sha256: read.sha256, bytes: read.bytes, ...(purl && { purl }) });
      else problem(`${file} ${WORDS[read.state]}`, 'A release consists of regular files of the project.');
    }
  }
  return { artifacts: [...artifacts.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), problems };
}

/** Paths of all files that the contract names, also of those that are no artifacts because they cannot be read. */
export function artifactPaths(projectDir: string, { contract }: Pick<LoadedRelease, 'contract'>): string[] {
  const patterns = contract.artifacts.map((declared) => (typeof declared === 'string' ? declared : declared.path));
  return [...new Set(patterns.flatMap((pattern) => filesOf(projectDir, pattern)))].sort();
}

/** With "/" on every system; folders are none of it, and what is installed only where it is named. */
function filesOf(projectDir: string, pattern: string): string[] {
  const isInstalled = pattern.includes('node_modules');
  return globSync(pattern, { cwd: projectDir, exclude: (name) => !isInstalled && name === 'node_modules' })
    .filter((file) => statSync(path.join(projectDir, file), { throwIfNoEntry: false })?.isDirectory() !== true)
    .map((file) => file.split(path.sep).join('/'));
}

/** One inline project per test, removed after it; and what a pipeline would ask about it. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterEach } from 'vitest';
import { createInlineProject, type InlineProject } from './inline-project.ts';

let project: InlineProject | undefined;

/** To be called by the test itself: `files` replace or add to the healthy project. */
export function begin(files: Parameters<typeof createInlineProject>[0] = {}): InlineProject {
  project = createInlineProject(files);
  return project;
}

/** To be called once by a test file. */
export function removeProjectAfterEach(): void {
  afterEach(() => {
    project?.remove();
    project = undefined;
  });
}

/** Exit code of `gate10 verify`, a process of its own. */
export function verify({ dir }: InlineProject): number | null {
  const program = path.resolve(import.meta.dirname, '../../../bin/gate10.js');
  const env = { ...process.env, GATE10_STATE_DIR: path.join(dir, 'state'), GATE10_EXPECT_SHA: '' };
  return spawnSync(process.execPath, [program, 'verify', '--environment', 'inline'], { cwd: dir, env }).status;
}

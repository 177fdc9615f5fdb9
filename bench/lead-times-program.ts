/**
 * What a report does to learn the lead times, in a process of its own: `lead-times-program.ts <repository> <deployments.json>`.
 * Prints the time it took (without the start of Node), the most memory that the process has had, and what it found.
 */
import { readFileSync } from 'node:fs';
import { type DatedCommit, readDeliveredCommits } from '../src/record/dora/delivered-commits.ts';
import { createStreamGit } from '../src/record/dora/stream-git.ts';
import { percentile } from '../src/record/minutes.ts';

const [, , repository = '', file = ''] = process.argv;
const deployments = JSON.parse(readFileSync(file, 'utf8')) as DatedCommit[];
const startedMs = performance.now();
const delivered = await readDeliveredCommits(createStreamGit(repository, process.env['PATH']), [], deployments);
if (!delivered.ok) throw new Error(delivered.problem.message);
const { minutes, places } = delivered.value;
const p50Minutes = percentile(minutes, 50);
const tookMs = performance.now() - startedMs;
const counts = deployments.map(() => 0);
const sums = deployments.map(() => 0);
for (const [index, place] of places.entries()) {
  counts[place] = (counts[place] ?? 0) + 1;
  sums[place] = (sums[place] ?? 0) + (minutes[index] ?? Number.NaN);
}
const memoryMb = process.resourceUsage().maxRSS / 1000;
process.stdout.write(`${JSON.stringify({ tookMs, memoryMb, commits: minutes.length, p50Minutes, counts, sums })}\n`);

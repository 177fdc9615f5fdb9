/**
 * `npm run soak -- 30`: healthy runs in a row on one embedded system, as a user starts them. Every one has to be `passed`;
 * a single other verdict is a false alarm, printed with the run's own words. Exit code 1 then.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const runs = Number(process.argv[2] ?? '30');
if (!Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`Failed to start: "${process.argv[2]}" is not a number of runs. Example: npm run soak -- 30\n`);
  process.exit(2);
}

const system = spawn(process.execPath, [path.join(root, 'reference-system/main.ts'), 'up'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
});
await Promise.race([
  once(system.stdout, 'data'),
  once(system, 'exit').then(([code]) => Promise.reject(new Error(`the embedded system ended with code ${code}`))),
]);

let passed = 0;
const secondsPerRun: number[] = [];
for (let run = 1; run <= runs; run += 1) {
  const startedMs = performance.now();
  const child = spawn('npx', ['playwright', 'test', '--project=production'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - startedMs) / 1000;
  secondsPerRun.push(seconds);
  const isPassed = code === 0 && /^PASSED\b/m.test(output);
  if (isPassed) passed += 1;
  process.stdout.write(
    `run ${run} of ${runs}: ${isPassed ? 'passed' : `NOT PASSED (exit ${code})`}, ${seconds.toFixed(1)} s\n${isPassed ? '' : output}\n`,
  );
}
const ended = once(system, 'exit');
system.kill('SIGTERM');
await ended;
const sorted = secondsPerRun.sort((a, b) => a - b);
process.stdout.write(
  `${passed} of ${runs} passed; wall time median ${sorted[Math.floor(sorted.length / 2)]?.toFixed(1)} s, worst ${sorted.at(-1)?.toFixed(1)} s\n`,
);
process.exitCode = passed === runs ? 0 : 1;

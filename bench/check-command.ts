/** `gate10 check`, without a runner: against newman (20 endpoints), against hurl or a raw keep-alive loop (2,000 endpoints). */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { type Bar, pairedRatio, root, run, startServer } from './measure.ts';
import { writeProject } from './project.ts';

const ROUNDS = 9;

function newmanCollection(count: number, url: string): string {
  const script = (index: number): string[] => [
    "pm.test('status', () => pm.response.to.have.status(200));",
    "pm.test('type', () => pm.expect(pm.response.headers.get('content-type')).to.include('application/json'));",
    `pm.test('body', () => { const body = pm.response.json(); pm.expect(body.ok).to.eql(true); pm.expect(body.path).to.eql('/e/${index}'); });`,
  ];
  return JSON.stringify({
    info: { name: 'bench', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
    item: Array.from({ length: count }, (_, index) => ({
      name: `endpoint ${index}`,
      request: { method: 'GET', url: `${url}/e/${index}` },
      event: [{ listen: 'test', script: { exec: script(index) } }],
    })),
  });
}

function hurlFile(count: number, url: string): string {
  return Array.from(
    { length: count },
    (_, index) =>
      `GET ${url}/e/${index}\nHTTP 200\n[Asserts]\nheader "Content-Type" contains "application/json"\njsonpath "$.ok" == true\njsonpath "$.path" == "/e/${index}"\n`,
  ).join('\n');
}

function hurlBinary(): string | undefined {
  try {
    return execFileSync('hurl', ['--version'], { encoding: 'utf8' }).startsWith('hurl') ? 'hurl' : undefined;
  } catch {
    return undefined;
  }
}

function installNewman(): string {
  const newman = path.join(root, 'bench/node_modules/newman/bin/newman.js');
  if (!existsSync(newman))
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
      cwd: path.join(root, 'bench'),
      stdio: 'ignore',
    });
  return newman;
}

async function checkTime(dir: string): Promise<number> {
  const env = { GATE10_CONTRACTS: path.join(dir, 'contracts'), GATE10_STATE_DIR: path.join(dir, 'state') };
  return (
    await run({
      argv: [process.execPath, path.join(root, 'bin/gate10.js'), 'check', '--environment', 'bench'],
      cwd: dir,
      env,
    })
  ).wallMs;
}

/** The bench writes its contracts as JSON, which is YAML and is read faster than what people write. */
async function asPeopleWrite(dir: string): Promise<void> {
  const file = path.join(dir, 'contracts/system.yaml');
  await writeFile(file, stringify(JSON.parse(await readFile(file, 'utf8'))));
}

export async function benchCheckCommand(): Promise<Bar[]> {
  // as it is published: without a build the command runs from the source
  await run({ argv: [process.execPath, path.join(root, 'scripts/build.ts')] });
  const server = await startServer(0);
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-bench-'));
  try {
    const small = path.join(dir, 'small');
    const written = path.join(dir, 'written');
    const large = path.join(dir, 'large');
    await writeProject(small, server.url, 20, 16);
    await writeProject(written, server.url, 20, 16);
    await asPeopleWrite(written);
    await writeProject(large, server.url, 2000, 16);
    await writeFile(path.join(dir, 'collection.json'), newmanCollection(20, server.url));
    const newman = installNewman();
    const newmanTime = async (): Promise<number> =>
      (await run({ argv: [process.execPath, newman, 'run', '--silent', path.join(dir, 'collection.json')] })).wallMs;
    const versusNewman = await pairedRatio(() => checkTime(small), newmanTime, ROUNDS);
    const writtenVersusNewman = await pairedRatio(() => checkTime(written), newmanTime, ROUNDS);
    const hurl = hurlBinary();
    await writeFile(path.join(dir, 'all.hurl'), hurlFile(2000, server.url));
    const other = hurl
      ? [hurl, '--test', path.join(dir, 'all.hurl')]
      : [process.execPath, path.join(root, 'bench/raw-loop.ts'), server.url, '2000', '16'];
    const versusOther = await pairedRatio(
      () => checkTime(large),
      async () => (await run({ argv: other })).wallMs,
      ROUNDS,
    );
    const bar = hurl ? 1.2 : 3;
    return [
      {
        what: 'gate10 check, 20 endpoints ÷ newman',
        measured: `${versusNewman.ratio.toFixed(2)} × (${versusNewman.aMs.toFixed(0)} / ${versusNewman.bMs.toFixed(0)} ms)`,
        bar: '≤ 0.15 ×',
        holds: versusNewman.ratio <= 0.15,
      },
      {
        what: 'the same, its contract written as YAML',
        measured: `${writtenVersusNewman.ratio.toFixed(2)} × (${writtenVersusNewman.aMs.toFixed(0)} / ${writtenVersusNewman.bMs.toFixed(0)} ms)`,
        bar: '',
        holds: 'information',
      },
      {
        what: `gate10 check, 2,000 endpoints ÷ ${hurl ? 'hurl --test' : 'a raw keep-alive loop (hurl is not installed)'}`,
        measured: `${versusOther.ratio.toFixed(2)} × (${versusOther.aMs.toFixed(0)} / ${versusOther.bMs.toFixed(0)} ms)`,
        bar: `≤ ${bar} ×`,
        holds: versusOther.ratio <= bar,
      },
    ];
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

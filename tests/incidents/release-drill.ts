/**
 * `npm run drill`: a release goes wrong on the embedded system and is rolled back, for real: A is proven and let through, B is
 * deployed and broken, the gate blocks it, `gate10 rollback` goes back to A and proves it, the incident ends, all records agree,
 * `gate10 notify` tells it. Each step is
 * printed with its time. Exit 1 where one of them is not as it has to be. `-- --fault frontend`: B's pages stay blank, which only
 * a browser sees, so that the production suite confirms it. `-- --rehearse`: then a release C that works, and the way back to A
 * rehearsed.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { RollbackReport } from '../../src/response/rollback/schema.ts';
import { openDesk, type ReleaseDesk } from './release-desk.ts';
import { openStand, type Proof, type Stand } from './stand.ts';

/** What is wrong with B: its front door no longer passes the health on, or its pages stay blank. */
const FAULTS = ['redirects', 'frontend'] as const;
type Fault = (typeof FAULTS)[number];

/** What one command may take, seconds: a suite that confirms takes its own time, twice. */
const BAR_SECONDS: Readonly<Record<Fault, number>> = { redirects: 60, frontend: 180 };
const startMs = performance.now();
let stepMs = startMs;

class NotAsItHasToBe extends Error {}

function say(what: string): void {
  const nowMs = performance.now();
  process.stdout.write(`${seconds(nowMs - startMs)}  +${seconds(nowMs - stepMs)}  ${what}\n`);
  stepMs = nowMs;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(5)} s`;
}

function demand(isSo: boolean, what: string, more = ''): void {
  if (!isSo) throw new NotAsItHasToBe(`${what}\n${more}`);
  say(what);
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** A real commit, whose fault lies in its own files. */
function makeBrokenRelease(repository: string, fault: Fault): string {
  const at = (name: string): string => path.join(repository, name);
  switch (fault) {
    case 'redirects': {
      const rules = readFileSync(at('_redirects'), 'utf8').split('\n');
      writeFileSync(at('_redirects'), rules.filter((line) => !line.startsWith('/health')).join('\n'));
      break;
    }
    case 'frontend':
      mkdirSync(at('site/assets'), { recursive: true });
      writeFileSync(at('site/index.html'), BLANK_PAGE);
      writeFileSync(at('site/assets/late-0f3a91bc.js'), BLANK_SCRIPT);
  }
  for (const name of ['release.json', 'package-lock.json']) {
    writeFileSync(at(name), readFileSync(at(name), 'utf8').replaceAll('"1.4.0"', '"1.4.1"'));
  }
  git(repository, 'add', '--all');
  git(repository, 'commit', '--quiet', '-m', 'feat: tidy up');
  git(repository, 'push', '--quiet', 'origin', 'main');
  return git(repository, 'rev-parse', 'HEAD');
}

/** Everything that it names is there and of its type; its only script shows nothing. */
const BLANK_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="build-sha" content="__BUILD_SHA__" />
    <title>mosaic</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <script type="module" src="/assets/late-0f3a91bc.js"></script>
  </head>
  <body><div id="app"></div></body>
</html>
`;

const BLANK_SCRIPT = `document.querySelector('#app').innerHTML = '<main data-app-ready></main>';
throw new Error('a variable of the build is not set');
`;

async function drill(stand: Stand, fault: Fault): Promise<void> {
  const { env } = await stand.control.state();
  const repository = env['REFERENCE_REPOSITORY'] ?? '';
  const desk = openDesk(stand, repository);
  try {
    await releaseAndBreak(stand, desk, fault, { repository, good: env['REFERENCE_COMMIT'] ?? '' });
  } finally {
    desk.close();
  }
}

async function releaseAndBreak(
  stand: Stand,
  desk: ReleaseDesk,
  fault: Fault,
  { repository, good }: { readonly repository: string; readonly good: string },
): Promise<void> {
  const proven = await stand.prove();
  demand(isVerdict(proven, 0, 'passed'), `A (${good.slice(0, 12)}) is proven`, proven.output);
  await demandDecision(desk, { release: 'v1.4.0', commit: good, exitCode: 0, codes: ['approved', 'proven'] });

  const broken = makeBrokenRelease(repository, fault);
  await stand.control.deploy(broken);
  say(`B (${broken.slice(0, 12)}) is deployed, and broken`);
  const failed = await stand.prove();
  const layers = failed.failedLayers.join(', ');
  demand(isVerdict(failed, 1, 'failed'), `B fails in production: ${layers}`, failed.output);
  await demandDecision(desk, { release: 'v1.4.1', commit: broken, exitCode: 1, codes: ['approved', 'proven-broken'] });

  if (fault === 'frontend') {
    const check = await stand.gate10('check', '--environment', 'embedded', '--no-settle-wait', '--no-record');
    demand(check.exitCode === 0, 'gate10 check sees nothing wrong with B', check.output);
  }

  const rollback = await stand.gate10('rollback', '--environment', 'embedded', '--json');
  const said = rollback.output.split('\n').find((line) => line.startsWith('{')) ?? '{}';
  const report = JSON.parse(said) as Partial<RollbackReport>;
  demand(
    rollback.exitCode === 0 && report.outcome === 'restored',
    'rolled back to A, served and proven',
    rollback.output,
  );
  const { driveMs = 0, serveMs = 0, totalMs = 0 } = report.durations ?? {};
  say(`driver ${seconds(driveMs)}, served after ${seconds(serveMs)}, over after ${seconds(totalMs)}`);
  demand(report.failed?.commit === broken && report.target?.commit === good, 'from B to A, as the report says', said);

  await checkRecords(stand, { good, broken });
  await checkTold(stand, broken);
}

interface Wanted {
  readonly release: string;
  readonly commit: string;
  readonly exitCode: number;
  /** codes of reasons that have to be among those that it names */
  readonly codes: readonly string[];
}

async function demandDecision(desk: ReleaseDesk, { release, commit, exitCode, codes }: Wanted): Promise<void> {
  const { decision, said } = await desk.decide(release, commit);
  const named = new Set(decision?.reasons.map(({ code }) => code));
  const isSo = said.exitCode === exitCode && codes.every((code) => named.has(code));
  const blocked = decision?.reasons.find(({ status }) => status === decision.verdict)?.message ?? '';
  const how = exitCode === 0 ? 'open' : `blocked: ${blocked.slice(0, 100)}`;
  demand(isSo, `gate10 gate, ${release}, with manifest and approval: ${how}`, said.output);
  const again = await desk.replay(decision?.id ?? '');
  demand(again.exitCode === exitCode, 'gate10 gate replay: the same', again.output);
}

function isVerdict({ exitCode, verdict }: Proof, code: number, word: string): boolean {
  return exitCode === code && verdict?.verdict === word;
}

async function checkRecords(stand: Stand, { good, broken }: { good: string; broken: string }): Promise<void> {
  const verified = await stand.gate10('verify', '--environment', 'embedded', '--commit', good);
  demand(verified.exitCode === 0, 'gate10 verify: A is proven', verified.output);
  const incidents = readdirSync(path.join(stand.stateDir, 'incidents'));
  const incident = readFileSync(path.join(stand.stateDir, 'incidents', incidents[0] ?? ''), 'utf8');
  const isOver = incident.includes('- Status: closed') && incident.includes(`Rolled back to ${good}`);
  demand(incidents.length === 1 && isOver, 'one incident, closed by the rollback', incident);
  const lines = readFileSync(path.join(stand.stateDir, 'deployment_history.jsonl'), 'utf8').trim().split('\n');
  const deployments = lines.map((line) => JSON.parse(line) as { readonly commit: string; readonly success: boolean });
  const isHistory = deployments.some((one) => one.commit === broken && !one.success);
  demand(isHistory && deployments.at(-1)?.commit === good, 'deployment history: B failed, A is back', lines.join('\n'));
  const exported = await stand.gate10('history', 'export');
  const types = exported.output
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly event: { readonly type: string } }).event.type);
  const isWhole = ['intended', 'driven', 'settled'].every(
    (step) => types.filter((type) => type === `rollback.${step}`).length === 1,
  );
  demand(isWhole, 'one rollback in the history, from its intent to its end', types.join('\n'));
  const again = await stand.gate10('rollback', '--environment', 'embedded');
  demand(again.exitCode === 0 && again.output.includes('NOTHING DUE'), 'asked again, nothing is due', again.output);
  const history = await stand.gate10('history', 'verify');
  demand(history.exitCode === 0, 'gate10 history verify: whole', history.output);
}

/** Rollback, then notify: whoever rolls back needs no secrets of receivers. Here a webhook on this machine. */
async function checkTold(stand: Stand, broken: string): Promise<void> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { type, data } = JSON.parse(body) as { readonly type: string; readonly data: { readonly release: string } };
      heard.push(`${type} ${data.release}`);
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const contracts = path.join(stand.stateDir, 'drill-contracts');
  mkdirSync(contracts);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const route = { events: ['rollback-done', 'rollback-failed'], environments: ['embedded'], targets: ['hook'] };
  const notify = { schema: 'gate10/notify/v1', targets: { hook: { kind: 'webhook', url } }, routes: [route] };
  writeFileSync(path.join(contracts, 'notify.yaml'), JSON.stringify(notify));
  process.env['GATE10_CONTRACTS'] = contracts;
  const told = [await stand.gate10('notify'), await stand.gate10('notify')];
  delete process.env['GATE10_CONTRACTS'];
  server.close();
  const isTold = told.every(({ exitCode }) => exitCode === 0) && heard.join() === `gate10.rollback-done ${broken}`;
  demand(isTold, 'gate10 notify: told that it was rolled back, once', told.map(({ output }) => output).join(''));
}

/** Mended: what runs is C then, and A passed before it. */
async function rehearse(stand: Stand): Promise<void> {
  const { env } = await stand.control.state();
  const repository = env['REFERENCE_REPOSITORY'] ?? '';
  git(repository, 'revert', '--no-edit', 'HEAD');
  git(repository, 'push', '--quiet', 'origin', 'main');
  await stand.control.deploy(git(repository, 'rev-parse', 'HEAD'));
  const proven = await stand.prove();
  demand(isVerdict(proven, 0, 'passed'), 'C, which takes B back, is deployed and proven', proven.output);
  const rehearsed = await stand.gate10('rehearse', '--environment', 'embedded');
  demand(rehearsed.exitCode === 0, rehearsed.output.trim().split('\n').at(-1) ?? '', rehearsed.output);
  const checked = await stand.gate10('rehearse', '--check');
  demand(checked.exitCode === 0, 'gate10 rehearse --check: it passed, today', checked.output);
}

const { values } = parseArgs({
  options: { fault: { type: 'string', default: 'redirects' }, rehearse: { type: 'boolean', default: false } },
});
const fault = FAULTS.find((each) => each === values.fault);
if (fault === undefined) throw new Error(`--fault: "${values.fault}" is none of ${FAULTS.join(', ')}`);
// what is blank is waited for, three times over
if (fault === 'frontend') process.env['GATE10_ANSWER_WITHIN'] ??= '4s';
const stand = await openStand();
try {
  say('the embedded system is up');
  await drill(stand, fault);
  const tookSeconds = (performance.now() - startMs) / 1000;
  const slow = tookSeconds > BAR_SECONDS[fault] ? ` (slower than ${BAR_SECONDS[fault]} s)` : '';
  process.stdout.write(`The drill is done: ${tookSeconds.toFixed(1)} s${slow}.\n`);
  if (values.rehearse) await rehearse(stand);
} catch (error) {
  if (!(error instanceof NotAsItHasToBe)) throw error;
  process.stderr.write(`Not as it has to be: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  await stand.stop();
}

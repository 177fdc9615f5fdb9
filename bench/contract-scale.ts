/**
 * A public API contract of more than a thousand operations (GitHub's, from the npm package @octokit/openapi): rules, types and test
 * plan. It is fetched for the bench only.
 */
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Bar, median, type Run, root, run } from './measure.ts';
import { systemYaml } from './project.ts';

const PACKAGE = '@octokit/openapi@23.0.2';
const ROUNDS = 3;
const MAX_SECONDS = 20;
const MAX_MB = 1000;

/** Each process (and thread) says at its end how much memory the process has had. */
const SAY_MEMORY = `data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS '+process.resourceUsage().maxRSS+'\\n'))`;

export async function benchContractScale(): Promise<Bar[]> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-scale-'));
  try {
    const document = await fetchDocument(dir);
    const contracts = path.join(dir, 'contracts');
    await mkdir(contracts);
    await copyFile(document, path.join(contracts, 'api.json'));
    const system = JSON.parse(systemYaml('http://127.0.0.1:1', 1, 1)) as { services: { api: object } };
    system.services.api = { kind: 'backend', openapi: 'api.json' };
    await writeFile(path.join(contracts, 'system.yaml'), JSON.stringify(system));
    const rounds: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(dir));
    return toBars(rounds);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function fetchDocument(dir: string): Promise<string> {
  execFileSync('npm', ['pack', '--silent', PACKAGE], { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] });
  const [archive] = (await readdir(dir)).filter((name) => name.endsWith('.tgz'));
  if (archive === undefined) throw new Error(`Failed to fetch ${PACKAGE}: npm pack left no archive.`);
  const member = 'package/generated/api.github.com.json';
  execFileSync('tar', ['-xzf', archive, member], { cwd: dir });
  return path.join(dir, member);
}

interface Measured {
  readonly lint: Run;
  readonly types: Run;
  readonly plan: Run;
}

async function measure(dir: string): Promise<Measured> {
  const gate10 = [process.execPath, '--import', SAY_MEMORY, path.join(root, 'bin/gate10.js'), 'contract'];
  const types = path.join(dir, 'types.d.ts');
  const program = [process.execPath, '--import', SAY_MEMORY, path.join(root, 'bench/plan-program.ts')];
  return {
    // the document has findings, so the command ends with 1
    lint: await run({ argv: [...gate10, 'lint', '--time-limit', '300'], cwd: dir, expects: [1] }),
    types: await run({ argv: [...gate10, 'types', '--output', types], cwd: dir }),
    plan: await run({ argv: [...program, path.join(dir, 'contracts')], cwd: dir }),
  };
}

function toBars(rounds: readonly Measured[]): Bar[] {
  const seconds = (one: Measured): number => (one.lint.wallMs + one.types.wallMs + one.plan.wallMs) / 1000;
  const [first] = [...rounds].sort((a, b) => seconds(a) - seconds(b)).slice(Math.floor(rounds.length / 2));
  const total = median(rounds.map(seconds));
  const memoryMb = Math.max(...rounds.flatMap(({ lint, types, plan }) => [lint, types, plan].map(memoryOf)));
  const part = ({ wallMs }: Run): string => (wallMs / 1000).toFixed(1);
  const parts = first === undefined ? '' : ` (${part(first.lint)} + ${part(first.types)} + ${part(first.plan)})`;
  const rows = /(\d+) rows planned/.exec(first?.plan.output ?? '')?.[1] ?? '0';
  const findings = /: (\d+) findings/.exec(first?.lint.output ?? '')?.[1] ?? '0';
  return [
    {
      what: 'a contract of 1,223 operations: lint + types + test plan',
      measured: `${total.toFixed(1)} s${parts}`,
      bar: `≤ ${MAX_SECONDS} s`,
      holds: total <= MAX_SECONDS,
    },
    {
      what: 'the most memory that any of the three took',
      measured: `${memoryMb.toFixed(0)} MB`,
      bar: `< ${MAX_MB} MB`,
      holds: memoryMb < MAX_MB,
    },
    {
      what: 'what was found in it, and planned for it',
      measured: `${findings} findings, ${rows} rows`,
      bar: '> 1,000 each',
      holds: Number(findings) > 1000 && Number(rows) > 1000,
    },
  ];
}

function memoryOf({ output }: Run): number {
  const said = [...output.matchAll(/maxRSS (\d+)/g)].map(([, kilobytes]) => Number(kilobytes));
  if (said.length === 0) throw new Error('Failed to measure memory: the process did not say it.');
  return Math.max(...said) / 1000;
}

/** Journeys of a system that this project does not know, beside its contract, made by the suite as an adopter runs it. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/run/schema.ts';
import { startTinySystem, type TinySystem } from '../support/tiny-system.ts';

const root = path.resolve(import.meta.dirname, '../..');
const DECLARED = `journeys:
  - { id: be-greeted, layer: endpoints, title: A visitor is greeted, smoke: true, patience: 2s, within: 20s }
layers:`;
const GREETED = `import { journey } from 'gate10';
journey('be greeted', { tag: '@smoke' }, async ({ page, evidence, expect }) => {
  await evidence.step('read the greeting', async () => {
    await page.goto('/greeting');
    await expect(page.getByText('hello')).toBeVisible();
  });
});
`;

let dir: string;
let tiny: TinySystem;

beforeEach(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-adopter-'));
  tiny = await startTinySystem();
});
afterEach(async () => {
  await tiny.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Made {
  readonly code: number | null;
  readonly output: string;
  readonly record: RunRecord | undefined;
  /** `status` or `status (reason)` of each row of a journey */
  readonly rows: Readonly<Record<string, string>>;
}

async function run(spec: string, { contract = DECLARED, project = 'journeys' } = {}): Promise<Made> {
  mkdirSync(path.join(dir, 'contracts/journeys'), { recursive: true });
  writeFileSync(path.join(dir, 'contracts/system.yaml'), tiny.contract.replace('layers:', contract));
  writeFileSync(path.join(dir, 'contracts/journeys/greeting.spec.ts'), spec);
  const stateDir = path.join(dir, 'state');
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(GATE10_(?!BROWSER)|PW_|CI$|FORCE_COLOR|VITEST|NODE_OPTIONS)/.test(name),
  );
  const child = spawn(
    process.execPath,
    [path.join(root, 'node_modules/@playwright/test/cli.js'), 'test', `--project=${project}`],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(kept),
        NO_COLOR: '1',
        GATE10_TARGET: 'tiny',
        GATE10_CONTRACTS: path.join(dir, 'contracts'),
        GATE10_STATE_DIR: stateDir,
      },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const record = readRecord(path.join(stateDir, 'runs'));
  const rows = (record?.rows ?? []).filter(({ id }) => id.includes('.journey.'));
  const said = rows.map(({ id, status, reason }) => [id, reason === undefined ? status : `${status} (${reason})`]);
  return { code, output, record, rows: Object.fromEntries(said) };
}

function readRecord(runs: string): RunRecord | undefined {
  try {
    const last = readdirSync(runs).sort().at(-1) ?? 'none';
    return JSON.parse(readFileSync(path.join(runs, last, 'record.json'), 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}

const messageOf = ({ record }: Made): string | undefined =>
  record?.rows.find(({ id }) => id === 'endpoints.journey.be-greeted')?.message;
const integrityOf = ({ record }: Made): string => record?.integrity.map(({ message }) => message).join('\n') ?? '';

describe("an adopter's journey", () => {
  it('is made in a browser; its layer alone is claimed', async () => {
    const made = await run(GREETED);
    expect(made, made.output).toMatchObject({ code: 0, rows: { 'endpoints.journey.be-greeted': 'passed' } });
    expect(made.record).toMatchObject({ kind: 'journeys', integrity: [] });
    expect(made.output).toContain('PASSED');
  });

  it('is part of the production run where contract and tag say so', async () => {
    const made = await run(GREETED, { project: 'production' });
    expect(made, made.output).toMatchObject({ code: 0, rows: { 'endpoints.journey.be-greeted': 'passed' } });
    expect(made.record?.kind).toBe('production');
  });

  it('is failed, with step and page, when the system does not greet', async () => {
    tiny.answer.greeting = 'go away';
    const made = await run(GREETED);
    expect(made, made.output).toMatchObject({ code: 1, rows: { 'endpoints.journey.be-greeted': 'failed' } });
    expect(messageOf(made)).toMatch(/^The journey breaks in "read the greeting" at http:.*\/greeting: .*toBeVisible/);
  });

  it('says nothing about the system when its own code breaks', async () => {
    const made = await run(GREETED.replace("await page.goto('/greeting');", 'undefined.greet();'));
    expect(made, made.output).toMatchObject({
      code: 3,
      rows: { 'endpoints.journey.be-greeted': 'inconclusive (blind)' },
    });
  });

  it('that never ends is failed by its own limit', async () => {
    const stuck = GREETED.replace("await page.goto('/greeting');", 'await new Promise(() => undefined);');
    const made = await run(stuck, { contract: DECLARED.replace('within: 20s', 'within: 3s') });
    expect(made, made.output).toMatchObject({ code: 1, rows: { 'endpoints.journey.be-greeted': 'failed' } });
    expect(messageOf(made)).toMatch(
      /^The journey breaks in "read the greeting" at about:blank: .*timeout of 3000ms exceeded/,
    );
  });

  it('shows nothing of what it was given as secret, wherever it breaks', async () => {
    const contract = DECLARED.replace('within: 20s', 'within: 20s, given: { password: "pass-{{run.nonce}}" }');
    const spec = `import { writeFileSync } from 'node:fs';
import { journey } from 'gate10';
journey('be greeted', async ({ page, evidence, expect, given }) => {
  writeFileSync(${JSON.stringify(path.join(dir, 'given'))}, given['password'] ?? '');
  await page.goto('/greeting');
  await page.evaluate((text) => { document.body.innerHTML = '<p>' + text + '</p><label>Name<input></label>'; }, given['password']);
  await page.getByLabel('Name').fill(given['password'] ?? '');
  await expect(page.getByText('not ' + given['password'])).toBeVisible({ timeout: 200 });
});
`;
    const made = await run(spec, { contract });
    const password = readFileSync(path.join(dir, 'given'), 'utf8');
    expect(password).toMatch(/^pass-[0-9a-f]{24}$/);
    expect(messageOf(made), made.output).toContain('not [redacted:password]');
    const files = readdirSync(path.join(dir, 'state'), { recursive: true, withFileTypes: true });
    const kept = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
    expect(kept.some((file) => file.endsWith('record.json'))).toBe(true);
    expect(kept.filter((file) => readFileSync(file).includes(password))).toEqual([]);
    expect(made.output).not.toContain(password);
  });

  it('that nobody makes is not run', async () => {
    const made = await run(GREETED, {
      contract: DECLARED.replace(
        'layers:',
        '  - { id: say-goodbye, layer: endpoints, title: A visitor leaves }\nlayers:',
      ),
    });
    expect(made, made.output).toMatchObject({
      code: 3,
      rows: { 'endpoints.journey.say-goodbye': 'inconclusive (not-run)' },
    });
  });

  it('that is marked as skipped is not run', async () => {
    const made = await run(GREETED.replace("journey('be", "journey.skip('be"));
    expect(made, made.output).toMatchObject({
      code: 3,
      rows: { 'endpoints.journey.be-greeted': 'inconclusive (not-run)' },
    });
  });

  it('that skips itself on its way is not run', async () => {
    const made = await run(GREETED.replace("await page.goto('/greeting');", 'journey.skip();'));
    expect(made, made.output).toMatchObject({
      code: 3,
      rows: { 'endpoints.journey.be-greeted': 'inconclusive (not-run)' },
    });
  });

  it('that is not declared is told how to be', async () => {
    const made = await run(`${GREETED}journey('wave', async () => undefined);`);
    expect(made, made.output).toMatchObject({ code: 3 });
    expect(integrityOf(made)).toMatch(/"wave" is not declared \(be-greeted\)\. Add it under "journeys".*the id "wave"/);
  });

  it('with the tag alone is told what else it takes', async () => {
    const made = await run(GREETED, { contract: DECLARED.replace('smoke: true, ', ''), project: 'production' });
    expect(made, made.output).toMatchObject({ code: 3 });
    expect(integrityOf(made)).toContain('A tag @smoke takes "smoke: true"');
  });
});

/** Whatever stands behind an option of any command: an answer or wrong input, never a fault of gate10, and nothing written elsewhere. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type EveryCommand, everyCommand } from './every-command.ts';
import { type ReleaseStand, releaseStand } from './release-stand.ts';
import type { Ran } from './run-command.ts';

/** Of the commands that refuse to begin without them, so that what is asked about is reached. */
const NEEDED: Readonly<Record<string, readonly (readonly [flag: string, value: string])[]>> = {
  manifest: [['--release', 'v1']],
  performance: [['--k6', 'k6.json']],
  gates: [['--mode', 'local']],
  flake: [['--root', '.']],
  approve: [
    ['--role', 'engineering'],
    ['--key', 'keys/bob.pem'],
  ],
  waive: [
    ['--role', 'engineering'],
    ['--key', 'keys/bob.pem'],
    ['--layer', 'tls'],
    ['--owner', 'bob@example.com'],
    ['--reason', 'the certificate is renewed on Monday'],
    ['--expires', new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10)],
  ],
};
/** Arguments that lead further than their own names. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  import: ['devlake', 'export.jsonl'],
  'contract lint': ['openapi.yaml'],
  'contract diff': ['openapi.yaml', 'openapi.yaml'],
  'contract types': ['openapi.yaml'],
};
/** Read as a whole, and refused before the tools that judge it are started: they take a second. */
const OPENAPI = 'openapi: 3.0.3\ninfo: { title: t, version: 1.0.0 }\npaths: {}\n';
/** Options that say where something is to be written. */
const OUTPUTS: ReadonlySet<string> = new Set(['--out', '--output', '--sarif']);
const WICKED = `'"; touch ran; $(touch ran) \`touch ran\` | ../../../ran \u001b[2J\u202e\n::error::x\n[a](javascript:x)`;
const OF_OTHERS: ReadonlySet<string> = new Set(['.git', '.gate10', 'sign-off']);
const SLOW_MS = 5000;

interface Case {
  readonly command: EveryCommand;
  readonly flag: string;
  readonly args: readonly string[];
}

async function stand(): Promise<ReleaseStand> {
  const made = await releaseStand();
  made.write('openapi.yaml', OPENAPI);
  made.write('export.jsonl', '{}\n');
  mkdirSync(path.join(made.folder, 'a-folder'));
  await made.gate10('scorecard');
  await made.gate10('manifest', '--release', 'v1');
  return made;
}

/** Every option that takes a value, with this one. */
async function withEvery(value: readonly string[], takes = /./): Promise<Case[]> {
  return (await everyCommand()).flatMap((command) =>
    command.options
      .filter(({ required, optional, flags }) => (required || optional) && takes.test(flags.split(' ').at(-1) ?? ''))
      .map(({ long }) => {
        const flag = long ?? '';
        const needed = (NEEDED[command.name] ?? []).filter(([name]) => name !== flag).flat();
        const words = [...command.name.split(' '), ...(ARGUMENTS[command.name] ?? command.args)];
        return { command, flag, args: [...words, ...needed, flag, ...value] };
      }),
  );
}

/** Every argument, with this one in its place. */
async function inEveryPlace(value: string): Promise<Case[]> {
  return (await everyCommand()).flatMap((command) =>
    command.places.map((place, index) => {
      const given = [...(ARGUMENTS[command.name] ?? command.places)].slice(0, index);
      const needed = (NEEDED[command.name] ?? []).flat();
      return { command, flag: place, args: [...command.name.split(' '), ...needed, ...given, value] };
    }),
  );
}

/** What is wrong with what a command did; nothing is the expected answer. */
async function faultsOf(made: ReleaseStand, cases: readonly Case[], wanted: readonly number[]): Promise<string[]> {
  const before = filesOf(made.folder);
  const faults: string[] = [];
  expect(cases.length).toBeGreaterThan(10);
  for (const { command, flag, args } of cases) {
    const startMs = performance.now();
    const ran = await made.gate10(...args);
    const found = [
      ...wrongIn(ran, wanted),
      ...(performance.now() - startMs > SLOW_MS ? ['took too long'] : []),
      ...filesOf(made.folder)
        .filter((file) => !before.includes(file))
        .map((file) => `wrote ${file}`),
    ];
    if (found.length > 0) faults.push(`${command.name} ${flag}: ${found.join(', ')}: ${ran.stderr.slice(0, 200)}`);
  }
  return faults;
}

function wrongIn({ code, stdout, stderr }: Ran, wanted: readonly number[]): string[] {
  return [
    ...(wanted.includes(code) ? [] : [`exit ${code}`]),
    ...(/\n\s+at |bug of gate10/.test(stderr) ? ['a stack trace'] : []),
    ...(/[\u0000-\u0008\u001b\u202e]|^::error/m.test(stdout + stderr) ? ['it moves the cursor or commands CI'] : []),
    ...(code === 2 && stderr === '' ? ['it says nothing'] : []),
  ];
}

/** Without the state folder, and what signing writes where it always does. */
function filesOf(folder: string): string[] {
  const own = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !OF_OTHERS.has(name));
  return own.flatMap((one) => {
    const inside = one.isDirectory() ? readdirSync(path.join(folder, one.name), { recursive: true }) : [];
    return [one.name, ...inside.map((name) => `${one.name}/${name}`)];
  });
}

describe('every option that takes a value', () => {
  test.each<[string, string[]]>([
    ['nothing', []],
    ['an empty text', ['']],
    ['a NUL', ['a\0b']],
    ['the name of another option, as a pipeline has it whose variable is empty', ['--json']],
  ])('refuses %s', async (_, value) => {
    const cases = await withEvery(value);
    const known = cases.filter(
      ({ command }) => value[0] !== '--json' || command.options.some(({ long }) => long === '--json'),
    );
    expect(await faultsOf(await stand(), known, [2])).toEqual([]);
  });

  test('is safe with commands, paths, cursors and Markdown in it', async () => {
    const made = await stand();
    const cases = await withEvery([WICKED]);
    const inside = cases.filter(({ flag }) => !OUTPUTS.has(flag));
    expect(await faultsOf(made, inside, [0, 1, 2, 3])).toEqual([]);
    expect([made.folder, tmpdir(), path.dirname(tmpdir())].filter((at) => existsSync(path.join(at, 'ran')))).toEqual(
      [],
    );
  });

  test('that names a file takes no folder', async () => {
    expect(await faultsOf(await stand(), await withEvery(['a-folder'], /<file>$/), [2])).toEqual([]);
  });

  test('that names a file says what is not there', async () => {
    const cases = (await withEvery(['nowhere/x'], /<file>$/)).filter(({ flag }) => !OUTPUTS.has(flag));
    expect(await faultsOf(await stand(), cases, [2, 3])).toEqual([]);
  });
});

describe('every argument', () => {
  test.each([
    ['an empty text', ''],
    ['a NUL', 'a\0b'],
  ])('refuses %s', async (_, value) => {
    expect(await faultsOf(await stand(), await inEveryPlace(value), [2])).toEqual([]);
  });

  test.each([
    ['commands, paths, cursors and Markdown in it', WICKED],
    ['what leads elsewhere', '../../../../../../etc/passwd'],
  ])('is safe with %s', async (_, value) => {
    expect(await faultsOf(await stand(), await inEveryPlace(value), [0, 1, 2, 3])).toEqual([]);
  });
});

/** `gate10 approve`, `waive` and `sign-off`, with real keys: what is written counts, and what would not count is not written. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/main.ts';
import { MANIFEST, PEOPLE, POLICY, project, SIGNERS, sshKey } from '../release/sign-off-stand.ts';

const { bob, mallory } = PEOPLE;

async function run(cwd: string, args: readonly string[], env: Record<string, string | undefined> = {}) {
  const said = { stdout: '', stderr: '', code: 0 };
  await runCli(args, {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    now: () => new Date('2026-11-22T12:00:00.000Z'),
    stdout: (text) => {
      said.stdout += text;
    },
    stderr: (text) => {
      said.stderr += text;
    },
    colour: false,
    columns: 80,
    setExitCode: (code) => {
      said.code = code;
    },
  });
  return said;
}

const PKCS8 = { type: 'pkcs8', format: 'pem' } as const;
const { privateKey: elliptic } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A project, and the keys of its people in PEM. */
function stand(given: Parameters<typeof project>[0] = {}) {
  const made = project(given);
  for (const { principal, key } of Object.values(PEOPLE))
    made.write(`keys/${principal.split('@')[0]}.pem`, key.export(PKCS8) as string);
  made.write('keys/elliptic.pem', elliptic.export(PKCS8) as string);
  made.write('keys/locked.pem', bob.key.export({ ...PKCS8, cipher: 'aes-256-cbc', passphrase: 'secret' }) as string);
  return {
    ...made,
    gate10: (...args: string[]) => run(made.folder, args),
    written: () =>
      existsSync(path.join(made.folder, 'sign-off')) ? readdirSync(path.join(made.folder, 'sign-off')) : [],
  };
}

const AS_MANAGER = ['--role', 'release-manager', '--key', 'keys/bob.pem'];
const WAIVER = [
  ...['--check', 'tls.app.hsts', '--owner', 'Shop team', '--expires', '2026-12-22'],
  ...['--reason', 'The proxy adds the header with the next release.'],
];

test('two people approve, one waives, and the sign-off is complete', async () => {
  const { gate10, sha256, written } = stand();
  expect((await gate10('sign-off')).code).toBe(1);

  const first = await gate10('approve', ...AS_MANAGER, '--note', 'Looked at the scorecard.', '--expires', '24h');
  expect([first.code, first.stderr]).toEqual([0, '']);
  expect(first.stdout).toContain(`sha256:${sha256}`);
  expect(first.stdout).toContain('bob@example.com as release-manager');
  expect(first.stdout).toContain('Missing: "operations": 0 of 1');

  const second = await gate10('approve', '--role', 'operations', '--key', 'keys/carol.pem', '--json');
  expect(JSON.parse(second.stdout)).toMatchObject({
    outcome: 'complete',
    statement: { predicate: { approver: 'carol@example.com' } },
  });

  const waived = await gate10('waive', ...AS_MANAGER, ...WAIVER);
  expect([waived.code, waived.stderr]).toEqual([0, '']);
  expect(waived.stdout).toContain('waiver of tls.app.hsts until 2026-12-22');

  expect(written()).toEqual([
    expect.stringMatching(/^approval-2026\.11\.22-1-bob-example-com-[0-9a-f]{8}\.dsse\.json$/),
    expect.stringMatching(/^approval-2026\.11\.22-1-carol-example-com-[0-9a-f]{8}\.dsse\.json$/),
    expect.stringMatching(/^waiver-2026\.11\.22-1-bob-example-com-[0-9a-f]{8}\.dsse\.json$/),
  ]);
  for (const name of ['sign-off', 'status']) {
    const { code, stdout } = await gate10(name);
    expect(code).toBe(0);
    expect(stdout).toContain('sign-off: complete');
    expect(stdout).toMatch(/approved +bob@example\.com as release-manager, .*: Looked at the scorecard\./);
    expect(stdout).toMatch(/waived +tls\.app\.hsts until 2026-12-22: The proxy/);
  }
  expect(JSON.parse((await gate10('sign-off', '--json')).stdout)).toMatchObject({
    outcome: 'complete',
    approvals: [{ until: '2026-11-23T12:00:00.000Z' }, {}],
  });
});

test('a manifest that is changed afterwards has no approval any more', async () => {
  const { gate10, manifestFile } = stand();
  await gate10('approve', ...AS_MANAGER);
  await gate10('approve', '--role', 'operations', '--key', 'keys/carol.pem');
  expect((await gate10('sign-off')).code).toBe(0);
  writeFileSync(manifestFile, JSON.stringify({ ...MANIFEST, rollback: { target: null, automatic: false } }));
  const { code, stdout } = await gate10('sign-off');
  expect(code).toBe(1);
  expect(stdout.match(/refused +other-digest: approval by/g)).toHaveLength(2);
});

test('the manifest may lie elsewhere; what is signed lies beside it', async () => {
  const { gate10, folder, write } = stand();
  write('out/manifest.json', readFileSync(path.join(folder, 'release-manifest.json'), 'utf8'));
  expect((await gate10('approve', ...AS_MANAGER, '--manifest', 'out/manifest.json')).code).toBe(0);
  expect(readdirSync(path.join(folder, 'out/sign-off'))).toHaveLength(1);
});

test('to sign twice at once is to sign once', async () => {
  const { gate10, written } = stand();
  for (const _ of [1, 2]) expect((await gate10('approve', ...AS_MANAGER)).code).toBe(0);
  expect(written()).toHaveLength(1);
});

test('another file of that name is never overwritten', async () => {
  const { gate10, folder, written, put, approval } = stand();
  await gate10('approve', ...AS_MANAGER);
  const [name = ''] = written();
  put(name.replace('.dsse.json', ''), approval({ note: 'another word of Bob' }));
  const before = readFileSync(path.join(folder, 'sign-off', name), 'utf8');
  const { code, stderr } = await gate10('approve', ...AS_MANAGER);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`sign-off/${name}: there is another file of this name`)]);
  expect(readFileSync(path.join(folder, 'sign-off', name), 'utf8')).toBe(before);
});

describe('nothing is written, and exit 2', () => {
  test.each<[string, string[], RegExp]>([
    ['without a role', ['approve', '--key', 'keys/bob.pem'], /required option '--role/],
    [
      'in a role that nobody declared',
      ['approve', '--role', 'king', '--key', 'keys/bob.pem'],
      /no role "king".*\[wrong-role\]/,
    ],
    ['in a role of others', ['approve', '--role', 'operations', '--key', 'keys/dora.pem'], /no member.*\[wrong-role\]/],
    ['by the author', ['approve', '--role', 'release-manager', '--key', 'keys/alice.pem'], /author.*\[self-approval\]/],
    [
      'by a key that nobody knows',
      ['approve', '--role', 'release-manager', '--key', 'keys/mallory.pem'],
      /SHA256:\S+ is not in contracts\/allowed_signers/,
    ],
    [
      'in the name of another',
      ['approve', '--role', 'operations', '--key', 'keys/mallory.pem', '--as', 'carol@example.com'],
      /\[forged\]/,
    ],
    ['as nobody', ['approve', ...AS_MANAGER, '--as', '-x'], /--as: .*is no principal/],
    [
      'with a key that is not there',
      ['approve', '--role', 'release-manager', '--key', 'gone'],
      /gone: the file does not exist.*--key/,
    ],
    [
      'with a key that is none',
      ['approve', '--role', 'release-manager', '--key', 'release-manifest.json', '--as', 'bob@example.com'],
      /nothing was signed/,
    ],
    [
      'with a key in PEM that is of another kind',
      ['approve', '--role', 'release-manager', '--key', 'keys/elliptic.pem'],
      /keys\/elliptic\.pem: the key cannot be used \(expected ed25519, without a passphrase/,
    ],
    [
      'with a key in PEM that is locked',
      ['approve', '--role', 'release-manager', '--key', 'keys/locked.pem'],
      /keys\/locked\.pem: the key cannot be used/,
    ],
    [
      'of a risk with an owner of 121 letters',
      ['waive', ...AS_MANAGER, ...WAIVER, '--owner', 'x'.repeat(121)],
      /at most 120/,
    ],
    [
      'of an id of 301 letters',
      ['waive', ...AS_MANAGER, ...WAIVER, '--check', `tls.${'x'.repeat(297)}`],
      /\[statement\]/,
    ],
    ['for no manifest', ['approve', ...AS_MANAGER, '--manifest', 'gone.json'], /gone\.json: the file does not exist/],
    ['for no time', ['approve', ...AS_MANAGER, '--expires', '0s'], /--expires/],
    ['for longer than an approval counts', ['approve', ...AS_MANAGER, '--expires', '8d'], /at most 168h/],
    ['for a time that is none', ['approve', ...AS_MANAGER, '--expires', 'soon'], /is no duration/],
    ['of nothing', ['waive', ...AS_MANAGER, ...WAIVER.slice(2)], /--check: it is missing, and so is --layer/],
    ['of a check and a layer', ['waive', ...AS_MANAGER, ...WAIVER, '--layer', 'tls'], /--layer is there as well/],
    ['of a pattern', ['waive', ...AS_MANAGER, ...WAIVER, '--check', 'tls.*'], /is a pattern/],
    [
      'of an id with control characters',
      ['waive', ...AS_MANAGER, ...WAIVER, '--check', 'tls.\u001b[2K'],
      /holds what no id does/,
    ],
    ['of a layer that there is not', ['waive', ...AS_MANAGER, '--layer', 'tsl', ...WAIVER.slice(2)], /--layer/],
    ['of the identity', ['waive', ...AS_MANAGER, ...WAIVER, '--check', 'runtime.answers'], /\[unwaivable\]/],
    ['of the controls', ['waive', ...AS_MANAGER, ...WAIVER, '--check', 'controls'], /\[unwaivable\]/],
    ['of his own risk', ['waive', ...AS_MANAGER, ...WAIVER, '--owner', 'bob@example.com'], /\[self-approval\]/],
    [
      'without a reason to speak of',
      ['waive', ...AS_MANAGER, ...WAIVER, '--reason', 'because'],
      /--reason: it says too little/,
    ],
    ['until no day', ['waive', ...AS_MANAGER, ...WAIVER, '--expires', '2026-02-30'], /is no day/],
    ['until yesterday', ['waive', ...AS_MANAGER, ...WAIVER, '--expires', '2026-11-21'], /\[expired\]/],
    [
      'for more than 90 days',
      ['waive', ...AS_MANAGER, ...WAIVER, '--expires', '2027-02-21'],
      /91 days, 90.*\[too-long\]/,
    ],
    [
      'in a role that may not waive',
      ['waive', '--role', 'operations', '--key', 'keys/carol.pem', ...WAIVER],
      /may approve, and not waive/,
    ],
  ])('%s', async (_, args, said) => {
    const { gate10, written } = stand();
    const { code, stderr, stdout } = await gate10(...args);
    expect(stderr).toMatch(said);
    expect([code, stdout, written()]).toEqual([2, '', []]);
    expect(stderr).not.toMatch(/PRIVATE KEY|\n\s+at /);
  });

  test('for the third waiver, where two are allowed', async () => {
    const { gate10, written } = stand();
    for (const check of ['tls.a.b', 'tls.c.d']) await gate10('waive', ...AS_MANAGER, ...WAIVER, '--check', check);
    const { code, stderr } = await gate10('waive', ...AS_MANAGER, ...WAIVER);
    expect([code, written().length]).toEqual([2, 2]);
    expect(stderr).toMatch(/a release may have 2 waivers.*\[over-cap\]/);
  });

  test('where sign-off/ leads elsewhere', async () => {
    const { gate10, folder, write } = stand();
    write('elsewhere/.keep', '');
    symlinkSync('elsewhere', path.join(folder, 'sign-off'));
    expect((await gate10('approve', ...AS_MANAGER)).code).toBe(2);
    expect(readdirSync(path.join(folder, 'elsewhere'))).toEqual(['.keep']);
  });

  test('with everything that is wrong with the options said at once', async () => {
    const { gate10 } = stand();
    const { stderr } = await gate10('waive', '--role', 'X', '--owner', ' ', '--expires', 'x');
    expect(stderr.match(/--(role|check|owner|reason|expires):/g)).toEqual([
      '--role:',
      '--check:',
      '--owner:',
      '--reason:',
      '--expires:',
    ]);
  });
});

test('a secret of the environment is not signed and published', async () => {
  const { gate10, folder, written } = stand();
  const token = ['ghp', 'a'.repeat(36)].join('_');
  await gate10('approve', ...AS_MANAGER, '--note', `called with ${token}`);
  const text = readFileSync(path.join(folder, 'sign-off', written()[0] ?? ''), 'utf8');
  const payload = Buffer.from(JSON.parse(text).payload, 'base64').toString();
  expect(payload).toContain('called with [redacted:');
  expect(payload).not.toContain(token);
});

describe('a key of SSH', () => {
  const withSsh = (passphrase = '') => {
    const made = stand();
    const { file, line } = sshKey(made.folder, 'bob@example.com', { passphrase });
    made.write('contracts/allowed_signers', SIGNERS.replace(bob.line, line));
    return { ...made, key: file, args: ['approve', '--role', 'release-manager', '--key', file] };
  };

  test('signs for whom the file gives it to', async () => {
    const { gate10, args } = withSsh();
    const { code, stdout } = await gate10(...args);
    expect([code, /bob@example\.com as release-manager, .*key SHA256:/.test(stdout)]).toEqual([0, true]);
    await gate10('approve', '--role', 'operations', '--key', 'keys/carol.pem');
    expect((await gate10('sign-off')).code).toBe(0);
  });

  test('is the one at home where none is named', async () => {
    const { folder, key, written } = withSsh();
    const home = stand();
    home.write('.ssh/.keep', '');
    for (const end of ['', '.pub']) {
      writeFileSync(path.join(home.folder, `.ssh/id_ed25519${end}`), readFileSync(`${key}${end}`), { mode: 0o600 });
    }
    const { code } = await run(folder, ['approve', '--role', 'release-manager'], { HOME: home.folder });
    expect([code, written().length]).toEqual([0, 1]);
    expect((await run(folder, ['approve', '--role', 'release-manager'])).stderr).toContain('--key: it is missing');
  });

  test('with a passphrase that nobody types signs nothing', async () => {
    const { args, folder, written } = withSsh('a long passphrase');
    const { code, stderr } = await run(folder, args, { SSH_ASKPASS: '/bin/false', SSH_ASKPASS_REQUIRE: 'force' });
    expect([code, written()]).toEqual([2, []]);
    expect(stderr).toContain('nothing was signed');
  });

  test('with a passphrase does not say whose it is without its public half', async () => {
    const { gate10, key, args, written } = withSsh('a long passphrase');
    rmSync(`${key}.pub`);
    const { code, stderr } = await gate10(...args);
    expect([code, written()]).toEqual([2, []]);
    expect(stderr).toContain('whose key this is cannot be seen without its passphrase');
  });

  test('cannot sign, and cannot be verified, without ssh-keygen', async () => {
    const { args, folder, gate10 } = withSsh();
    const without = { PATH: '/var/empty' };
    const { code, stderr } = await run(folder, args, without);
    expect([code, /ssh-keygen is not installed/.test(stderr)]).toEqual([2, true]);
    await gate10(...args);
    await gate10('approve', '--role', 'operations', '--key', 'keys/carol.pem');
    const asked = await run(folder, ['sign-off'], without);
    expect(asked.code).toBe(3);
    expect(asked.stdout).toMatch(
      /CANNOT BE VERIFIED HERE[\s\S]*unverifiable +approval by bob@example\.com, .*not installed/,
    );
    expect((await gate10('sign-off')).code).toBe(0);
  });
});

test('solo-maintainer mode lets an author approve, and says so each time', async () => {
  const policy = POLICY.replace(
    'release:\n',
    'release:\n  soloMaintainer: { reason: One person maintains this shop. }\n',
  ).replace('minimum: 2', 'minimum: 1');
  const { gate10 } = stand({ policy });
  const signed = await gate10('approve', '--role', 'release-manager', '--key', 'keys/alice.pem');
  expect([signed.code, signed.stdout]).toEqual([0, expect.stringContaining('solo-maintainer mode only (One person')]);
  const { stdout } = await gate10('sign-off');
  expect(stdout).toContain('solo-maintainer mode, authors may approve: One person maintains this shop.');
  expect(stdout).toMatch(/approved +alice@example\.com .*his own work/);
});

test('a note that plays with the terminal is one plain line', async () => {
  const { gate10, folder, put, approval } = stand();
  put('forged', approval({ note: 'x' }), mallory.key);
  writeFileSync(path.join(folder, 'sign-off', '\u001b[2K.dsse.json'), '');
  const { code, stderr } = await gate10('sign-off');
  expect(code).toBe(2);
  expect(stderr).not.toContain('\u001b');
});

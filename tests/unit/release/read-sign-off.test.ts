/** What a gate asks: complete, not complete, or not to be verified on this machine; and why. */
import { describe, expect, test } from 'vitest';
import { approveByAll, MANIFEST, NOW, PEOPLE, project, SIGNERS, sshEnvelopeOf, sshKey } from './sign-off-stand.ts';

const { alice, bob, carol, dora } = PEOPLE;
/** A PATH without any program. */
const NOWHERE = '/var/empty';

describe('the sign-off', () => {
  test('is complete when everybody who has to has approved', async () => {
    const made = project();
    approveByAll(made);
    const signOff = await made.read();
    expect(signOff).toMatchObject({
      schema: 'gate10/sign-off/v1',
      outcome: 'complete',
      release: '2026.11.22-1',
      manifestSha256: made.sha256,
      missing: [],
      refused: [],
      unverifiable: [],
      waivers: [],
    });
    expect(signOff.approvals.map(({ approver, role, until }) => [approver, role, until])).toEqual([
      ['bob@example.com', 'release-manager', '2026-11-29T11:00:00.000Z'],
      ['carol@example.com', 'operations', '2026-11-29T11:00:00.000Z'],
    ]);
  });

  test('is not complete where nobody signed, and says what is missing', async () => {
    const { outcome, missing } = await project().read();
    expect(outcome).toBe('incomplete');
    expect(missing).toEqual([
      '"release-manager": 0 of 1 (alice@example.com, bob@example.com, dora@example.com)',
      '"operations": 0 of 1 (carol@example.com, bob@example.com)',
      'in all: 0 of 2',
    ]);
  });

  test.each<[string, string]>([
    ['no policy at all', 'schema: gate10/policy/v1\n'],
    ['a policy without roles', 'schema: gate10/policy/v1\nrelease: { approvals: { minimum: 1 } }\n'],
  ])('is never complete by %s', async (_, policy) => {
    const made = project({ policy });
    approveByAll(made);
    const { outcome, missing, refused } = await made.read();
    expect([outcome, refused.length]).toEqual(['incomplete', 2]);
    expect(missing).toEqual(['contracts/policy.yaml declares nobody who may approve: add release.approvals.roles']);
  });

  test('has a waiver in force, with its owner and reason', async () => {
    const made = project();
    approveByAll(made);
    made.put('waiver', made.waiver({ expires: '2027-02-20' }));
    expect((await made.read()).waivers).toMatchObject([
      { covers: { check: 'tls.app.hsts' }, owner: 'Shop team', approver: 'bob@example.com', expires: '2027-02-20' },
    ]);
  });

  test('lets an author approve in solo-maintainer mode only, and shows it', async () => {
    const policy = `schema: gate10/policy/v1
release:
  soloMaintainer: { reason: One person maintains this shop. }
  approvals: { roles: { maintainer: { members: [alice@example.com] } } }
`;
    const made = project({ policy });
    made.put('alice', made.approval({ approver: alice.principal, role: 'maintainer' }));
    made.put('waiver', made.waiver({ approver: alice.principal, role: 'maintainer', owner: 'alice@example.com' }));
    expect(await made.read()).toMatchObject({
      outcome: 'complete',
      approvals: [{ approver: 'alice@example.com', ownWork: true }],
      waivers: [{ approver: 'alice@example.com', ownWork: true }],
      soloMaintainer: { reason: 'One person maintains this shop.' },
    });
  });

  test('goes by the newest word of a person', async () => {
    const made = project();
    made.put('1', made.approval({ role: 'operations', signedAt: '2026-11-22T09:00:00.000Z' }));
    made.put('2', made.approval({ signedAt: '2026-11-22T10:00:00.000Z' }));
    made.put('3', made.approval({ approver: carol.principal, role: 'operations' }));
    expect((await made.read()).outcome).toBe('complete');
  });

  test('takes a redeployment of the same commit, which has no commits of its own', async () => {
    const made = project({ manifest: { authors: [], previous: { commit: MANIFEST.commit } } });
    approveByAll(made);
    expect((await made.read()).outcome).toBe('complete');
  });

  test('forgives a clock that is a little ahead', async () => {
    const made = project();
    approveByAll(made);
    expect((await made.read(new Date('2026-11-22T10:55:00.000Z'))).outcome).toBe('complete');
    expect((await made.read(new Date('2026-11-22T10:54:59.999Z'))).outcome).toBe('incomplete');
  });

  test('does not depend on the order of the files', async () => {
    const made = project();
    const names = ['b', 'a'];
    for (const name of names) made.put(name, made.approval({ note: name }));
    made.put('c', made.approval({ approver: carol.principal, role: 'operations' }));
    expect((await made.read()).approvals[0]).toMatchObject({ file: 'sign-off/a.dsse.json', note: 'a' });
  });
});

describe('signatures of SSH keys', () => {
  test.each(['ed25519', 'ecdsa', 'rsa'])('count: %s', async (type) => {
    const made = project();
    const { file, line } = sshKey(made.folder, 'bob@example.com', { type });
    made.write('contracts/allowed_signers', `# who may sign\n${SIGNERS.replace(bob.line, line)}`);
    made.put('carol', made.approval({ approver: carol.principal, role: 'operations' }));
    made.write('sign-off/bob.dsse.json', sshEnvelopeOf(made.approval(), file));
    expect(await made.read()).toMatchObject({ outcome: 'complete', refused: [] });
  });

  test('cannot be verified without ssh-keygen, which is never taken for good', async () => {
    const made = project();
    const { file, line } = sshKey(made.folder, 'bob@example.com');
    made.write('contracts/allowed_signers', SIGNERS.replace(bob.line, line));
    made.write('sign-off/bob.dsse.json', sshEnvelopeOf(made.approval(), file));
    // Carol has not signed either: whatever Bob's is worth, it is not complete
    expect(await made.read(NOW, NOWHERE)).toMatchObject({ outcome: 'incomplete', approvals: [] });
    made.put('carol', made.approval({ approver: carol.principal, role: 'operations' }));
    const signOff = await made.read(NOW, NOWHERE);
    expect(signOff.outcome).toBe('unverifiable');
    expect(signOff.approvals.map(({ approver }) => approver)).toEqual(['carol@example.com']);
    expect(signOff.unverifiable).toEqual([
      {
        file: 'sign-off/bob.dsse.json',
        kind: 'approval',
        approver: 'bob@example.com',
        why: 'ssh-keygen is not installed, or not on PATH (OpenSSH 8.2 or newer)',
      },
    ]);
  });

  test('of a waiver that cannot be verified leave the whole unverifiable, and the waiver out of force', async () => {
    const made = project();
    approveByAll(made);
    const { file, line } = sshKey(made.folder, 'dora@example.com');
    made.write('contracts/allowed_signers', SIGNERS.replace(dora.line, line));
    made.write('sign-off/w.dsse.json', sshEnvelopeOf(made.waiver({ approver: 'dora@example.com' }), file));
    expect(await made.read(NOW, NOWHERE)).toMatchObject({ outcome: 'unverifiable', waivers: [] });
    expect(await made.read()).toMatchObject({ outcome: 'complete', waivers: [{ approver: 'dora@example.com' }] });
  });
});

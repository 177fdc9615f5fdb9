/** `gate10 approve`, `waive` and `sign-off` in processes of their own: exit codes, and files that others can verify without gate10. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PEOPLE, POLICY, project, SIGNERS, sshKey } from '../unit/release/sign-off-stand.ts';

const bin = path.resolve(import.meta.dirname, '../../bin/gate10.js');

test('a release is signed off by a key of SSH and one in PEM, and ssh-keygen alone says so too', () => {
  const made = project({ policy: POLICY });
  const { file, line } = sshKey(made.folder, 'bob@example.com');
  made.write('contracts/allowed_signers', SIGNERS.replace(PEOPLE.bob.line, line));
  made.write('carol.pem', PEOPLE.carol.key.export({ type: 'pkcs8', format: 'pem' }) as string);
  const gate10 = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
      cwd: made.folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    return { status, stdout, stderr };
  };

  expect(gate10('sign-off').status).toBe(1);
  expect(gate10('approve', '--role', 'release-manager', '--key', file)).toMatchObject({ status: 0, stderr: '' });
  expect(gate10('approve', '--role', 'operations', '--key', 'carol.pem')).toMatchObject({ status: 0, stderr: '' });
  expect(gate10('sign-off')).toMatchObject({ status: 0, stdout: expect.stringContaining('sign-off: complete') });
  expect(gate10('approve', '--role', 'operations', '--key', file, '--as', 'carol@example.com').status).toBe(2);

  const folder = path.join(made.folder, 'sign-off');
  const name = readdirSync(folder).find((one) => one.includes('bob')) ?? '';
  const { payload, signatures } = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  const body = Buffer.from(payload, 'base64').toString();
  const armor = `-----BEGIN SSH SIGNATURE-----\n${signatures[0].sig}\n-----END SSH SIGNATURE-----\n`;
  writeFileSync(path.join(made.folder, 'sig'), armor);
  const args = [
    '-Y',
    'verify',
    '-n',
    'gate10@v1',
    '-I',
    'bob@example.com',
    '-f',
    'contracts/allowed_signers',
    '-s',
    'sig',
  ];
  const input = `DSSEv1 28 application/vnd.in-toto+json ${body.length} ${body}`;
  expect(spawnSync('ssh-keygen', args, { cwd: made.folder, input }).status).toBe(0);
  expect(JSON.parse(body).subject).toEqual([{ name: 'release-manifest.json', digest: { sha256: made.sha256 } }]);
});

/** The key that a command signs with, and what ssh-keygen gets to see of the environment: an agent, a way to ask for a passphrase. */
import path from 'node:path';
import { InputError } from '../errors.ts';
import { runProcess } from '../probe/run-process.ts';
import { openSigningKey, type SigningKey } from '../release/attest/signing-key.ts';
import type { CliContext } from './context.ts';

const VARIABLES = [
  'PATH',
  'HOME',
  'SSH_AUTH_SOCK',
  'SSH_ASKPASS',
  'SSH_ASKPASS_REQUIRE',
  'SSH_SK_PROVIDER',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'TERM',
];

/** `given` = as `--key` names it; without it ~/.ssh/id_ed25519. Rejects with InputError. */
export async function openKey(given: string | undefined, { cwd, env }: CliContext): Promise<SigningKey> {
  const home = env['HOME'];
  if (given === undefined && !home)
    throw new InputError([
      { code: 'option-key', what: '--key: it is missing', expected: 'the key that you sign with' },
    ]);
  const file = given === undefined ? path.join(home ?? '', '.ssh', 'id_ed25519') : path.resolve(cwd, given);
  const own = Object.fromEntries(VARIABLES.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  return openSigningKey(file, given ?? '~/.ssh/id_ed25519', { run: runProcess, env: { ...own, LC_ALL: 'C' } });
}

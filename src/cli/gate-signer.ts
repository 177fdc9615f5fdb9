/** Who signs the summary of a decision (`--key`), and by whose keys such signatures are verified. */
import { InputError } from '../errors.ts';
import { runProcess } from '../probe/run-process.ts';
import { loadAllowedSigners, type Signer } from '../release/attest/allowed-signers.ts';
import type { SigningKey } from '../release/attest/signing-key.ts';
import type { SummaryVerifier } from '../release/gate/sign-summary.ts';
import { type CliContext, contractsDir } from './context.ts';
import { openKey } from './open-key.ts';

/** undefined = no key is named. Rejects with InputError where it cannot be used. */
export async function openSigner(
  given: string | undefined,
  context: CliContext,
): Promise<{ readonly key: SigningKey; readonly verifier: SummaryVerifier } | undefined> {
  if (given === undefined) return undefined;
  return { key: await openKey(given, context), verifier: openVerifier(context) };
}

/** Throws InputError where contracts/allowed_signers is wrong. Without the file nobody is known. */
export function openVerifier(context: CliContext): SummaryVerifier {
  return { signers: signersIfThere(context), run: runProcess, env: { PATH: context.env['PATH'], LC_ALL: 'C' } };
}

function signersIfThere(context: CliContext): readonly Signer[] {
  try {
    return loadAllowedSigners(contractsDir(context));
  } catch (error) {
    if (error instanceof InputError && error.problems.every(({ code }) => code === 'missing-file')) return [];
    throw error;
  }
}

/** One version of an API contract: a file, or a file as a commit of the repository has it (`<ref>:<path>`, `<ref>`). */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { loadOpenApi, type OpenApiDocument, parseOpenApi } from '../contract/openapi.ts';
import { InputError } from '../errors.ts';
import type { CliContext } from './context.ts';
import { findContractFiles, withPrefix } from './contract-files.ts';

const MAX_BYTES = 64_000_000;

/** A bare `<ref>` means the document that system.yaml names. Throws InputError. */
export async function readVersion(given: string, context: CliContext): Promise<OpenApiDocument> {
  const absolute = path.resolve(context.cwd, given);
  if (existsSync(absolute) && statSync(absolute).isFile()) return readFile(given, context);
  const [ref = '', named] = split(given);
  if (ref === '' || ref.startsWith('-')) throw unknown(given);
  git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], given, context.cwd);
  const file = named ?? theOnlyDocument(given, context);
  // a path is relative to where the command runs, as everywhere else
  const place = path.isAbsolute(file) ? file : `./${file}`;
  const text = git(['show', '--no-textconv', '--end-of-options', `${ref}:${place}`], given, context.cwd);
  return parseOpenApi(text, `${ref}:${file}`);
}

async function readFile(given: string, context: CliContext): Promise<OpenApiDocument> {
  const [{ file, root, prefix } = { file: given, root: context.cwd, prefix: '' }] = findContractFiles([given], context);
  try {
    return await loadOpenApi(file, root);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(withPrefix(error.problems, prefix), { cause: error });
    throw error;
  }
}

function split(given: string): [string, string | undefined] {
  const colon = given.indexOf(':');
  return colon < 0 ? [given, undefined] : [given.slice(0, colon), given.slice(colon + 1)];
}

function theOnlyDocument(given: string, context: CliContext): string {
  const files = findContractFiles([], context);
  const [one] = files;
  if (one !== undefined && files.length === 1) return one.prefix === '' ? one.file : `${one.prefix}/${one.file}`;
  const what = `system.yaml names ${files.length} OpenAPI documents`;
  throw new InputError([{ code: 'which-contract', what, fix: `Say which: ${given}:path/to/openapi.yaml` }]);
}

function git(args: readonly string[], given: string, cwd: string): string {
  try {
    return execFileSync('git', args, {
      cwd,
      encoding: 'utf8',
      maxBuffer: MAX_BYTES,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (cause) {
    const [said = ''] = String((cause as { stderr?: unknown }).stderr ?? '').split('\n');
    throw unknown(given, said.replace(/^fatal: /, ''), cause);
  }
}

function unknown(given: string, said = '', cause?: unknown): InputError {
  const what = `"${given}" is neither a file nor a version of one in git${said === '' ? '' : ` (${said})`}`;
  const expected = 'a file, <ref>:<path>, or a <ref> of a repository whose system.yaml names one document';
  return new InputError([{ code: 'no-such-version', what, expected }], { cause });
}

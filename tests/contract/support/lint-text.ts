/** Lints a document that a test writes down, with gate10's own rules or those that the test names. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { LintFinding } from '../../../src/contract/lint/finding.ts';
import { lintDocument } from '../../../src/contract/lint/lint-document.ts';
import { ownRuleset, type RulesetFile, readRuleset } from '../../../src/contract/lint/ruleset.ts';

/** A folder with these files, gone after the test. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-contract-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

export interface LintTextOptions {
  /** text of a `.spectral.yml` */
  readonly rules?: string;
  /** further files beside `api.yaml` */
  readonly files?: Readonly<Record<string, string>>;
}

export async function lintText(text: string, { rules, files = {} }: LintTextOptions = {}): Promise<LintFinding[]> {
  const folder = folderWith({ 'api.yaml': text, ...files, ...(rules !== undefined && { '.spectral.yml': rules }) });
  const ruleset: RulesetFile =
    rules === undefined ? ownRuleset() : readRuleset(path.join(folder, '.spectral.yml'), '.spectral.yml');
  return lintDocument({ file: 'api.yaml', root: folder, ruleset, rootForOverrides: '' });
}

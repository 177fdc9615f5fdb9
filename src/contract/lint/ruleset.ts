/**
 * `.spectral.yml` as Spectral writes it, read by us: Spectral's own loader takes rulesets and functions from anywhere, also over
 * the network. Here rules come from `spectral:oas`, `gate10` and the file itself; functions from Spectral and gate10, by name.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { InputError } from '../../errors.ts';
import { authorityPath } from '../authority-file.ts';
import { toProblems } from '../issues.ts';
import { parseYaml } from '../yaml-document.ts';
import { readSource } from '../yaml-source.ts';

const severity = z.union([z.enum(['off', 'error', 'warn', 'info', 'hint']), z.boolean()]);
const then = z.strictObject({
  field: z.string().optional(),
  function: z.string(),
  functionOptions: z.unknown().optional(),
});
const rule = z.strictObject({
  description: z.string().optional(),
  message: z.string().optional(),
  documentationUrl: z.string().optional(),
  type: z.enum(['validation', 'style']).optional(),
  tags: z.array(z.string()).optional(),
  severity: severity.optional(),
  recommended: z.boolean().optional(),
  resolved: z.boolean().optional(),
  given: z.union([z.string(), z.array(z.string())]),
  // biome-ignore lint/suspicious/noThenProperty: Spectral's own word
  then: z.union([then, z.array(then)]),
});
const source = z.enum(['spectral:oas', 'gate10'], 'spectral:oas or gate10: nothing is loaded from elsewhere');
const extension = z.union([source, z.tuple([source, z.enum(['recommended', 'all', 'off'])])]);
const rules = z.record(z.string(), z.union([severity, rule]));
const rulesetSchema = z.strictObject({
  description: z.string().optional(),
  documentationUrl: z.string().optional(),
  extends: z.union([source, z.array(extension)]).optional(),
  aliases: z.record(z.string(), z.array(z.string())).optional(),
  rules: rules.optional(),
  overrides: z
    .array(z.strictObject({ files: z.array(z.string()).min(1), rules: z.record(z.string(), severity) }))
    .optional(),
});

export type RulesetFile = z.infer<typeof rulesetSchema>;
export type RuleDefinition = z.infer<typeof rule>;
export type RuleSeverity = z.infer<typeof severity>;

/** `file` as a path of the machine; `shownAs` is how problems name it. Throws InputError. */
export function readRuleset(file: string, shownAs: string): RulesetFile {
  const text = readSource(file, shownAs);
  if (!text.ok) throw new InputError(text.problems);
  return parseRuleset(text.text, shownAs);
}

/** The rules that come with gate10 (authority/openapi-rules.yaml). */
export function ownRuleset(): RulesetFile {
  return parseRuleset(readFileSync(authorityPath('openapi-rules.yaml'), 'utf8'), 'authority/openapi-rules.yaml');
}

function parseRuleset(text: string, shownAs: string): RulesetFile {
  const parsed = parseYaml(text, shownAs);
  if (!parsed.ok) throw new InputError(parsed.problems);
  const ruleset = rulesetSchema.safeParse(parsed.document.value);
  if (!ruleset.success) throw new InputError(toProblems(ruleset.error.issues, parsed.document, rulesetSchema));
  return ruleset.data;
}

/** `extends` as pairs, whichever way it is written. */
export function extensionsOf({
  extends: listed = [],
}: RulesetFile): ['spectral:oas' | 'gate10', 'recommended' | 'all' | 'off'][] {
  return [listed].flat(1).map((one) => (typeof one === 'string' ? [one, 'recommended'] : one)) as never;
}

/** What `overrides` make of one finding; the last one that speaks of its place wins. `file` is relative to the ruleset. */
export function overriddenSeverity(
  { overrides = [] }: RulesetFile,
  found: { readonly rule: string; readonly file: string; readonly pointer: string },
): RuleSeverity | undefined {
  let result: RuleSeverity | undefined;
  for (const { files, rules: changed } of overrides) {
    const named = changed[found.rule];
    if (named !== undefined && files.some((pattern) => speaksOf(pattern, found))) result = named;
  }
  return result;
}

function speaksOf(pattern: string, { file, pointer }: { readonly file: string; readonly pointer: string }): boolean {
  const [name = '', place = ''] = pattern.split('#', 2);
  const isFile = name === file || path.posix.matchesGlob(file, name);
  return isFile && (place === '' || pointer === place || pointer.startsWith(`${place}/`));
}

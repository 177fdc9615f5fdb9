/** A ruleset file as Spectral takes it: functions by name become functions, made for the document that is linted. */
import type { RulesetDefinition } from '@stoplight/spectral-core';
import { InputError } from '../../errors.ts';
import type { OpenedOpenApi } from '../openapi.ts';
import type { Located } from '../openapi-references.ts';
import type { LintFinding, LintSeverity } from './finding.ts';
import type { FollowedDocument } from './follow-references.ts';
import { FUNCTIONS } from './functions/by-name.ts';
import { extensionsOf, ownRuleset, type RuleDefinition, type RulesetFile } from './ruleset.ts';
import type { SpectralParts } from './spectral.ts';

/** By Spectral's own numbers. */
export const SEVERITIES: readonly LintSeverity[] = ['error', 'warning', 'information', 'hint'];

export interface Subject {
  readonly opened: OpenedOpenApi;
  readonly followed: FollowedDocument;
  /** what gate10's own functions found */
  readonly own: LintFinding[];
}

/** Throws InputError for a rule that Spectral does not understand. */
export function setRuleset(
  spectral: InstanceType<SpectralParts['Spectral']>,
  file: RulesetFile,
  parts: SpectralParts,
  subject: Subject,
): void {
  try {
    spectral.setRuleset(toDefinition(file, parts, subject));
  } catch (cause) {
    const errors = (cause as { errors?: readonly Error[] }).errors ?? [cause as Error];
    throw new InputError(
      errors.map(({ message }) => ({
        code: 'wrong-rule',
        file: '.spectral.yml',
        what: message,
        fix: 'Correct the rule.',
      })),
      { cause },
    );
  }
}

function toDefinition(file: RulesetFile, parts: SpectralParts, subject: Subject): RulesetDefinition {
  const extensions = extensionsOf(file).map(([name, which]) => {
    const base = name === 'gate10' ? toDefinition(ownRuleset(), parts, subject) : withOwnExamples(parts, subject);
    return [base, which];
  });
  const rules = Object.entries(file.rules ?? {}).map(([name, rule]) => {
    return [name, typeof rule === 'object' ? withFunctions(rule, name, parts, subject) : rule] as const;
  });
  return {
    ...(file.aliases && { aliases: file.aliases }),
    ...(extensions.length > 0 && { extends: extensions }),
    rules: Object.fromEntries(rules),
  } as unknown as RulesetDefinition;
}

/** The rules that would need every schema at every use, and who uses what, are answered from the references instead. */
function withOwnExamples({ oas }: SpectralParts, subject: Subject): RulesetDefinition {
  const replace = (name: string, functionName: string, options: object): object => {
    const rule = oas.rules[name];
    // biome-ignore lint/suspicious/noThenProperty: Spectral's own word
    return { [name]: { ...rule, given: '$', resolved: true, then: callOwn(functionName, options, subject) } };
  };
  return {
    ...oas,
    rules: {
      ...oas.rules,
      ...replace('oas3-valid-media-example', 'validExample', { of: 'media' }),
      ...replace('oas3-valid-schema-example', 'validExample', { of: 'schema' }),
      ...replace('oas3-unused-component', 'usedComponent', {}),
    },
  } as unknown as RulesetDefinition;
}

function withFunctions(rule: RuleDefinition, name: string, { functions }: SpectralParts, subject: Subject): object {
  const thens = [rule.then].flat().map(({ function: called, functionOptions, field }) => {
    if (called in FUNCTIONS) return callOwn(called, functionOptions as object, subject);
    const own = functions[called];
    if (typeof own !== 'function') {
      const known = [...Object.keys(functions), ...Object.keys(FUNCTIONS)].filter((one) => one !== 'default');
      const what = `the rule "${name}" names the function "${called}", which does not exist`;
      throw new InputError([{ code: 'unknown-function', file: '.spectral.yml', what, expected: known.join(', ') }]);
    }
    return { function: own, ...(functionOptions !== undefined && { functionOptions }), ...(field && { field }) };
  });
  // biome-ignore lint/suspicious/noThenProperty: Spectral's own word
  return { ...rule, then: thens };
}

interface SpectralContext {
  readonly path: readonly (string | number)[];
  readonly rule: { readonly name: string; readonly severity: number };
}

/** gate10's functions know where things stand, so what they say does not go through Spectral's paths. */
function callOwn(name: string, functionOptions: object | undefined, { opened, followed, own }: Subject): object {
  const judge = FUNCTIONS[name]?.({ opened, followed });
  const call = (value: unknown, _: unknown, { path, rule }: SpectralContext): void => {
    const severity = SEVERITIES[rule.severity];
    for (const { message, place } of judge?.(value, { ...functionOptions }, path) ?? []) {
      if (severity !== undefined) own.push({ rule: rule.name, severity, message, ...lineOf(place, opened) });
    }
  };
  return { function: call };
}

/** The place with its line. */
export function lineOf({ file, pointer }: Pick<Located, 'file' | 'pointer'>, { references }: OpenedOpenApi) {
  const keys = pointer.split('/').slice(1);
  const path = keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { keyLine: line = 1, keyColumn: column = 1 } = references.documentOf(file)?.place(path) ?? {};
  return { file, pointer, line, column };
}

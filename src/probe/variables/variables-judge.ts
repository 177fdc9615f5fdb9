/** One variable, as it was said: judged by its rule, without a word of its value. */
import { sha256Hex } from '../../contract/canonical.ts';
import type { VariableRule } from '../../contract/variables-schema.ts';
import { matchValue } from '../flow/match.ts';
import { readPointer } from '../http/json-pointer.ts';
import type { Judgement } from '../row.ts';
import { flawOfValue, readState } from './variables-value.ts';

export interface Said {
  /** "the deploy environment", "GET https://api.example/config" */
  readonly who: string;
  readonly name: string;
  readonly rule: VariableRule;
  /** Declared secrets by name, for `sameAs`. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** `document` = what the running system says, as JSON. */
export function judgeAttested(document: unknown, said: Said): Judgement {
  const { name, rule, who } = said;
  const pointer = rule.pointer ?? `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const value = readPointer(document, pointer);
  switch (rule.attested) {
    case 'state': {
      const state = readState(value);
      if (state.known) return toJudgement(state.flaw, said);
      const message = `${who} says of ${name} nothing that is known as a state. Say "present" or "missing", or declare what it says ("attested: value").`;
      return { status: 'inconclusive', reason: 'blind', message, expected: 'a state', actual: typeof value };
    }
    case 'sha256': {
      const digest = typeof value === 'string' ? value.toLowerCase().replace(/^sha-?256[:=-]/, '') : '';
      if (/^[0-9a-f]{64}$/.test(digest)) return toJudgement(digestFlaw(digest, said), said);
      return toJudgement('has no SHA-256 digest in the answer', said);
    }
    case 'value':
      return toJudgement(valueFlaw(value, said), said);
  }
}

export function judgeDeployed(value: string | undefined, said: Said): Judgement {
  return toJudgement(valueFlaw(value, said), said);
}

function toJudgement(flaw: string | undefined, { who, name, rule }: Said): Judgement {
  if (flaw === undefined) return { status: 'passed' };
  const message = `${name} ${flaw}, says ${who}. Set it to what is meant, and deploy again.`;
  return { status: rule.warn ? 'warned' : 'failed', message, expected: expectedOf(rule), actual: flaw };
}

function expectedOf({ url, is }: VariableRule): string {
  if (url !== undefined) return `a ${url.join(' or ')} URL`;
  return is === undefined ? 'a usable value' : 'the declared value';
}

function valueFlaw(value: unknown, said: Said): string | undefined {
  const { rule } = said;
  const text = typeof value === 'string' ? value : undefined;
  const shape = rule.is === undefined || rule.url !== undefined ? shapeFlaw(value) : undefined;
  if (shape !== undefined) return shape;
  if (rule.is !== undefined && !matchValue(rule.is, value).ok) {
    return value === undefined ? 'is not set' : 'is not what is declared';
  }
  if (rule.url !== undefined) {
    const right =
      text !== undefined && URL.canParse(text) && rule.url.includes(new URL(text).protocol.replace(/:$/, ''));
    if (!right) return `is not a ${rule.url.join(' or ')} URL`;
  }
  const prefix = rule.forbidPrefixes.find((one) => text?.startsWith(one));
  if (prefix !== undefined) return `begins with "${prefix}", which it must not here`;
  return text === undefined ? undefined : digestFlaw(sha256Hex(text), said);
}

function shapeFlaw(value: unknown): string | undefined {
  if (value === undefined || value === null) return 'is not set';
  return typeof value === 'string' ? flawOfValue(value) : undefined;
}

function digestFlaw(digest: string, { rule, secrets }: Said): string | undefined {
  if (rule.sha256 !== undefined && digest !== rule.sha256) return 'is another value than the declared one';
  const same = rule.sameAs === undefined ? undefined : secrets.get(rule.sameAs);
  if (same !== undefined && digest !== sha256Hex(same))
    return `is another value than ${rule.sameAs} of the environment`;
  return undefined;
}

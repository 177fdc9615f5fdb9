/** Alert rules: in the file that is declared, for what is new, and in the Prometheus that evaluates them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { MonitoringContract } from '../../contract/monitoring-schema.ts';
import { parseYaml } from '../../contract/yaml-document.ts';
import type { ProbeContext } from '../context.ts';
import type { NewOperation } from '../endpoints/find-new-operations.ts';
import type { Judgement, Observed } from '../row.ts';
import type { MonitoringInput } from './monitoring.ts';

export interface AlertsInput extends MonitoringInput {
  readonly alerts: MonitoringContract['alerts'][number];
}

interface Alert {
  readonly name: string;
  /** Expression, labels and annotations. */
  readonly text: string;
}

type Alerts =
  | { readonly ok: true; readonly alerts: readonly Alert[] }
  | { readonly ok: false; readonly judgement: Judgement };

/** A rule file of Prometheus, as far as alerts go; recording rules have "record" instead of "alert". */
const toRuleFile = () =>
  z.object({
    groups: z.array(
      z.object({
        name: z.string().min(1),
        rules: z.array(
          z
            .object({
              alert: z.string().min(1).optional(),
              record: z.string().min(1).optional(),
              expr: z.union([z.string().min(1), z.number()]),
              labels: z.record(z.string(), z.unknown()).nullish(),
              annotations: z.record(z.string(), z.unknown()).nullish(),
            })
            .refine(
              ({ alert, record }) => (alert === undefined) !== (record === undefined),
              'is neither alert nor record',
            ),
        ),
      }),
    ),
  });

export async function observeNamed(input: AlertsInput, context: ProbeContext): Promise<Observed> {
  const read = await readAlerts(input, context);
  if (!read.ok) return { judgement: read.judgement, exchanges: [] };
  const { file, names } = input.alerts;
  const missing = names.filter((name) => !read.alerts.some((alert) => alert.name === name));
  return { judgement: judgeMissing(missing, read.alerts.length, file, names), exchanges: [] };
}

export async function observeNewOperations(
  input: AlertsInput,
  operations: readonly NewOperation[],
  context: ProbeContext,
): Promise<Observed> {
  const read = await readAlerts(input, context);
  if (!read.ok) return { judgement: read.judgement, exchanges: [] };
  const paths = operations.map(({ key }) => ({ key, path: key.slice(key.indexOf(' ') + 1) }));
  const without = paths.filter(({ path: wanted }) => !read.alerts.some(({ text }) => text.includes(wanted)));
  if (without.length === 0)
    return { judgement: { status: 'passed', evidence: { operations: paths.length } }, exchanges: [] };
  const keys = without.map(({ key }) => key).join(', ');
  const message = `No alert in ${input.alerts.file} names ${keys}: nobody will hear when it breaks. Add an alert that has its path in expr, labels or annotations.`;
  return {
    judgement: { status: 'warned', message, expected: 'an alert for each', actual: `none for ${keys}` },
    exchanges: [],
  };
}

async function readAlerts({ alerts, commit, git }: AlertsInput, { system }: ProbeContext): Promise<Alerts> {
  const { file, from } = alerts;
  let text: string;
  if (from === 'repository') {
    if (commit === undefined)
      return unread(`the build is known by its version only, so ${file} of its commit cannot be read`);
    const found = await git.show(commit, file);
    if (!found.ok && found.problem.kind !== 'unknown') return unread(found.problem.message);
    if (!found.ok) return broken(`the deployed commit has no ${file}`, file);
    text = found.value.toString('utf8');
  } else {
    try {
      text = await readFile(path.resolve(system.contractsDir, file), 'utf8');
    } catch {
      return broken(`there is no ${file} beside the contracts`, file);
    }
  }
  const parsed = parseYaml(text, file);
  if (!parsed.ok) return broken(`${file} is no YAML: ${parsed.problems[0]?.what ?? ''}`, file);
  const rules = toRuleFile().safeParse(parsed.document.value);
  if (!rules.success) {
    const [issue] = rules.error.issues;
    return broken(`${file} is no rule file: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`, file);
  }
  const all = rules.data.groups.flatMap((group) => group.rules);
  const named = all.flatMap(({ alert, expr, labels, annotations }) =>
    alert === undefined
      ? []
      : [{ name: alert, text: [expr, JSON.stringify(labels), JSON.stringify(annotations)].join('\n') }],
  );
  return { ok: true, alerts: named };
}

function broken(what: string, file: string): Alerts {
  const message = `The alerts cannot be read: ${what}. Correct the file, or monitoring.alerts.`;
  return { ok: false, judgement: { status: 'failed', message, expected: `rules in ${file}`, actual: what } };
}

function unread(why: string): Alerts {
  const message = `It cannot be seen which alerts there are: ${why}.`;
  return { ok: false, judgement: { status: 'inconclusive', reason: 'blind', message } };
}

export function judgeMissing(
  missing: readonly string[],
  found: number,
  where: string,
  names: readonly string[],
): Judgement {
  if (missing.length === 0) return { status: 'passed', evidence: { alerts: found } };
  const message = `${where} has no alert ${missing.join(', ')}. Add it (or load the file), or correct monitoring.alerts.`;
  return { status: 'failed', message, expected: names.join(', '), actual: `without ${missing.join(', ')}` };
}

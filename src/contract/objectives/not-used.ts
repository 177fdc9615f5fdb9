/** References between objects that lead nowhere, and what is read although gate10 has no use for it. */
import type { Problem } from '../../errors.ts';
import { nearest } from '../nearest.ts';
import type { DataPath, YamlDocument } from '../yaml-document.ts';
import { type ObjectsByKind, problemAt } from './object-index.ts';
import type { Kind } from './openslo-schema.ts';

export function referenceProblems(objects: ObjectsByKind): Problem[] {
  const problems: Problem[] = [];
  const refer = (document: YamlDocument, at: DataPath, kind: Kind, name: string): void => {
    if (objects[kind].has(name)) return;
    const guess = nearest(name, [...objects[kind].keys()]);
    const fix = guess === undefined ? 'Add it, or correct the name.' : `Did you mean "${guess}"?`;
    problems.push(problemAt(document, at, `there is no ${kind} "${name}"`, fix));
  };
  for (const { data, document } of objects.SLO.values()) {
    // OpenSLO leaves open whether a Service has to be declared; where some are, a slip of the pen shows.
    if (objects.Service.size > 0) refer(document, ['spec', 'service'], 'Service', data.spec.service);
    if (data.spec.indicatorRef !== undefined) refer(document, ['spec', 'indicatorRef'], 'SLI', data.spec.indicatorRef);
    for (const [index, policy] of (data.spec.alertPolicies ?? []).entries()) {
      const name = typeof policy === 'string' ? policy : 'alertPolicyRef' in policy ? policy.alertPolicyRef : undefined;
      if (name !== undefined) refer(document, ['spec', 'alertPolicies', index], 'AlertPolicy', name);
    }
  }
  for (const { data, document } of objects.AlertPolicy.values()) {
    for (const [index, one] of data.spec.conditions.entries())
      if ('conditionRef' in one)
        refer(document, ['spec', 'conditions', index, 'conditionRef'], 'AlertCondition', one.conditionRef);
    for (const [index, one] of data.spec.notificationTargets.entries())
      if ('targetRef' in one)
        refer(document, ['spec', 'notificationTargets', index, 'targetRef'], 'AlertNotificationTarget', one.targetRef);
  }
  return problems;
}

const ALERT_KINDS = ['AlertPolicy', 'AlertCondition', 'AlertNotificationTarget'] as const;
const WHY: Readonly<Record<(typeof ALERT_KINDS)[number], string>> = {
  AlertPolicy:
    'it has one condition, and an alert on an error budget needs several windows; "gate10 slo rules" generates those',
  AlertCondition: 'it has one window; "gate10 slo rules" generates the pairs of windows of the SRE workbook',
  AlertNotificationTarget: 'who is told is said by the routes of Alertmanager',
};

/** Sentences with their place, in the order of the file. */
export function listNotUsed(objects: ObjectsByKind): string[] {
  const found: { line: number; text: string }[] = [];
  const add = (document: YamlDocument, at: DataPath, text: string): void => {
    const { line } = document.place(at);
    found.push({ line, text: `${document.file}:${line}: ${text}` });
  };
  for (const kind of ALERT_KINDS)
    for (const [name, { document }] of objects[kind])
      add(document, ['kind'], `${kind} "${name}" is read and not used: ${WHY[kind]}`);
  const inUse = new Set([...objects.SLO.values()].map(({ data }) => data.spec.indicatorRef));
  for (const [name, { document }] of objects.SLI)
    if (!inUse.has(name)) add(document, ['kind'], `SLI "${name}" is in no SLO`);
  for (const { data, document } of objects.SLO.values()) {
    const { alertPolicies = [] } = data.spec;
    if (alertPolicies.some((one) => typeof one !== 'string' && 'kind' in one))
      add(
        document,
        ['spec', 'alertPolicies'],
        `the alert policy of "${data.metadata.name}" is not used: ${WHY.AlertPolicy}`,
      );
  }
  return found.sort((a, b) => a.line - b.line).map(({ text }) => text);
}

/** What a change board asks about one release, in Markdown. Whatever comes from outside is plain text in it. */
import type { SliResult } from '../../probe/schema.ts';
import { escapeMarkdown } from '../../record/incident-document.ts';
import type { ReleaseManifest } from '../manifest/schema.ts';
import type { SignOff } from '../sign-off-schema.ts';
import {
  approvalLine,
  gateLine,
  type ReleaseSummary,
  rollbackLine,
  signOffOf,
  waiverLine,
} from './summarise-release.ts';

/** A long list says how many more there are. */
const MAX_LINES = 50;

/** `slis` of the run that is spoken of; undefined = no run is. */
export function toReleaseSections(summary: ReleaseSummary, slis: readonly SliResult[] | undefined): string[] {
  const { gate, kept, incidents, rollbacks } = summary;
  const known = 'unknown' in kept ? undefined : kept;
  const why =
    gate === null ? 'the history has no decision of the gate about it' : 'unknown' in kept ? kept.unknown : '';
  const manifest = known?.inputs.manifest.state === 'read' ? known.inputs.manifest.value.manifest : undefined;
  const signOff = signOffOf(kept);
  return [
    ...section('Release', [
      `Name: ${gate?.release ?? 'not known'}`,
      `Manifest (SHA-256): ${gate?.manifestSha256 ?? 'not known'}`,
      ...(manifest === undefined ? [`What changes: not known${why && ` (${why})`}`] : manifestLines(manifest)),
    ]),
    ...section('Gate', [
      ...(gate === null ? [`Decision: not known (${why})`] : [`Decision: ${gateLine(gate, kept)}`]),
      ...(known?.decision.reasons ?? [])
        .filter(({ status }) => status !== 'passed')
        .map(({ rule, status, message }) => `${rule}: ${status}: ${message}`),
    ]),
    ...section('Approvals', signOff === undefined ? [`Not known${why && ` (${why})`}`] : approvalLines(signOff)),
    ...section('Waivers', signOff === undefined ? [`Not known${why && ` (${why})`}`] : signOff.waivers.map(waiverLine)),
    ...section(
      'Service levels',
      slis === undefined ? ['Not known (no run of it is proven or failed)'] : slis.map(sliLine),
    ),
    ...section(
      'Incidents',
      incidents.map(({ id, openedAt, closedAt, reality }) => {
        return `${id}: from ${openedAt} ${closedAt === null ? 'and OPEN' : `to ${closedAt}`}: ${reality}`;
      }),
    ),
    ...section(
      'Rollbacks',
      rollbacks.map((each) => `${rollbackLine(each)}: ${each.because}`),
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  const shown = lines.slice(0, MAX_LINES).map((line) => `- ${escapeMarkdown(line)}`);
  const more = lines.length > MAX_LINES ? [`- ${lines.length - MAX_LINES} more`] : [];
  return [`## ${title}`, '', ...(lines.length === 0 ? ['None.'] : [...shown, ...more]), ''];
}

function manifestLines(manifest: ReleaseManifest): string[] {
  const { previous, configuration, thresholdChanges, migrations, rollout, rollback, artifacts } = manifest;
  const { added, removed } = configuration.variables;
  return [
    `Before: ${previous?.commit ?? 'nothing was deployed'}`,
    `Artifacts: ${artifacts.length}`,
    `Rollout: ${rollout === null ? 'at any time' : `${rollout.notBefore} to ${rollout.notAfter}`}`,
    `Way back: ${rollback.target ?? 'none'}${rollback.automatic ? ', automatic' : ''}${rollback.veto === undefined ? '' : `, forbidden: ${rollback.veto}`}`,
    ...configuration.files.map(({ path, before, after }) => {
      const how = before === null ? 'added' : after === null ? 'removed' : 'changed';
      return `Configuration: ${path} ${how}`;
    }),
    ...(configuration.files.length === 0 ? ['Configuration: no file changed'] : []),
    ...(added.length === 0 ? [] : [`Variables added: ${added.join(', ')}`]),
    ...(removed.length === 0 ? [] : [`Variables removed: ${removed.join(', ')}`]),
    ...thresholdChanges.map(({ path, rfc }) => `Threshold: ${path} changed, by ${rfc.path}`),
    ...(thresholdChanges.length === 0 ? ['Thresholds: none changed'] : []),
    ...migrations.map(({ path, reversible, compatible, because }) => {
      const words = [reversible ? 'reversible' : 'NOT reversible', compatible ? 'compatible' : 'NOT compatible'];
      return `Migration: ${path}: ${words.join(', ')}: ${because}`;
    }),
    ...(migrations.length === 0 ? ['Migrations: none'] : []),
  ];
}

function approvalLines({ approvals, missing, soloMaintainer }: SignOff): string[] {
  return [
    ...approvals.map(
      (each) => `${approvalLine(each)}, ${each.signedAt}${each.note === undefined ? '' : `: ${each.note}`}`,
    ),
    ...missing.map((each) => `MISSING: ${each}`),
    ...(soloMaintainer === undefined ? [] : [`Solo maintainer: ${soloMaintainer.reason}`]),
  ];
}

function sliLine({ name, status, value, bound, objective, gate, n, unit }: SliResult): string {
  const measured = (each: number | null): string => (each === null ? 'no data' : `${each} ${unit}`);
  const limit = gate === undefined ? `objective ${objective}` : `gate ${gate}, objective ${objective}`;
  return `${name}: ${status}: ${measured(value)}, bound ${measured(bound)}, ${limit}, n ${n}`;
}

/** D5, L6: the message that hands a release over, in Markdown: what was validated, what changes, who agreed, what went wrong. Nothing else gets in. */
import type { SliResult } from '../../probe/schema.ts';
import { escapeMarkdown } from '../../record/incident-document.ts';
import { completeness, type Level } from './judge-complete.ts';
import { toReleaseSections } from './release-sections.ts';
import type { ReleaseSummary } from './summarise-release.ts';

export interface Handoff {
  readonly system: string;
  readonly environment: string;
  readonly commit: string;
  readonly at: string;
  readonly levels: readonly Level[];
  /** undefined = there is no history */
  readonly release: ReleaseSummary | undefined;
  /** of the run that proves or breaks it */
  readonly slis: readonly SliResult[] | undefined;
  /** relative paths of what the levels rest on */
  readonly files: readonly string[];
}

const NOTHING_KNOWN: ReleaseSummary = {
  gate: null,
  kept: { unknown: 'there is no history' },
  incidents: [],
  rollbacks: [],
};

const WORDS = {
  passed: 'holds',
  warned: 'holds, with warnings',
  failed: 'DOES NOT HOLD',
  inconclusive: 'NOT KNOWN',
} as const;

export function toHandoff({ system, environment, commit, at, levels, release, slis, files }: Handoff): string {
  const verdict = completeness(levels);
  const isComplete = verdict === 'passed' || verdict === 'warned';
  const lines = [
    `# ${isComplete ? 'Complete' : 'NOT complete'}: ${escapeMarkdown(system)} in ${escapeMarkdown(environment)}`,
    '',
    `- Commit: ${escapeMarkdown(commit)}`,
    `- As of: ${escapeMarkdown(at)}`,
    '',
    ...levels.flatMap(({ level, verdict: word, evidence }) => [
      `## ${level}: ${WORDS[word]}`,
      '',
      ...evidence.map((each) => `- ${escapeMarkdown(each)}`),
      '',
    ]),
    ...toReleaseSections(release ?? NOTHING_KNOWN, slis),
    '## Evidence',
    '',
    ...(files.length === 0 ? ['None.'] : files.map((file) => `- [${escapeMarkdown(file)}](${encodeURI(file)})`)),
  ];
  return `${lines.join('\n')}\n`;
}

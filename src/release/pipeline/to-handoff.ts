/** D5: the message that hands a release over, in Markdown: what was validated, and where it stands. Nothing else gets in. */
import { escapeMarkdown } from '../../record/incident-document.ts';
import { completeness, type Level } from './judge-complete.ts';

export interface Handoff {
  readonly system: string;
  readonly environment: string;
  readonly commit: string;
  readonly at: string;
  readonly levels: readonly Level[];
  /** relative paths of what the levels rest on */
  readonly files: readonly string[];
}

const WORDS = {
  passed: 'holds',
  warned: 'holds, with warnings',
  failed: 'DOES NOT HOLD',
  inconclusive: 'NOT KNOWN',
} as const;

export function toHandoff({ system, environment, commit, at, levels, files }: Handoff): string {
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
    '## Evidence',
    '',
    ...(files.length === 0 ? ['None.'] : files.map((file) => `- [${escapeMarkdown(file)}](${encodeURI(file)})`)),
  ];
  return `${lines.join('\n')}\n`;
}

/** `incidents/<date>_<what>.md`: facts that gate10 keeps up to date, and room for what only people know. */
import type { Advice } from './incident/advise.ts';
import type { IncidentCase } from './incident/incident-case.ts';

const BEGIN = '<!-- gate10: facts, kept up to date; write below the end mark -->';
const END = '<!-- gate10: end -->';
const MAX_MOMENTS = 100;

/** A new document. Everything that comes from outside (commit subjects, answers of the system) is escaped. */
export function toIncidentDocument(each: IncidentCase): string {
  const { incident } = each;
  const [what] = incident.failedLayers;
  return `# Incident: ${escapeMarkdown(incident.environment)}: ${escapeMarkdown(what ?? 'production')} does not keep its promises

${toFacts(each)}

## Root cause

Not known yet.

## Post-incident review

- What went wrong?
- Why did validation miss it?
- How do we prevent this?
- Which checks have to be added?
`;
}

/** The document with its facts brought up to date; what people wrote stays. Undefined where the marks are gone: it is theirs then. */
export function updateIncidentDocument(document: string, each: IncidentCase): string | undefined {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) return undefined;
  return document.slice(0, begin) + toFacts(each) + document.slice(end + END.length);
}

/** Nothing here depends on the day on which it is written: the same history gives the same text. */
function toFacts(each: IncidentCase): string {
  const { incident, classified, timeline, advice, postmortem, actions } = each;
  const minutes = (value: number | null, none: string): string => (value === null ? none : `${value} minutes`);
  const facts: [string, string][] = [
    ['Status', incident.closedAt === null ? 'open' : `closed ${incident.closedAt}`],
    ['Detected', incident.openedAt],
    ['Severity', classified.severity === null ? 'not classified' : `${classified.severity} (${classified.from})`],
    ['Detection method', incident.detectedBy],
    ['System', incident.system],
    ['Environment', incident.environment],
    ['Commit', incident.commit],
    ['Claimed', incident.claimed ?? 'nothing'],
    ['Reality', incident.reality],
    ['Failed layers', incident.failedLayers.join(', ') || 'none named'],
    ['Failed runs', incident.failedRuns.join(', ')],
    ['Time to detect', minutes(incident.timeToDetectMinutes, 'not known')],
    ['Time to restore', minutes(incident.timeToRestoreMinutes, 'not restored yet')],
    ['Resolution', incident.resolution ?? 'none yet'],
    ['Advice', adviceLine(advice)],
    ['Postmortem', postmortemLine(postmortem)],
  ];
  return [
    ...[BEGIN, ...facts.map(([name, value]) => `- ${name}: ${escapeMarkdown(value)}`), ''],
    ...['## Timeline', '', ...timelineLines(timeline), ''],
    ...['## Action items', ''],
    ...(actions.length === 0 ? ['None recorded: `gate10 incident actions add`.'] : actions.map(actionLine)),
    END,
  ].join('\n');
}

/** What opened it and how it went on last; a long trouble has hundreds of runs in between. */
function timelineLines(timeline: IncidentCase['timeline']): string[] {
  const lines = timeline.map(({ at, what }) => `- ${at} ${escapeMarkdown(what)}`);
  if (lines.length <= MAX_MOMENTS) return lines;
  const [first, last] = [lines.slice(0, MAX_MOMENTS / 2), lines.slice(-MAX_MOMENTS / 2)];
  return [...first, `- ${lines.length - MAX_MOMENTS} more, in the history`, ...last];
}

const ADVICE: Readonly<Record<Advice['what'], string>> = {
  'roll-back': 'roll back',
  'fix-forward': 'fix forward',
  undecided: 'not decided',
  none: 'none',
};

/** `roll back to 1e57859. The critical layer dns failed. …` */
export function adviceLine({ what, target, reasons }: Advice): string {
  return `${ADVICE[what]}${target === null ? '' : ` to ${target}`}. ${reasons.join(' ')}`;
}

function postmortemLine({ due, latest, publishedAt, url }: IncidentCase['postmortem']): string {
  if (publishedAt !== null) return `published ${publishedAt}${url === null ? '' : `, ${url}`}`;
  return due === null ? 'due when it is over' : `due ${due}, at the latest ${latest}`;
}

function actionLine({ id, title, owner, due, state }: IncidentCase['actions'][number]): string {
  const words = `${title} (${id}; ${owner}, due ${due})`;
  return `- [${state === 'done' ? 'x' : ' '}] ${escapeMarkdown(words)}`;
}

/** Plain text in Markdown: no markup, HTML, link, line break, control or direction character gets through; at most 500 characters. */
export function escapeMarkdown(text: string): string {
  return (
    text
      .slice(0, 500)
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ')
      .replace(/[\\`*_{}[\]()#|!~]/g, '\\$&')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/:\/\//g, ':&#47;&#47;')
      // where a name begins, a word joiner keeps code hosts from calling somebody
      .replace(/(?<!\w)@(?=\w)/g, '&#64;&#8288;')
      .replace(/@/g, '&#64;')
  );
}

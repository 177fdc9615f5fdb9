/** `incidents/<date>_<what>.md`: facts that gate10 keeps up to date, and room for what only people know. */
import type { Incident } from './schema.ts';

const BEGIN = '<!-- gate10: facts, kept up to date; write below the end mark -->';
const END = '<!-- gate10: end -->';

/** A new document. Everything that comes from outside (commit subjects, answers of the system) is escaped. */
export function toIncidentDocument(incident: Incident): string {
  const [what] = incident.failedLayers;
  return `# Incident: ${escapeMarkdown(incident.environment)}: ${escapeMarkdown(what ?? 'production')} does not keep its promises

${toFacts(incident)}

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
export function updateIncidentDocument(document: string, incident: Incident): string | undefined {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) return undefined;
  return document.slice(0, begin) + toFacts(incident) + document.slice(end + END.length);
}

function toFacts(incident: Incident): string {
  const minutes = (value: number | null, none: string): string => (value === null ? none : `${value} minutes`);
  const facts: [string, string][] = [
    ['Status', incident.closedAt === null ? 'open' : `closed ${incident.closedAt}`],
    ['Detected', incident.openedAt],
    ['Severity', incident.severity ?? 'not classified'],
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
  ];
  const lines = facts.map(([name, value]) => `- ${name}: ${escapeMarkdown(value)}`);
  return [BEGIN, ...lines, END].join('\n');
}

/** Plain text in Markdown: no markup, HTML, link, line break, control or direction character gets through; at most 500 characters. */
export function escapeMarkdown(text: string): string {
  return text
    .slice(0, 500)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/@/g, '&#64;')
    .replace(/[\\`*_{}[\]()#|!~]/g, '\\$&');
}

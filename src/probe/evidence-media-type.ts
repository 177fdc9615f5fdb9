/** The attachment type of evidence, by itself: a worker that only attaches need not load the schemas. */
export const EVIDENCE_MEDIA_TYPE = 'application/vnd.gate10.evidence+json';

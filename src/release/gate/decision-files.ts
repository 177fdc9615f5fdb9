/** Where a decision is kept, below the state folder, and the bytes it is kept as. */

/** The id is checked by its schema; whatever else was asked for has no event. */
export function decisionFiles(id: string) {
  const folder = `decisions/${id}`;
  return {
    folder,
    inputs: `${folder}/inputs.json`,
    decision: `${folder}/decision.json`,
    summary: `${folder}/vsa.intoto.json`,
    envelope: `${folder}/vsa.dsse.json`,
    trace: `${folder}/trace.otlp.json`,
  };
}

export function toText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Of the event in the history. */
export function eventKey(id: string): string {
  return `gate:${id}`;
}

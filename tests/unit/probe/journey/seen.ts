/** What a journey saw that went well; a test says what it saw besides. */
import type { Resource } from '../../../../src/probe/browser/schema.ts';
import type { JourneyObservation } from '../../../../src/probe/journey/schema.ts';

export const HOST = 'shop.example';

export function seen(more: Partial<JourneyObservation> = {}): JourneyObservation {
  return {
    url: `https://${HOST}/orders`,
    steps: ['open the front page'],
    timedOut: false,
    crashed: false,
    resources: [resource()],
    console: [],
    exceptions: [],
    cspViolations: [],
    truncated: false,
    looks: [{ place: '/', violations: [] }],
    vitals: [],
    notes: {},
    ...more,
  };
}

export function resource(more: Partial<Resource> = {}): Resource {
  return {
    url: `https://${HOST}/`,
    host: HOST,
    method: 'GET',
    kind: 'document',
    state: 'loaded',
    status: 200,
    contentType: 'text/html',
    failure: null,
    ...more,
  };
}

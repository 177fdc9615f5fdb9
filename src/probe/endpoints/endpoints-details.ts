/** What the API contracts say beyond each operation's answer: input, unknown routes, resources, pages. */

import type { Check, ProbeContext } from '../context.ts';
import type { ApiDocuments } from './api-documents.ts';
import { listInvalidInput } from './endpoints-invalid-input.ts';
import { listPages } from './endpoints-pages.ts';
import { listResources } from './endpoints-resources.ts';
import { listSeen } from './endpoints-seen.ts';
import { listUnknownRoutes } from './endpoints-unknown-routes.ts';

export function listEndpointDetails(system: ProbeContext['system'], documents: ApiDocuments): Check[] {
  return [
    ...listInvalidInput(system, documents),
    ...listUnknownRoutes(system, documents),
    ...listResources(system, documents),
    ...listPages(system, documents),
    ...listSeen(system, documents),
  ];
}

/** What is to be checked in one run, by the contract and by the code of the expected commit. */

import type { Git } from './code/git.ts';
import { listStaleConfiguration } from './code/stale-configuration.ts';
import type { Check, ProbeContext } from './context.ts';
import { listCors } from './cors/cors.ts';
import { listDatabase } from './database/database.ts';
import { listEdges } from './edge/edge.ts';
import { type ApiDocuments, readApiDocuments } from './endpoints/api-documents.ts';
import { listEndpoints } from './endpoints/endpoints.ts';
import { listGone } from './endpoints/endpoints-gone.ts';
import { findNewOperations, type NewOperations } from './endpoints/find-new-operations.ts';
import { listNewEndpoints } from './endpoints/new-endpoints.ts';
import { listExternalApis } from './external-apis/external-api.ts';
import { listPromises } from './flow/promise.ts';
import type { ContractJudge } from './flow/step.ts';
import { listHealth } from './health.ts';
import { listMonitoring } from './monitoring/monitoring.ts';
import { listClocks } from './runtime-clock.ts';
import { listSecurity } from './security/security.ts';
import { listBundles } from './served/bundles.ts';
import { listServedPages } from './served/served-pages.ts';
import { listVariables } from './variables/variables.ts';

type System = ProbeContext['system'];

export interface Subject {
  /** Checks of the wire engine that ask over HTTP, in the order of the plan; ids are unique. */
  readonly checks: readonly Check[];
  /** undefined = the build is known by its version only, so there is no code to compare. */
  readonly fresh: NewOperations | undefined;
}

export interface SubjectInput {
  readonly commit?: string | undefined;
  readonly previousCommit?: string | undefined;
  readonly git: Git;
}

/** Throws InputError for an API contract of the contracts folder that cannot be read. */
export async function readSubject(system: System, input: SubjectInput): Promise<Subject> {
  const { code } = system.contract;
  const fresh =
    input.commit === undefined || !isDeclared(system, 'endpoints')
      ? undefined
      : await findNewOperations(input.git, {
          commit: input.commit,
          previous: input.previousCommit || undefined,
          openapi: code.openapi,
        });
  const documents = await readApiDocuments(system, fresh?.document);
  const checks = [
    ...listHealth(system),
    ...listClocks(system),
    ...listDatabase(system, input),
    ...listExternalApis(system),
    ...listVariables(system),
    ...listMonitoring(system, { ...input, fresh }),
    ...listEdges(system),
    ...listCors(system),
    ...listServedPages(system),
    ...listBundles(system),
    ...listEndpoints(system, documents),
    ...(documents.size === 0 ? [] : await listMoreOfEndpoints(system, documents)),
    ...listGone(system, fresh),
    ...(fresh === undefined ? [] : listNewEndpoints(system, fresh)),
    ...listStaleConfiguration(system, input.commit, input.git),
    ...listSecurity(system),
    ...listPromises(system, await contractJudge(documents)),
  ];
  return { checks: withUniqueIds(checks.filter(({ planned }) => isDeclared(system, planned.layer))), fresh };
}

/** A layer that is declared absent has no rows. */
export function isDeclared({ contract }: System, layer: keyof System['contract']['layers']): boolean {
  return typeof contract.layers[layer] !== 'object';
}

/** What an API contract says beyond each operation's answer. Loaded only where there is one, as its judge is. */
async function listMoreOfEndpoints(system: System, documents: ApiDocuments): Promise<Check[]> {
  const { listEndpointDetails } = await import('./endpoints/endpoints-details.ts');
  return listEndpointDetails(system, documents);
}

/** Loaded only where there is a contract to judge by: the schema compiler takes a while to start. */
async function contractJudge(documents: ApiDocuments): Promise<ContractJudge | undefined> {
  if (documents.size === 0) return undefined;
  const { contractProblems, findOperation } = await import('./endpoints/conformance.ts');
  // The front door serves the operations of the services behind it.
  return (service, method, path, answer) => {
    const own = documents.get(service);
    for (const document of own === undefined ? documents.values() : [own]) {
      const operation = findOperation(document, method, path);
      if (operation !== undefined) return contractProblems(operation, answer);
    }
    return [`no API contract declares ${method} ${path}`];
  };
}

function withUniqueIds(checks: readonly Check[]): Check[] {
  const seen = new Map<string, number>();
  return checks.map((check) => {
    const count = (seen.get(check.planned.id) ?? 0) + 1;
    seen.set(check.planned.id, count);
    if (count === 1) return check;
    return { ...check, planned: { ...check.planned, id: `${check.planned.id}#${count}` } };
  });
}

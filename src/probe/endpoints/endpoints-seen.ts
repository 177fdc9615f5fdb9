/** An API contract of which nothing is ever seen to work proves nothing, however many refusals are as declared. */
import type { Operation } from '../../contract/openapi.ts';
import type { Check, ProbeContext } from '../context.ts';
import type { Judgement } from '../row.ts';
import type { ApiDocuments } from './api-documents.ts';
import { findOperation } from './conformance.ts';
import { changesNothing } from './endpoints.ts';

/** Row ids: `endpoints.<service>.seen`. */
export function listSeen(system: ProbeContext['system'], documents: ApiDocuments): Check[] {
  return [...documents].map(([service, { operations, name }]) => ({
    planned: {
      id: `endpoints.${service}.seen`,
      layer: 'endpoints',
      title: `Something of the API of ${service} is seen to work, not only to refuse`,
      severity: 'P1',
      by: 'engine',
      source: name,
    },
    observe: async () => ({ judgement: judgeSeen(system, service, operations), exchanges: [] }),
  }));
}

function judgeSeen(system: ProbeContext['system'], service: string, operations: readonly Operation[]): Judgement {
  const open = operations.filter((one) => one.security === 'public' && changesNothing(system, one));
  const promised = promisedKeys(system, operations);
  const seen = new Set([...open.map(({ key }) => key), ...promised]);
  const evidence = { operations: operations.length, seen: seen.size };
  if (seen.size > 0) return { status: 'passed', evidence };
  return {
    status: 'inconclusive',
    reason: 'insufficient',
    message: `All ${operations.length} operations of ${service} demand a login or write, and no promise calls one with success: only refusals can be seen. Declare a promise that logs in and calls one.`,
    evidence,
  };
}

/** Operations that a promise expects to succeed. */
function promisedKeys({ contract }: ProbeContext['system'], operations: readonly Operation[]): string[] {
  const document = { operations } as Parameters<typeof findOperation>[0];
  return contract.promises.flatMap(({ steps }) =>
    steps.flatMap(({ request, expect }) => {
      const statuses = typeof expect.status === 'number' ? [expect.status] : expect.status;
      const isSuccess = Array.isArray(statuses) && statuses.some((status) => status >= 200 && status < 300);
      const path = request.path.replaceAll(/\{\{[^}]*\}\}/g, 'x').split('?')[0] ?? '';
      return isSuccess ? (findOperation(document, request.method, path)?.key ?? []) : [];
    }),
  );
}

/** How much of an API contract was seen at work, by the traffic that clients recorded. What nobody saw is not covered. */
import type { ApiCoveragePolicy, ExplainedGap } from '../../contract/api-coverage-schema.ts';
import { declaredStatus } from '../../contract/declared-answer.ts';
import type { ObservedExchange } from '../../contract/observed.ts';
import type { OpenApiDocument, Operation } from '../../contract/openapi.ts';
import { isSeen, optionalFieldsOf } from './optional-fields.ts';

export interface Gap {
  readonly what: 'operation' | 'status' | 'field';
  readonly operation: string;
  readonly status?: string;
  readonly field?: string;
  /** why it is known not to be seen; undefined = nobody said */
  readonly reason?: string;
}

export interface Share {
  readonly covered: number;
  readonly of: number;
  readonly threshold: number;
}

export interface Coverage {
  /** failed = something seen is against the contract; inconclusive = too little was seen; warned = a gap without a reason */
  readonly verdict: 'passed' | 'warned' | 'failed' | 'inconclusive';
  readonly operations: Share;
  readonly statuses: Share;
  readonly optionalFields: Share;
  readonly gaps: readonly Gap[];
  /** reasons for gaps that are none: remove them */
  readonly idleReasons: readonly ExplainedGap[];
  /** what was against the contract; each once */
  readonly violations: readonly string[];
  readonly exchanges: number;
  /** of another version of the contract: they cover nothing */
  readonly foreign: number;
}

/** `digest` = SHA-256 of the document, as in the lines. */
export function measureCoverage(
  document: OpenApiDocument,
  digest: string,
  observed: readonly ObservedExchange[],
  policy: ApiCoveragePolicy,
): Coverage {
  const own = observed.filter(({ contract }) => contract === digest);
  const seen = new Map<string, ObservedExchange[]>();
  for (const exchange of own) {
    if (!exchange.valid || exchange.operation === null) continue;
    seen.set(exchange.operation, [...(seen.get(exchange.operation) ?? []), exchange]);
  }
  const operations = document.operations.map((operation) => measureOperation(operation, seen.get(operation.key) ?? []));
  const fields = mergeErrors(operations.flatMap((one) => one.fields));
  const gaps = explained(
    [
      ...operations.filter(({ isProven }) => !isProven).map(({ key }): Gap => ({ what: 'operation', operation: key })),
      ...operations.flatMap(({ key, statuses }) =>
        statuses.filter((one) => !one.isSeen).map(({ status }): Gap => ({ what: 'status', operation: key, status })),
      ),
      ...fields
        .filter((one) => !one.isSeen)
        .map(({ operation, status, pointer }): Gap => ({ what: 'field', operation, status, field: pointer })),
    ],
    policy.gaps,
  );
  const count = (list: readonly { readonly isSeen: boolean }[], threshold: number): Share => ({
    covered: list.filter((one) => one.isSeen).length,
    of: list.length,
    threshold,
  });
  const shares = {
    operations: count(
      operations.map(({ isProven }) => ({ isSeen: isProven })),
      policy.operations,
    ),
    statuses: count(
      operations.flatMap(({ statuses }) => statuses),
      policy.statuses,
    ),
    optionalFields: count(fields, policy.optionalFields),
  };
  const violations = [...new Set(own.flatMap(({ valid, problems }) => (valid ? [] : problems)))];
  return {
    verdict: judge(violations, Object.values(shares), gaps),
    ...shares,
    gaps,
    idleReasons: policy.gaps.filter((reason) => !gaps.some((gap) => explains(reason, gap))),
    violations,
    exchanges: own.length,
    foreign: observed.length - own.length,
  };
}

function judge(violations: readonly string[], shares: readonly Share[], gaps: readonly Gap[]): Coverage['verdict'] {
  if (violations.length > 0) return 'failed';
  if (!shares.every(reaches)) return 'inconclusive';
  return gaps.some(({ reason }) => reason === undefined) ? 'warned' : 'passed';
}

/** Where there is nothing to see, nothing is missing. */
export function reaches({ covered, of, threshold }: Share): boolean {
  return of === 0 || covered / of >= threshold;
}

interface Field {
  /** fields with the same key are one: one use that shows it is enough */
  readonly key: string;
  readonly operation: string;
  readonly status: string;
  readonly pointer: string;
  readonly isSeen: boolean;
}

interface MeasuredOperation {
  readonly key: string;
  readonly isProven: boolean;
  readonly statuses: readonly { readonly status: string; readonly isSeen: boolean }[];
  readonly fields: readonly Field[];
}

function measureOperation(operation: Operation, seen: readonly ObservedExchange[]): MeasuredOperation {
  const byStatus = Map.groupBy(seen, (exchange) => declaredStatus(operation, exchange.status));
  const statuses = Object.keys(operation.responses);
  return {
    key: operation.key,
    isProven: seen.some(({ status, request }) => status >= 200 && status < 300 && request.valid),
    statuses: statuses.map((status) => ({ status, isSeen: byStatus.has(status) })),
    fields: statuses.flatMap((status) => fieldsOfStatus(operation, status, byStatus.get(status) ?? [])),
  };
}

function fieldsOfStatus(operation: Operation, status: string, seen: readonly ObservedExchange[]): Field[] {
  const content = operation.responses[status];
  return (content?.contentTypes ?? []).flatMap((type) => {
    const schema = content?.schemaFor(type);
    if (schema === undefined) return [];
    const { name, pointers } = optionalFieldsOf(schema);
    const shown = [
      ...new Set(seen.filter(({ contentType }) => contentType === type).flatMap(({ response }) => response.fields)),
    ];
    const owner = ownerOf(operation, status, type, name);
    return pointers.map((pointer) => ({
      key: `${owner} ${pointer}`,
      operation: operation.key,
      status,
      pointer,
      isSeen: isSeen(pointer, shown),
    }));
  });
}

/** A schema with a name is one thing: within an operation, and for all errors that are not also what it answers in success. */
function ownerOf(operation: Operation, status: string, type: string, name: string | undefined): string {
  const own = `${operation.key} ${type}`;
  if (name === undefined) return `${own} ${status}`;
  const isSuccess = Object.entries(operation.responses).some(([other, content]) => {
    const schema = /^[23]/.test(other) ? content.schemaFor(type) : undefined;
    return schema !== undefined && optionalFieldsOf(schema).name === name;
  });
  return isSuccess ? `${own} ${name}` : `errors ${type} ${name}`;
}

/** One for each key, seen where any is. */
function mergeErrors(fields: readonly Field[]): Field[] {
  const merged = new Map<string, Field>();
  for (const field of fields) {
    const known = merged.get(field.key);
    if (known === undefined || (!known.isSeen && field.isSeen)) merged.set(field.key, field);
  }
  return [...merged.values()];
}

function explained(gaps: readonly Gap[], reasons: readonly ExplainedGap[]): Gap[] {
  return gaps.map((gap) => {
    const reason = reasons.find((one) => explains(one, gap))?.reason;
    return reason === undefined ? gap : { ...gap, reason };
  });
}

/** A reason for a status speaks of the status, not of the fields of its answer; one for neither, of the operation. */
function explains({ operation, status, field }: ExplainedGap, gap: Gap): boolean {
  if (operation !== '*' && operation !== gap.operation) return false;
  if (field !== undefined)
    return gap.what === 'field' && gap.field === field && (status === undefined || status === gap.status);
  if (status !== undefined) return gap.what === 'status' && gap.status === status;
  return gap.what === 'operation';
}

/** Which declared answer of an operation an answer is held against. */
import type { Content, Operation } from './openapi.ts';

/** As the contract writes it: exact, then its range, then the default (OpenAPI 3.1 §4.8.16). */
export function declaredStatus({ responses }: Operation, status: number): string | undefined {
  return [String(status), `${Math.floor(status / 100)}XX`, 'default'].find((name) => responses[name] !== undefined);
}

export function declaredResponse(operation: Operation, status: number): Content | undefined {
  const name = declaredStatus(operation, status);
  return name === undefined ? undefined : operation.responses[name];
}

/** A media type, or a range of them (RFC 9110 §12.5.1): one kind, or all. */
export function coversType(declared: string, actual: string): boolean {
  if (declared === actual || declared === '*/*') return true;
  return declared.endsWith('/*') && actual.startsWith(declared.slice(0, -1));
}

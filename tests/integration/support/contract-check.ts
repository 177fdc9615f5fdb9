import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { dereference } from '@readme/openapi-parser';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenAPIV3_1 } from 'openapi-types';
import { sha256Hex } from '../../../src/contract/canonical.ts';
import { type ObservedExchange, toObservedLine } from '../../../src/contract/observed.ts';
import { loadOpenApi } from '../../../src/contract/openapi.ts';
import type { Exchange } from '../../../src/run/traffic/exchange.ts';
import { createExchangeJudge } from '../../../src/run/traffic/judge-exchange.ts';
import { CONTRACT_FILE } from './release-dir.ts';

export interface SeenResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed when it is JSON, text otherwise. */
  readonly body: unknown;
}

export type SentRequest = Pick<Exchange, 'requestHeaders' | 'requestBody'>;

export interface ContractCheck {
  readonly document: OpenAPIV3_1.Document;
  /**
   * Throws when the response is not one that the contract allows for this request, or a request was accepted that it forbids.
   */
  check(method: string, target: string, response: SeenResponse, sent: SentRequest): void;
  compile(schema: object): ValidateFunction;
}

export type Recorder = (seen: ObservedExchange) => void;

/** Judges every exchange of the tests by the contract, in one place; `record` hears of each. */
export async function loadContractCheck(record: Recorder = () => undefined): Promise<ContractCheck> {
  const document = (await dereference(CONTRACT_FILE)) as OpenAPIV3_1.Document;
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const problem = document.components?.schemas?.['Problem'];
  if (problem === undefined) throw new Error('The contract has no schema Problem.');
  const isProblem = ajv.compile(problem);
  const operations = await loadOpenApi(path.basename(CONTRACT_FILE), path.dirname(CONTRACT_FILE));
  const judge = createExchangeJudge(operations, sha256Hex(readFileSync(CONTRACT_FILE)));
  return {
    document,
    compile: (schema) => ajv.compile(schema),
    check(method, target, response, sent) {
      const { status, headers } = response;
      const body = toText(response.body, headers['content-type'] ?? '');
      const seen = judge({ ...sent, method, target, status, headers, body });
      record(seen);
      const place = `${method} ${target} → ${status}`;
      if (!seen.valid) throw new Error(`${place}: ${seen.problems.join('\n')}`);
      // A path that the contract does not know may only be refused, as a problem.
      if (seen.operation === null && !(status === 404 && isProblem(response.body))) {
        throw new Error(`${place}: the contract has no such route, and this is not the problem 404`);
      }
    },
  };
}

function toText(body: unknown, contentType: string): string {
  return /[/+]json/.test(contentType) ? JSON.stringify(body) : String(body);
}

export function createRecorder(folder: string | undefined): Recorder {
  const record = createLineRecorder(folder);
  return (seen) => record(toObservedLine(seen));
}

/** Records into `folder`, if there is one (`GATE10_OBSERVED`): a file for each client, so that tests can run side by side. */
export function createLineRecorder(folder: string | undefined): (line: string) => void {
  if (!folder) return () => undefined;
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${randomUUID()}.ndjson`);
  return (line) => appendFileSync(file, line);
}

/** Which operations are new in the expected commit: contract against contract, united with what the commits say. */
import { compareOperations, type OpenApiDocument, type Operation } from '../../contract/openapi.ts';
import type { Git } from '../code/git.ts';
import { readCommitDocument } from './api-documents.ts';
import { ENDPOINTS_KEY, readEndpointLines } from './endpoint-lines.ts';

export interface NewOperation {
  /** "GET /reranker/health" */
  readonly key: string;
  /** Where the contract declares it. */
  readonly operation: Operation | undefined;
}

export type NewOperations =
  | {
      readonly known: true;
      readonly operations: readonly NewOperation[];
      /** Keys that only the previous contract has, the deprecated ones aside; none where an older release is deployed. */
      readonly removed: readonly string[];
      /** No earlier deployment is known: every operation is new. */
      readonly first: boolean;
      /** Paths of routes or contract that changed although nothing new was found. */
      readonly suspicious: readonly string[];
      readonly document: OpenApiDocument | undefined;
    }
  | {
      readonly known: false;
      /** false = the system does not say how its operations can be known (no `code.openapi`): nothing is demanded. */
      readonly promised: boolean;
      readonly why: string;
      readonly document: OpenApiDocument | undefined;
    };

export interface CommitRange {
  readonly commit: string;
  readonly previous: string | undefined;
  /** Path of the API contract in the repository. */
  readonly openapi: string | undefined;
}

const ROUTE_FILE = /(?:^|\/)(?:routes?|routers?|controllers?|endpoints?|handlers?|api)(?:\/|\.[^/]+$)/i;

export async function findNewOperations(git: Git, range: CommitRange): Promise<NewOperations> {
  if (range.openapi === undefined) return namedByCommits(git, range);
  const expected = await readCommitDocument(git, range.commit, range.openapi);
  if (!expected.ok) return unknown(expected.problem.message);
  const document = expected.value;
  const lines = await readLines(git, range);
  if (!lines.ok) return unknown(lines.why, document);
  if (range.previous === undefined) {
    return {
      known: true,
      operations: unite(document, document.operations, lines.keys),
      removed: [],
      first: true,
      suspicious: [],
      document,
    };
  }
  const previous = await readCommitDocument(git, range.previous, range.openapi);
  if (!previous.ok) return unknown(`of the release before: ${previous.problem.message}`, document);
  const { added, removed: gone } = compareOperations(previous.value, document);
  const removed = gone.length === 0 ? [] : await withoutRollback(git, range.previous, range, previous.value, gone);
  const operations = unite(document, added, lines.keys);
  const suspicious = operations.length === 0 ? await changedRoutes(git, range.previous, range) : [];
  return { known: true, operations, removed, first: false, suspicious, document };
}

/** A rollback takes back what the later release had added: that is what it is for. */
async function withoutRollback(
  git: Git,
  from: string,
  { commit }: CommitRange,
  previous: OpenApiDocument,
  keys: readonly string[],
): Promise<string[]> {
  const isRollback = await git.isAncestor(commit, from);
  if (isRollback.ok && isRollback.value) return [];
  const deprecated = previous.operations.filter(({ raw }) => raw['deprecated'] === true).map(({ key }) => key);
  return keys.filter((key) => !deprecated.includes(key));
}

function unknown(why: string, document?: OpenApiDocument): NewOperations {
  return { known: false, promised: true, why, document };
}

/** Without a contract in the repository only the commits can name what is new; where none does, nothing is promised. */
async function namedByCommits(git: Git, range: CommitRange): Promise<NewOperations> {
  const lines = await readLines(git, range);
  const operations = lines.ok ? unite(undefined, [], lines.keys) : [];
  const first = range.previous === undefined;
  if (operations.length > 0)
    return { known: true, operations, removed: [], first, suspicious: [], document: undefined };
  const why = 'code.openapi is not declared, and no commit names its endpoints';
  return { known: false, promised: false, why, document: undefined };
}

async function readLines(
  git: Git,
  { commit, previous }: CommitRange,
): Promise<{ ok: true; keys: readonly string[] } | { ok: false; why: string }> {
  if (previous === undefined) {
    const entry = await git.describe(commit);
    return entry.ok ? { ok: true, keys: readEndpointLines([entry.value]) } : { ok: false, why: entry.problem.message };
  }
  const entries = await git.log(previous, commit, [ENDPOINTS_KEY]);
  return entries.ok
    ? { ok: true, keys: readEndpointLines(entries.value) }
    : { ok: false, why: entries.problem.message };
}

/** Contract first, then what only the messages name. Parameter names do not matter. */
function unite(
  document: OpenApiDocument | undefined,
  added: readonly Operation[],
  keys: readonly string[],
): NewOperation[] {
  const found = new Map<string, NewOperation>(
    added.map((operation) => [anonymous(operation.key), { key: operation.key, operation }]),
  );
  for (const key of keys) {
    const name = anonymous(key);
    if (found.has(name)) continue;
    const operation = document?.operations.find((candidate) => anonymous(candidate.key) === name);
    found.set(name, { key: operation?.key ?? key, operation });
  }
  return [...found.values()];
}

function anonymous(key: string): string {
  return key.replaceAll(/\{[^}]*\}/g, '{}');
}

async function changedRoutes(git: Git, previous: string, { commit, openapi }: CommitRange): Promise<string[]> {
  const changed = await git.changedFiles(previous, commit);
  // The two contracts were read a moment ago, so a failure here only takes a hint away.
  return changed.ok ? changed.value.filter((file) => file === openapi || ROUTE_FILE.test(file)) : [];
}

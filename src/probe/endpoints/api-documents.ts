/** The API contracts of a run: those of the contracts folder, and the deployed commit's own where git has it. */
import { loadOpenApi, type OpenApiDocument, parseOpenApi } from '../../contract/openapi.ts';
import type { ResolvedSystem } from '../../contract/schema.ts';
import { InputError, type Problem } from '../../errors.ts';
import type { Git, GitResult } from '../code/git.ts';

/** By service. */
export type ApiDocuments = ReadonlyMap<string, OpenApiDocument>;

/** The service whose contract lies in the repository (`code.openapi`): the first backend that has a contract. */
export function apiService(system: Pick<ResolvedSystem, 'contract'>): string {
  const backends = Object.entries(system.contract.services).filter(([, { kind }]) => kind === 'backend');
  return (backends.find(([, { openapi }]) => openapi !== undefined) ?? backends[0])?.[0] ?? system.contract.frontDoor;
}

/**
 * Throws InputError for a contract of the contracts folder that cannot be read. `ofCommit` replaces the document of the
 * API service: what has to be kept is what the deployed commit promises, not what a later one does.
 */
export async function readApiDocuments(
  system: ResolvedSystem,
  ofCommit: OpenApiDocument | undefined,
): Promise<ApiDocuments> {
  const documents = new Map<string, OpenApiDocument>();
  const own = apiService(system);
  if (ofCommit !== undefined) documents.set(own, ofCommit);
  const problems: Problem[] = [];
  for (const [service, { openapi }] of Object.entries(system.contract.services)) {
    if (openapi === undefined || documents.has(service)) continue;
    try {
      documents.set(service, await loadOpenApi(openapi, system.contractsDir));
    } catch (error) {
      // of every document, so that one attempt tells them all
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return documents;
}

/** The API contract at a commit. A file that is no contract is a problem of the commit, said in words. */
export async function readCommitDocument(git: Git, commit: string, file: string): Promise<GitResult<OpenApiDocument>> {
  const shown = await git.show(commit, file);
  if (!shown.ok) return shown;
  try {
    return { ok: true, value: await parseOpenApi(shown.value.toString('utf8'), `${commit.slice(0, 12)}:${file}`) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: { kind: 'failed', message } };
  }
}

/** A synthetic account where the contract says how one is made and the environment lets it be. */
import type { CliContext } from '../../src/cli/context.ts';
import { journalPlace } from '../../src/cli/journal-place.ts';
import type { ResolvedSystem } from '../../src/contract/schema.ts';
import { systemClock } from '../../src/probe/clock.ts';
import type { ApiDocuments } from '../../src/probe/endpoints/api-documents.ts';
import { createJournal } from '../../src/probe/journal/journal.ts';
import type { SuiteCheck } from '../../src/record/suite.ts';
import { createSessions } from '../integration/generic/session.ts';
import { createTarget } from '../integration/generic/target.ts';

export interface Account {
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly checks: readonly SuiteCheck[];
  readonly redact: (text: string) => string;
  close(): Promise<readonly SuiteCheck[]>;
}

/** Never rejects: why there is none is one of its checks. */
export async function openAccount(
  system: ResolvedSystem,
  documents: ApiDocuments,
  nonce: string,
  context: CliContext,
): Promise<Account> {
  const clock = systemClock();
  const run = { id: `gate10-${nonce}`, nonce };
  const target = await createTarget({ system, documents, clock, run, record: () => {} });
  const sessions = createSessions(target, createJournal(journalPlace(context)));
  const close = async (): Promise<readonly SuiteCheck[]> => {
    const left = (await sessions?.close()) ?? [];
    target.close();
    return left.map((message) => ({
      name: 'account',
      status: 'failed',
      message: `The account is still there: ${message}`,
    }));
  };
  try {
    const session = await sessions?.current();
    return { headers: session?.headers, checks: [], redact: session?.redact ?? ((text) => text), close };
  } catch (error) {
    const message = `What demands a login cannot be measured: ${(error as Error).message}`;
    const check: SuiteCheck = { name: 'account', status: 'inconclusive', reason: 'not-run', message };
    return { headers: undefined, checks: [check], redact: (text) => text, close };
  }
}

/** A real PostgreSQL in this process (PGlite), reached over the wire as any other. */
import { PGlite } from '@electric-sql/pglite';
import { servePglite } from '../../../reference-system/database/pglite-server.ts';
import type { Judgement } from '../../../src/probe/row.ts';
import { readSubject } from '../../../src/probe/subject.ts';
import { gitIn } from './repository.ts';
import { testSystem } from './system.ts';

export interface DatabaseStand {
  readonly url: string;
  exec(sql: string): Promise<void>;
  stop(): Promise<void>;
}

/** In memory, or in a folder that was made for it. */
export async function startPglite(dataDir?: string): Promise<DatabaseStand> {
  const db = await PGlite.create(dataDir);
  const server = await servePglite(db, 10);
  return {
    url: `postgresql://postgres:postgres@127.0.0.1:${server.port}/postgres`,
    exec: async (sql) => {
      await db.exec(sql);
    },
    stop: async () => {
      await server.close();
      await db.close();
    },
  };
}

export interface Declared {
  /** Lines of the top-level block `database`, indented by two spaces. */
  readonly database?: string;
  /** Further lines of the top level. */
  readonly yaml?: string;
  readonly name?: string;
  readonly commit?: string;
  readonly previousCommit?: string;
  readonly repository?: string;
}

/** Every row of the layers database and schema that asks over the connection, by its id. */
export async function askDatabase(url: string, declared: Declared = {}): Promise<Record<string, Judgement>> {
  const block = declared.database === undefined ? '' : `database:\n${declared.database}\n`;
  const name = declared.name === undefined ? '' : `, name: ${declared.name}`;
  const stand = testSystem({
    app: 'http://127.0.0.1:9',
    api: 'http://127.0.0.1:9',
    yaml: `${block}${declared.yaml ?? ''}`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the notation of the contract
    environment: '    database: { url: "${DATABASE_URL}"'.concat(name, ' }\n'),
    env: { DATABASE_URL: url },
  });
  try {
    const { commit, previousCommit } = declared;
    const git = gitIn(declared.repository ?? stand.dir);
    const { checks } = await readSubject(stand.system, { commit, previousCommit, git });
    const mine = checks.filter(({ planned }) => planned.layer === 'database' || planned.layer === 'schema');
    const judged = mine.map(async ({ planned, observe }) => {
      return [planned.id, (await observe(stand.context)).judgement] as const;
    });
    return Object.fromEntries(await Promise.all(judged));
  } finally {
    stand.close();
  }
}

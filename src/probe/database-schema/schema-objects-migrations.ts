/** The migrations that the expected commit has and the one deployed before has not. */
import type { MigrationRange } from './schema-objects.ts';

export interface Migration {
  /** Path below the folder of migrations: `0004_carts.sql`, `20260101_carts/migration.sql`. */
  readonly file: string;
  /** Empty where it is a program. */
  readonly sql: string;
}

export type Migrations =
  | { readonly ok: true; readonly migrations: readonly Migration[] }
  | { readonly ok: false; readonly why: string };

/** Undoing files of golang-migrate and its like, and of Flyway. */
const UNDOES = /(?:\.|_|\/)(?:down|undo|rollback)\.\w+$|(?:^|\/)U\d/i;
const NUMBERED = /^[VR]?\d/i;
const MAX_FILES = 400;

/** Without an earlier deployment all of them are new. In the order of their names. */
export async function readNewMigrations({ git, folder, commit, previous }: MigrationRange): Promise<Migrations> {
  const root = `${folder.replace(/^\.?\/+|\/+$/g, '')}/`;
  const now = await git.listTree(commit);
  const before = previous === undefined ? undefined : await git.listTree(previous);
  if (!now.ok) return { ok: false, why: now.problem.message };
  if (before?.ok === false) return { ok: false, why: before.problem.message };
  const old = new Set(before?.value);
  const files = now.value
    .filter((path) => path.startsWith(root) && !old.has(path))
    .map((path) => path.slice(root.length))
    .filter((file) => NUMBERED.test(file) && !UNDOES.test(file))
    .sort(byNumber);
  if (files.length > MAX_FILES) return { ok: false, why: `${files.length} migrations are new at once` };
  const migrations: Migration[] = [];
  for (const file of files) {
    if (!/\.sql$/i.test(file)) {
      migrations.push({ file, sql: '' });
      continue;
    }
    const content = await git.show(commit, `${root}${file}`);
    if (!content.ok) return { ok: false, why: content.problem.message };
    migrations.push({ file, sql: content.value.toString('utf8') });
  }
  return { ok: true, migrations };
}

/** `9_a` before `10_b`. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

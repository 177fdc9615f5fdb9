import { appendFile, constants, cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';

/** None can be prepared by default. */
const SETTINGS = 'max_prepared_transactions = 4\n';

/**
 * Makes `dataDir` an empty database unless it is one already, as a copy of a prepared folder so that a start does not pay
 * for initdb. The template is made once per PGlite version under `cacheDir`. Both are renamed into place when whole, so
 * a killed preparation leaves no half.
 */
export async function ensureDataDir(cacheDir: string, dataDir: string): Promise<void> {
  if (await exists(dataDir)) return;
  const template = path.join(cacheDir, `pglite-${await pgliteVersion()}`);
  if (!(await exists(template))) await prepareTemplate(cacheDir, template);
  const draft = `${dataDir}.draft`;
  await rm(draft, { recursive: true, force: true });
  await cp(template, draft, { recursive: true, mode: constants.COPYFILE_FICLONE });
  await appendFile(path.join(draft, 'postgresql.auto.conf'), SETTINGS);
  await rename(draft, dataDir);
}

async function prepareTemplate(cacheDir: string, template: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const draft = await mkdtemp(path.join(cacheDir, 'draft-'));
  try {
    const db = await PGlite.create(path.join(draft, 'data'));
    await db.close();
    await rename(path.join(draft, 'data'), template);
  } catch (error) {
    // Another process was first: its template is as good as ours.
    if (!(await exists(template))) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The package does not export its package.json, so it is read beside the entry point that it does export. */
async function pgliteVersion(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve('@electric-sql/pglite'));
  const text = await readFile(path.join(path.dirname(entry), '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

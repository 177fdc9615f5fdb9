/** Which source files each program of the build is made of, and how they were: by this a build is known to be stale. */
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { OutputChunk } from 'rolldown';
import { programOf, sourceStamp, stampDir } from '../bin/built.js';

/** Lists the installed packages that are bundled. */
const PACKAGES = 'node_modules/.package-lock.json';

type Stamps = Map<string, string>;

export interface BuiltPrograms {
  readonly root: string;
  /** as they were before the build: what changes while it runs makes it stale */
  readonly stamps: Stamps;
  /** absolute paths of the modules that `main.ts` imports, each for a command of the same name */
  readonly commands: readonly string[];
  /** names of the programs that are processes of their own (bin/start-program.js) */
  readonly programs: readonly string[];
  readonly chunks: readonly OutputChunk[];
}

/** Of the own source and of the list of packages, by name relative to the root. */
export function takeStamps(root: string): Stamps {
  const entries = readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true });
  const own = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const names = [PACKAGES, ...own.map((file) => toName(root, file))];
  return new Map(names.map((name) => [name, sourceStamp(root, name)]));
}

/** A list for each program, of whatever it can ever load: of a command, all but what other commands bring. */
export function writeStamps({ root, stamps, commands, programs, chunks }: BuiltPrograms): void {
  // all at once: half a list would vouch for half of the files
  const unfinished = `${stampDir(root)}.${process.pid}`;
  const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const write = (program: string, files: Iterable<string>): void => {
    const modules = [...files].flatMap((file) => byFile.get(file)?.moduleIds ?? []).map((id) => toName(root, id));
    const own = modules.filter((name) => name.startsWith('src/'));
    const lines = [PACKAGES, ...own].map((name) => stamps.get(name) ?? `missing ${name}`);
    writeFileSync(path.join(unfinished, `${program}.txt`), `${lines.join('\n')}\n`);
  };
  mkdirSync(unfinished);
  for (const id of commands) {
    const own = chunks.find(({ moduleIds }) => moduleIds.includes(id));
    if (own === undefined) throw new Error(`no file of the build holds ${toName(root, id)}`);
    write(programOf(path.basename(id, '.ts')), reached(byFile, ['main.js', own.fileName]));
  }
  for (const program of programs) write(program, reached(byFile, [`${program}.js`]));
  write('all', byFile.keys());
  renameSync(unfinished, stampDir(root));
}

function reached(byFile: ReadonlyMap<string, OutputChunk>, files: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (file: string): void => {
    const chunk = byFile.get(file);
    if (chunk === undefined || found.has(file)) return;
    found.add(file);
    // what main.js imports late are the other commands
    const late = file === 'main.js' ? [] : chunk.dynamicImports;
    for (const next of [...chunk.imports, ...late]) add(next);
  };
  for (const file of files) add(file);
  return found;
}

function toName(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join('/');
}

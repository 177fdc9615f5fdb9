/**
 * Where the build of this package is (`dist/`, made by scripts/build.ts), unless it is of another source than the one
 * beside it. A published package has no source beside it, because Node does not strip types under node_modules.
 */
const fs = require('node:fs');
const path = require('node:path');

/** The name of `gate10 <command>` among the programs of the build; `all` = whatever was asked for, every part of it. */
function programOf(command) {
  return /^[a-z][a-z-]{0,19}$/.test(command ?? '') ? `gate10-${command}` : 'all';
}

/**
 * The folder of the built programs; undefined = there is no build, or a source file that this program is made of was
 * touched after it. A program without a list of its own is made of all.
 */
function findBuild(root, program) {
  const build = path.join(root, 'dist/cli');
  if (!fs.existsSync(path.join(root, 'src'))) return build;
  const list = readList(root, program) ?? readList(root, 'all');
  return list?.every((line) => sourceStamp(root, line.slice(line.lastIndexOf(' ') + 1)) === line) ? build : undefined;
}

function readList(root, program) {
  try {
    return fs
      .readFileSync(path.join(stampDir(root), `${program}.txt`), 'utf8')
      .trimEnd()
      .split('\n');
  } catch {
    return undefined;
  }
}

/** Size, time of any change (which no program can set) and name of a source file. */
function sourceStamp(root, name) {
  const stats = fs.statSync(`${root}/${name}`, { throwIfNoEntry: false });
  return stats === undefined ? `missing ${name}` : `${stats.size} ${stats.ctimeMs} ${name}`;
}

/** One list per program. Made anew by the next build; taken away first, so that no build in progress is taken for a whole one. */
function stampDir(root) {
  return path.join(root, 'dist/stamps');
}

/** What V8 compiled of the source is kept beside the installed packages: starting is mostly compiling. */
function compiledCodeDir(root) {
  return path.join(root, 'node_modules/.cache/gate10/compiled');
}

/** For a start from the source: a build keeps more (load-built.js). */
function keepCompiledCode(root) {
  if (mayKeep()) require('node:module').enableCompileCache(compiledCodeDir(root));
}

/** What V8 compiled of a program of the build; undefined = it is not kept. */
function compiledDir(root, program) {
  return mayKeep() ? path.join(root, 'dist/compiled', `${process.version}-${process.arch}`, program) : undefined;
}

/** V8 tells less of what a function ran when it was compiled before. */
function mayKeep() {
  return process.env.NODE_V8_COVERAGE === undefined && process.env.NODE_DISABLE_COMPILE_CACHE === undefined;
}

module.exports = { compiledCodeDir, compiledDir, findBuild, keepCompiledCode, programOf, sourceStamp, stampDir };

/**
 * Where the build of this package is (`dist/`, made by scripts/build.ts), unless it is of another source than the one
 * beside it. A published package has no source beside it, because Node does not strip types under node_modules.
 *
 * Built-ins come by `process.getBuiltinModule`: `import` of one reads every export of it, and so loads half of Node.
 */
const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');

const STAMP = 'dist/stamp.txt';
/** What a build is made of: own source, and the list of installed packages that are bundled with it. */
const SOURCES = ['src', 'node_modules/.package-lock.json'];

/** The folder of the built programs; undefined = there is no build, or the source was touched after it. */
export function findBuild(root) {
  const build = path.join(root, 'dist/cli');
  if (!fs.existsSync(path.join(root, 'src'))) return build;
  try {
    return fs.readFileSync(path.join(root, STAMP), 'utf8') === sourceStamp(root) ? build : undefined;
  } catch {
    return undefined;
  }
}

/** Name, size, time of change and time of any change (which no program can set) of every source file. */
export function sourceStamp(root) {
  const lines = [];
  const add = (name) => {
    const stats = fs.statSync(path.join(root, name), { throwIfNoEntry: false });
    if (stats === undefined) lines.push(`${name} missing`);
    else if (stats.isDirectory())
      for (const child of fs.readdirSync(path.join(root, name)).sort()) add(`${name}/${child}`);
    else lines.push(`${name} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`);
  };
  for (const name of SOURCES) add(name);
  return `${lines.join('\n')}\n`;
}

/** Made anew by the next build; taken away first, so that no build in progress is taken for a whole one. */
export function stampFile(root) {
  return path.join(root, STAMP);
}

/** What V8 compiled is kept beside the installed packages: starting is mostly compiling. */
export function compiledCodeDir(root) {
  const packages = fs.existsSync(path.join(root, 'src')) ? path.join(root, 'node_modules') : path.dirname(root);
  return path.join(packages, '.cache/gate10/compiled');
}

export function keepCompiledCode(root) {
  // V8 tells less of what a function ran when it was compiled before
  if (process.env.NODE_V8_COVERAGE !== undefined) return;
  process.getBuiltinModule('node:module').enableCompileCache(compiledCodeDir(root));
}

/** Starts a program of `src/cli/` that is a process of its own: from the build where it is of this very source. */
const path = require('node:path');
const { compiledDir, findBuild, keepCompiledCode } = require('./built.js');
const { loadBuilt } = require('./load-built.js');

function startProgram(name) {
  const root = path.dirname(__dirname);
  const build = findBuild(root, name);
  if (build !== undefined) {
    loadBuilt(build, `${name}.js`, compiledDir(root, name));
    return;
  }
  keepCompiledCode(root);
  void import(`../src/cli/${name}.ts`);
}

module.exports = { startProgram };

/** The check engine as a program: the child of a test runner (src/cli/engine.ts). */
const path = require('node:path');
const { compiledDir, findBuild, keepCompiledCode } = require('./built.js');
const { loadBuilt } = require('./load-built.js');

const PROGRAM = 'engine';
const root = path.dirname(__dirname);
const build = findBuild(root, PROGRAM);
if (build !== undefined) loadBuilt(build, 'engine.js', compiledDir(root, PROGRAM));
else {
  keepCompiledCode(root);
  void import('../src/cli/engine.ts');
}

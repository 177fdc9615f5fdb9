#!/usr/bin/env node
/** The edge of the command line: everything it takes from the outside world is handed over here. */
const path = require('node:path');
const { compiledDir, findBuild, keepCompiledCode, programOf } = require('./built.js');
const { loadBuilt } = require('./load-built.js');

const { env, stdout, stderr } = process;
for (const stream of [stdout, stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';

/** As in package.json, "engines": it strips types, has node:sqlite, and keeps compiled code. */
const OLDEST_NODE = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  stderr.write(
    `Failed to start gate10: this is Node ${process.versions.node}, and it needs ${OLDEST_NODE.join('.')} or newer. Install that from https://nodejs.org, or add it to the project: npm install --save-dev node@24\n`,
  );
  process.exit(2);
}

// 70 until a command has come to its end: a promise that nobody keeps alive must not end in success.
process.exitCode = 70;
const root = path.dirname(__dirname);
const program = programOf(process.argv[2]);
const build = findBuild(root, program);

async function loadCli() {
  if (build === undefined) {
    keepCompiledCode(root);
    return import('../src/cli/main.ts');
  }
  return loadBuilt(build, 'main.js', compiledDir(root, program));
}

async function main() {
  const { runCli } = await loadCli();
  await runCli(process.argv.slice(2), {
    cwd: process.cwd(),
    env,
    now: () => new Date(),
    stdout: (text) => stdout.write(text),
    stderr: (text) => stderr.write(text),
    colour: env.NO_COLOR ? false : forced || stdout.isTTY === true,
    columns: stdout.columns ?? 80,
    setExitCode: (code) => {
      process.exitCode = code;
    },
  });
}

/** When everything that was said is with the reader: V8 would first finish what it compiles for a run that is over. */
async function leave() {
  for (const stream of [stdout, stderr]) await new Promise((resolve) => stream.write('', resolve));
  process.exit();
}

void main()
  .catch((error) => {
    stderr.write(`gate10 could not be loaded: ${error instanceof Error ? error.message : error}\nInstall it again.\n`);
  })
  .then(leave);

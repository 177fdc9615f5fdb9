// Installs the dependencies from the lockfile when what is installed is something else.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { runTool } from './run-tool.mjs';
import { SetupError, say } from './say.mjs';

const INSTALL_TIMEOUT_MS = 15 * 60_000;
const NODE_TIMEOUT_MS = 5 * 60_000;

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** @param {string} file @param {unknown} value */
export function writeJson(file, value) {
  const fresh = `${file}.${process.pid}.tmp`;
  writeFileSync(fresh, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(fresh, file);
}

/**
 * Whether npm's own note of what it installed agrees with the lockfile. npm writes the note last, so a broken-off install has none.
 * @param {string} root
 */
function isInstalledAsLocked(root) {
  const wanted = readJson(path.join(root, 'package-lock.json'))?.packages;
  const installed = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !installed) return false;
  const isSame = (/** @type {string} */ name) =>
    wanted[name]?.version === installed[name]?.version && wanted[name]?.integrity === installed[name]?.integrity;
  const isComplete = Object.keys(wanted).every(
    (name) => name === '' || name in installed || wanted[name].optional === true,
  );
  return isComplete && Object.keys(installed).every(isSame);
}

/** The project's Node: the binary that the devDependency `node` brings. @param {string} root */
function nodeBinary(root) {
  return path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** @param {string} root */
function wantedNodeVersion(root) {
  const version = readJson(path.join(root, 'package-lock.json'))?.packages?.['node_modules/node']?.version;
  return typeof version === 'string' ? version : null;
}

/** @param {string} root @param {string} wanted */
function isNodeReady(root, wanted) {
  if (!existsSync(nodeBinary(root))) return false;
  return runTool(nodeBinary(root), ['--version'], { root, timeoutMs: 20_000, quiet: true }).stdout === `v${wanted}`;
}

/**
 * Makes sure of the project's own Node. Its binary comes by an install script, which a machine may forbid.
 * @param {string} root
 */
function ensureNode(root) {
  const wanted = wantedNodeVersion(root);
  if (wanted === null || isNodeReady(root, wanted)) return;
  say(`Node ${wanted} is not in node_modules yet (its install script did not run): npm rebuild node`);
  runTool('npm', ['rebuild', 'node'], { root, timeoutMs: NODE_TIMEOUT_MS });
  if (isNodeReady(root, wanted)) return;
  const installer = path.join(root, 'node_modules', 'node', 'installArchSpecificPackage.js');
  if (existsSync(installer))
    runTool(process.execPath, [installer], { root, cwd: path.dirname(installer), timeoutMs: NODE_TIMEOUT_MS });
  if (isNodeReady(root, wanted)) return;
  throw new SetupError(
    `Node ${wanted} could not be put into node_modules. Run "npm rebuild node" and read what it says, or allow the install script of the package "node".`,
  );
}

/**
 * What the stamp has to say for this lockfile on this platform.
 * @param {string} root
 */
function stampFor(root) {
  const lockfile = path.join(root, 'package-lock.json');
  if (!existsSync(lockfile)) {
    throw new SetupError(`There is no package-lock.json in ${root}. Run set-up in a checkout of the project.`);
  }
  const lock = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
  return { lock, platform: `${process.platform}-${process.arch}` };
}

/** @param {string} root */
function stampFile(root) {
  return path.join(root, 'node_modules', '.gate10-setup.json');
}

/**
 * Whether the stamp in node_modules fits the lockfile and this platform. Quick: nothing is started.
 * @param {string} root
 */
export function areDependenciesReady(root) {
  const wanted = stampFor(root);
  const stamp = readJson(stampFile(root));
  const isStamped = stamp?.lock === wanted.lock && stamp.platform === wanted.platform;
  return isStamped && (wantedNodeVersion(root) === null || existsSync(nodeBinary(root)));
}

/**
 * Installs what the lockfile says, unless it is there. What "npm ci" of the user left is taken as it is.
 * @param {string} root
 * @param {{ offline: boolean }} options
 */
export function ensureDependencies(root, { offline }) {
  if (areDependenciesReady(root)) return;
  const wanted = stampFor(root);
  const stamp = readJson(stampFile(root));
  const isOtherPlatform = stamp !== null && stamp.platform !== wanted.platform;
  if (isOtherPlatform || !isInstalledAsLocked(root)) {
    say('node_modules does not match package-lock.json: npm ci (a minute or two)');
    const args = ['ci', '--no-audit', '--no-fund', ...(offline ? ['--offline'] : [])];
    const { ok, trouble } = runTool('npm', args, { root, timeoutMs: INSTALL_TIMEOUT_MS });
    if (!ok) {
      throw new SetupError(
        `"npm ci" failed (${trouble}). Its own message stands above; most often the registry is out of reach. Mend that and run this again.`,
      );
    }
  }
  ensureNode(root);
  writeJson(stampFile(root), wanted);
}

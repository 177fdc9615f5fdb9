/**
 * Loads the build with what V8 compiled in an earlier run of the same command. Node's compile cache keeps what was
 * compiled while a file was loaded; most functions are compiled when they are first called, which is a sixth of a short run
 * (decisions/0025).
 */
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];
const DIGEST_BYTES = 32;
/** Of these a command came to its end; what broke off early has compiled too little to be worth keeping. */
const ENDED = [0, 1, 3];

/**
 * What the file `name` of `build` exports. `kept` is the folder of what was compiled, of one command and one release of
 * Node. It lies inside the package, as the program does: who can write the one can write the other.
 */
function loadBuilt(build, name, kept) {
  const loaded = new Map();
  const compiled = [];
  const load = (file) => {
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(file, module);
    const requireFrom = (id) => {
      if (!id.startsWith('./')) return require(id);
      return id.endsWith('.js') ? load(path.join(build, id)) : require(path.join(build, id));
    };
    compile(file).runInThisContext()(module.exports, requireFrom, module, file, build);
    return module.exports;
  };
  const compile = (filename) => {
    const source = fs.readFileSync(filename);
    const keptFile = kept && path.join(kept, `${path.basename(filename)}.compiled`);
    const cachedData = keptFile && readKept(keptFile, source);
    const script = new vm.Script(`(function (${PARAMETERS.join(', ')}) { ${source}\n})`, {
      filename,
      cachedData,
    });
    // refused by V8: of another release, or compiled under other flags
    if (keptFile && script.cachedDataRejected !== false) compiled.push({ script, source, keptFile });
    return script;
  };
  process.once('exit', (code) => {
    if (ENDED.includes(code)) for (const one of compiled) keep(one);
  });
  return load(path.join(build, name));
}

/** V8 takes what it is given for whole, and as that of the source: both are proven here. */
function readKept(file, source) {
  try {
    const bytes = fs.readFileSync(file);
    const data = bytes.subarray(DIGEST_BYTES);
    return bytes.subarray(0, DIGEST_BYTES).equals(digest(source, data)) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Where it cannot be kept, the next start takes longer, and that is all. */
function keep({ script, source, keptFile }) {
  const own = `${keptFile}.${process.pid}`;
  try {
    const data = script.createCachedData();
    fs.mkdirSync(path.dirname(keptFile), { recursive: true });
    fs.writeFileSync(own, Buffer.concat([digest(source, data), data]), { mode: 0o600 });
    fs.renameSync(own, keptFile);
  } catch {
    removeQuietly(own);
  }
}

function removeQuietly(file) {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // there is no such place
  }
}

function digest(source, data) {
  return crypto.createHash('sha256').update(source).update(data).digest();
}

module.exports = { loadBuilt };

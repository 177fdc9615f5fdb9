/**
 * `node scripts/build.ts`: the command line and the check engine as a few plain JavaScript files in `dist/cli/`, with what
 * they need bundled in. A start from them costs a third of one from the source: few files to find, nothing to translate.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { sourceStamp, stampFile } from '../bin/built.js';
import { sha256Hex } from '../src/contract/canonical.ts';
import { loadDefaults } from '../src/contract/defaults.ts';

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'dist/cli');
const BUILT_IN = /^(?:node:.+|process|buffer|util|fs|path)$/;
/** Needed for API contracts only: the schema compiler. */
const LATE = /node_modules\/(?:ajv|ajv-formats|fast-uri|fast-deep-equal|json-schema-traverse)\//;

/** Programs run when they are loaded, so they stay files of their own. */
const PROGRAMS = ['src/cli/main.ts', 'src/cli/engine.ts'];

/** What every run loads, some of it by `import()` for the order in which it starts: with all that these import, one file. */
const ALWAYS = [
  ...PROGRAMS,
  ...['src/cli/check.ts', 'src/cli/run-check.ts', 'src/cli/prepare-run.ts', 'src/page/check-lines.ts'],
  ...['src/contract/load-system.ts', 'src/probe/tools.ts', 'src/probe/engine.ts', 'src/probe/clock.ts'],
  ...['src/ledger/open-ledger.ts', 'src/record/seal.ts', 'src/record/close-interrupted.ts'],
  ...['src/record/proven-before.ts', 'src/run/announce-run.ts'],
];
const core = new Set<string>();

/** Finds what belongs to the one file; the rest is loaded by those who need it. */
const coreModules: Plugin = {
  name: 'core-modules',
  buildEnd() {
    const add = (id: string): void => {
      const info = core.has(id) ? null : this.getModuleInfo(id);
      if (info === null) return;
      core.add(id);
      for (const imported of info.importedIds) add(imported);
    };
    for (const file of ALWAYS) add(path.join(root, file));
    for (const file of PROGRAMS) core.delete(path.join(root, file));
  },
};

/** `import` of a built-in module reads all of its exports, and some of them load half of Node (`http.WebSocket`). */
const builtIns: Plugin = {
  name: 'built-ins',
  resolveId: {
    filter: { id: BUILT_IN },
    handler: (id) => ({ id: `\0builtin:${id.replace(/^node:/, '')}`, moduleSideEffects: false }),
  },
  load: {
    filter: { id: /^\0builtin:/ },
    handler: (id) => ({ code: builtInCode(id.slice('\0builtin:'.length)), moduleType: 'js' }),
  },
};

/** Each of these loads a good part of Node; a run often needs none of them. */
const HEAVY = ['child_process', 'dns/promises', 'https', 'sqlite', 'tls', 'vm', 'zlib'];

function builtInCode(name: string): string {
  if (name === 'process') return 'module.exports = globalThis.process;';
  const load = `process.getBuiltinModule("node:${name}")`;
  if (!HEAVY.includes(name)) return `module.exports = ${load};`;
  const keys = JSON.stringify(Object.keys(process.getBuiltinModule(`node:${name}`) ?? {}));
  return `for (const key of ${keys}) Object.defineProperty(exports, key, { enumerable: true, get: () => ${load}[key] });`;
}

/** The defaults as they are now, read ahead; the program takes them where the file is still the same, byte for byte. */
const defaultsAhead: Plugin = {
  name: 'defaults-ahead',
  load: {
    filter: { id: /\/src\/contract\/defaults-ahead\.ts$/ },
    handler() {
      const { values, commands, bytes } = loadDefaults();
      const ahead = { sha256: sha256Hex(bytes), values, commands };
      return { code: `export const DEFAULTS_AHEAD = ${JSON.stringify(ahead)};`, moduleType: 'js' };
    },
  },
};

/**
 * The schema compiler takes longer to load than a small contract to check, and few need it: its file is read when the
 * first schema is compiled. Node ≥ 22.12 can `require` it, so nothing that waits for it has to be asynchronous.
 */
const lateChunk: Plugin = {
  name: 'late-chunk',
  renderChunk(code) {
    const [statement, names] = /^import \{ (.+) \} from "\.\/late\.js";$/m.exec(code) ?? [];
    if (statement === undefined || names === undefined) return null;
    const loaders = names.split(', ').map((name) => {
      const [exported = '', local = exported] = name.split(' as ');
      return `const ${local} = () => loadLate().${exported}();`;
    });
    const load = `const loadLate = () => process.getBuiltinModule("node:module").createRequire(import.meta.url)("./late.js");`;
    const onDemand = 'const onDemand = (load) => new Proxy({}, { get: (_, name) => load()[name] });';
    const locals = names.split(', ').map((name) => name.split(' as ').at(-1)?.replaceAll('$', '\\$'));
    const eager = new RegExp(
      `^var (\\S+) = (?:\\/\\* @__PURE__ \\*\\/ )?((?:__toESM\\()?(?:${locals.join('|')})\\(\\).*);$`,
      'gm',
    );
    return code
      .replace(statement, () => [load, onDemand, ...loaders].join('\n'))
      .replace(eager, 'var $1 = onDemand(() => $2);');
  },
};

// Taken before the build: what changes while it runs makes it stale.
const stamp = sourceStamp(root);
rmSync(stampFile(root), { force: true });
rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: { main: 'src/cli/main.ts', engine: 'src/cli/engine.ts', 'contract-worker': 'src/cli/contract-worker.ts' },
  platform: 'node',
  // the project's own, where a contract names a database, its API contracts are linted, or its files searched; imported late
  external: [/^pg(?:-native)?$/, /^@stoplight\//, /^@secretlint\//, /^(?:openapi-typescript|typescript)$/],
  plugins: [builtIns, defaultsAhead, coreModules, lateChunk],
  // some of the core is imported late for the order in which it starts
  checks: { ineffectiveDynamicImport: false },
});
const { output } = await bundle.write({
  dir: out,
  format: 'esm',
  comments: false,
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
  codeSplitting: {
    groups: [
      { name: 'built-ins', test: /\0builtin:|rolldown:runtime/, priority: 3 },
      { name: 'late', test: LATE, priority: 2 },
      { name: 'core', test: (id) => core.has(id), priority: 1 },
    ],
  },
});
await bundle.close();
mkdirSync(path.dirname(stampFile(root)), { recursive: true });
writeFileSync(stampFile(root), stamp);
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const bytes = output.reduce((sum, file) => sum + (file.type === 'chunk' ? file.code.length : 0), 0);
process.stdout.write(`dist/cli: gate10 ${version}, ${output.length} files, ${Math.round(bytes / 1000)} kB\n`);

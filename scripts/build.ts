/**
 * `node scripts/build.ts`: the command line and the check engine as a few plain JavaScript files in `dist/cli/`, with what
 * they need bundled in. A start from them costs a third of one from the source: few files to find, nothing to translate.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { stampDir } from '../bin/built.js';
import { sha256Hex } from '../src/contract/canonical.ts';
import { loadDefaults } from '../src/contract/defaults.ts';
import { takeStamps, writeStamps } from './build-stamps.ts';

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'dist/cli');
const BUILT_IN = /^(?:node:.+|process|buffer|util|fs|path)$/;
/** Needed by some: the schema compiler for API contracts, the parser for YAML that is no JSON. A file of their own each. */
const LATE = {
  ajv: /node_modules\/(?:ajv|ajv-formats|fast-uri|fast-deep-equal|json-schema-traverse)\//,
  yaml: /node_modules\/yaml\//,
};

/** Processes of their own, which bin/start-program.js starts. */
const STARTED = ['engine', 'contract-worker'];

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
/** The modules of the commands: `main.ts` imports each when it is asked for. */
const commands: string[] = [];

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
    commands.push(...(this.getModuleInfo(path.join(root, 'src/cli/main.ts'))?.dynamicallyImportedIds ?? []));
  },
};

const names = Object.keys(LATE).join('|');

/** Loaded before any program starts. */
const AT_HAND = ['buffer', 'events', 'fs', 'path', 'process', 'url', 'util'];

/**
 * What a run may not need is loaded when it is used: most built-in modules (each of them loads a good part of Node), and
 * the compiler and the parser above, which take longer to load than a small contract to check.
 */
const onDemand: Plugin = {
  name: 'on-demand',
  renderChunk(code) {
    const proxy =
      'const onDemand = (load) => { let module; return new Proxy({}, { get: (_, name) => { module ??= load(); return name === "default" ? (module.default ?? module) : module[name]; } }); };';
    const builtIn = /^let (\w+) = require\("node:([\w/]+)"\);\n(?:\1 = .*__toESM\(\1, 1\);\n)?/gm;
    const late = new RegExp(`^const (require_(?:${names})) = (require\\("\\./\\w+\\.js"\\));$`, 'gm');
    const eager = new RegExp(`^var ([\\w$]+) = (.*\\brequire_(?:${names})\\..*);$`, 'gm');
    const changed = code
      .replace(builtIn, (all, local: string, name: string) =>
        AT_HAND.includes(name) ? all : `const ${local} = onDemand(() => require("node:${name}"));\n`,
      )
      .replace(late, 'const $1 = onDemand(() => $2);')
      .replace(eager, 'var $1 = onDemand(() => $2);');
    return changed === code ? null : `${proxy}\n${changed}`;
  },
};

/** Packages are imported by a file that Node loads itself: what it keeps compiled (bin/load-built.js) cannot import. */
const IMPORTER = 'import-package.cjs';

function importByFile(code: string): string {
  return code.replace(/\bimport\(("[^"]+")\)/g, `require("./${IMPORTER}").importPackage($1)`);
}

/** Text of one byte a character is half as long to read and to keep. */
function toAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
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

// Taken before the build: what changes while it runs makes it stale.
const stamps = takeStamps(root);
rmSync(stampDir(root), { recursive: true, force: true });
rmSync(path.join(root, 'dist'), { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(['main', ...STARTED].map((name) => [name, `src/cli/${name}.ts`])),
  platform: 'node',
  // the project's own, where a contract names a database, its API contracts are linted, or its files searched; imported late
  external: [BUILT_IN, /^pg(?:-native)?$/, /^@stoplight\//, /^@secretlint\//, /^(?:openapi-typescript|typescript)$/],
  plugins: [defaultsAhead, coreModules, onDemand],
  // some of the core is imported late for the order in which it starts
  checks: { ineffectiveDynamicImport: false },
});
const { output } = await bundle.write({
  dir: out,
  format: 'cjs',
  comments: false,
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
  codeSplitting: {
    groups: [
      ...Object.entries(LATE).map(([name, test]) => ({ name, test, priority: 2 })),
      { name: 'core', test: (id) => core.has(id), priority: 1 },
    ],
  },
});
await bundle.close();
for (const file of output) {
  if (file.type === 'chunk') writeFileSync(path.join(out, file.fileName), toAscii(importByFile(file.code)));
}
writeFileSync(path.join(out, 'package.json'), '{ "type": "commonjs" }\n');
writeFileSync(path.join(out, IMPORTER), 'exports.importPackage = (id) => import(id);\n');
writeStamps({ root, stamps, commands, programs: STARTED, chunks: output.filter((file) => file.type === 'chunk') });
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const bytes = output.reduce((sum, file) => sum + (file.type === 'chunk' ? file.code.length : 0), 0);
process.stdout.write(`dist/cli: gate10 ${version}, ${output.length} files, ${Math.round(bytes / 1000)} kB\n`);

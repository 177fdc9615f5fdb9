/** The check engine: the child of a test runner (src/cli/engine.ts). */
require('./start-program.js').startProgram('engine');

/** Works on one document and can be stopped: the child of a command (src/cli/contract-worker.ts). */
require('./start-program.js').startProgram('contract-worker');

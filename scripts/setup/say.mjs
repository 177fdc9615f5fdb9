// What set-up says, and how it ends. Everything goes to stderr: stdout belongs to the command that follows.

/** A state in which the work cannot go on; the message says what to do. */
export class SetupError extends Error {}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

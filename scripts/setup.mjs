#!/usr/bin/env node
// Makes a checkout ready to run: Node, dependencies, browser. On Node built-ins alone, for it runs before anything is installed.
// Idempotent; under a second when nothing is to be done. Usage: node scripts/setup.mjs [--offline]
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ensureBrowser } from './setup/browser.mjs';
import { areDependenciesReady, ensureDependencies } from './setup/dependencies.mjs';
import { withLock } from './setup/lock.mjs';
import { SetupError, say } from './setup/say.mjs';

const OLDEST_NODE = 20;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

function checkNode() {
  const major = Number.parseInt(process.versions.node, 10);
  if (major >= OLDEST_NODE) return;
  throw new SetupError(
    `Node ${process.versions.node} is too old: set-up needs Node ${OLDEST_NODE} or newer. Install it from https://nodejs.org and run this again.`,
  );
}

function main() {
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--offline');
  if (unknown.length > 0) throw new SetupError(`Unknown argument ${unknown.join(' ')}. The only one is --offline.`);
  const options = { offline: process.argv.includes('--offline') };
  checkNode();
  if (!areDependenciesReady(root)) {
    withLock(path.join(root, '.gate10', 'setup.lock'), () => ensureDependencies(root, options));
  }
  ensureBrowser({ root, env: process.env, platform: process.platform }, options);
}

try {
  main();
} catch (error) {
  // A wrong GATE10_BROWSER is said by the look-up itself, in words that need no stack.
  const isKnown = error instanceof SetupError || (error instanceof Error && error.message.startsWith('GATE10_BROWSER'));
  say(isKnown ? error.message : `unexpected: ${error instanceof Error ? error.stack : error}`);
  process.exitCode = 1;
}

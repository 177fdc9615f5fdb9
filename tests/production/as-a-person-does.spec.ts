/**
 * The journeys that are part of every production run: those tagged @smoke. Their files lie beside the contract; each is
 * loaded here, unless the journeys are a project of this run. The name of this file puts it first: while the check engine
 * observes the wire, the worker would wait.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { contractsDir } from '../../src/cli/context.ts';
import { journeysFolder } from '../../src/cli/journeys-folder.ts';

const folder = journeysFolder(contractsDir({ cwd: process.cwd(), env: process.env }));
if (process.env['GATE10_SMOKE'] !== 'elsewhere' && existsSync(folder)) {
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.spec.ts')) await import(pathToFileURL(path.join(folder, name)).href);
  }
}

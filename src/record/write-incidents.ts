/** Writes the incidents' documents into `incidents/` of the state folder. */
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { OwnFaultError } from '../errors.ts';
import { createDurably, ensureFolder, writeDurably } from '../ledger/durable-file.ts';
import { ownFault } from '../ledger/own-fault.ts';
import type { IncidentCase } from './incident/incident-case.ts';
import { toIncidentDocument, updateIncidentDocument } from './incident-document.ts';

/**
 * A new incident gets a new file; a known one its facts brought up to date. Those that were only told have their documents
 * where they were told. Returns the paths, relative to the state folder.
 */
export function writeIncidents(stateDir: string, all: readonly IncidentCase[]): string[] {
  const cases = all.filter(({ incident }) => incident.knownBy !== 'told');
  if (cases.length === 0) return [];
  const folder = path.join(stateDir, 'incidents');
  if (existsSync(folder) && !lstatSync(folder).isDirectory()) {
    throw new OwnFaultError(`Failed to write to ${folder}: it is not a folder. Move it away and run again.`);
  }
  ensureFolder(folder);
  return cases.map((each) => {
    const name = `${each.incident.id}.md`;
    writeIncident(path.join(folder, name), each);
    return path.join('incidents', name);
  });
}

function writeIncident(file: string, each: IncidentCase): void {
  if (createDurably(file, toIncidentDocument(each))) return;
  const document = readDocument(file);
  const updated = updateIncidentDocument(document, each);
  if (updated !== undefined && updated !== document) writeDurably(file, updated);
}

function readDocument(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw ownFault(`read ${file}`, cause);
  }
}

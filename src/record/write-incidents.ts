/** Writes the incidents' documents into `incidents/` of the state folder. */
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { OwnFaultError } from '../errors.ts';
import { createDurably, ensureFolder, writeDurably } from '../ledger/durable-file.ts';
import { ownFault } from '../ledger/own-fault.ts';
import { toIncidentDocument, updateIncidentDocument } from './incident-document.ts';
import type { Incident } from './schema.ts';

/**
 * A new incident gets a new file; a known one its facts brought up to date. Those that were only told have their documents
 * where they were told. Returns the paths, relative to the state folder.
 */
export function writeIncidents(stateDir: string, all: readonly Incident[]): string[] {
  const incidents = all.filter(({ knownBy }) => knownBy !== 'told');
  if (incidents.length === 0) return [];
  const folder = path.join(stateDir, 'incidents');
  if (existsSync(folder) && !lstatSync(folder).isDirectory()) {
    throw new OwnFaultError(`Failed to write to ${folder}: it is not a folder. Move it away and run again.`);
  }
  ensureFolder(folder);
  return incidents.map((incident) => {
    const name = `${incident.id}.md`;
    writeIncident(path.join(folder, name), incident);
    return path.join('incidents', name);
  });
}

function writeIncident(file: string, incident: Incident): void {
  if (createDurably(file, toIncidentDocument(incident))) return;
  const document = readDocument(file);
  const updated = updateIncidentDocument(document, incident);
  if (updated !== undefined && updated !== document) writeDurably(file, updated);
}

function readDocument(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw ownFault(`read ${file}`, cause);
  }
}

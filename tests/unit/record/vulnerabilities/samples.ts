/** What scanners wrote, as files, and changed copies of it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { loadPolicy } from '../../../../src/contract/load-policy.ts';
import { type ReadReport, readReport } from '../../../../src/record/vulnerabilities/read-report.ts';

const folder = path.join(import.meta.dirname, 'samples');
/** The policy of somebody who wrote none. */
export const defaultPolicy = loadPolicy(path.join(folder, 'none'));

export function samplePath(name: string): string {
  return path.join(folder, name);
}

export function sampleText(name: string): string {
  return readFileSync(samplePath(name), 'utf8');
}

export function readSample(name: string): ReadReport {
  return readReport(samplePath(name), name, defaultPolicy.vulnerabilities);
}

export function readText(text: string): ReadReport {
  const dir = mkdtempSync(path.join(tmpdir(), 'gate10-report-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = path.join(dir, 'report.json');
  writeFileSync(file, text);
  return readReport(file, 'report.json', defaultPolicy.vulnerabilities);
}

/** A sample with some values replaced: `results.0.source` → value; `undefined` takes it away. */
export function readChanged(name: string, changes: Readonly<Record<string, unknown>>): ReadReport {
  const document = JSON.parse(sampleText(name));
  for (const [at, value] of Object.entries(changes)) {
    const keys = at.split('/');
    const last = keys.pop() ?? '';
    const parent = keys.reduce((node, key) => node[key], document);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return readText(JSON.stringify(document, null, 2));
}

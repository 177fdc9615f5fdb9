/** A contracts folder in a temporary place, and a small contract that is right. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadSystem } from '../../../src/contract/load-system.ts';
import type { ResolvedSystem } from '../../../src/contract/schema.ts';
import { InputError } from '../../../src/errors.ts';

export const SMALL_CONTRACT = `schema: gate10/system/v1
system: shop
frontDoor: app
services:
  app: { kind: frontend }
  api: { kind: backend }
identity: { service: api, path: /version, commit: /sha }
promises:
  - id: answers
    layer: endpoints
    title: The shop answers
    at: app
    steps:
      - request: { path: / }
        expect: { status: 200 }
layers:
  endpoints: declared
environments:
  live:
    services:
      app: { url: "https://shop.example" }
      api: { url: "https://api.shop.example" }
`;

export type Env = Readonly<Record<string, string | undefined>>;

/** Writes `text` as contracts/system.yaml, loads it, removes the folder again. */
export function load(
  text: string | Uint8Array | undefined,
  env: Env = {},
  environment = 'live',
  files: Readonly<Record<string, string>> = {},
): ResolvedSystem {
  const root = mkdtempSync(path.join(tmpdir(), 'gate10-contract-'));
  const contractsDir = path.join(root, 'contracts');
  mkdirSync(contractsDir);
  try {
    if (text !== undefined) writeFileSync(path.join(contractsDir, 'system.yaml'), text);
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(contractsDir, name), content);
    return loadSystem({ contractsDir, environment, env });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The error that loading ends with; throws where it loads, or fails in any other way. */
export function loadError(...args: Parameters<typeof load>): InputError {
  try {
    load(...args);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('The contract was accepted.');
}

/** A contract of one test, made by the real loader from text. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadSystem } from '../../../src/contract/load-system.ts';
import { createRedactor } from '../../../src/contract/redact.ts';
import type { ResolvedSystem } from '../../../src/contract/schema.ts';
import type { ProbeContext } from '../../../src/probe/context.ts';
import { createClient } from '../../../src/probe/http/request.ts';
import { createJournal, type JournalPlace } from '../../../src/probe/journal/journal.ts';
import { toJournalKey } from '../../../src/probe/journal/journal-seal.ts';
import { testClock } from './test-clock.ts';

/** A journal of this process, under a key that tests know. */
export function testPlace(folder: string): JournalPlace {
  const owner = { host: 'test', pid: process.pid, startedAt: '' };
  return { folder, key: toJournalKey('the key of this test'), owner, now: () => new Date() };
}

export interface TestSystem {
  readonly system: ResolvedSystem;
  readonly context: ProbeContext;
  readonly dir: string;
  close(): void;
}

export interface TestSystemInput {
  readonly app: string;
  readonly api: string;
  readonly replicas?: readonly string[];
  /** YAML of the top level, appended as it is. */
  readonly yaml?: string;
  /** Of the environment, in YAML. */
  readonly deadlines?: string;
  /** Lines under the environment, indented by four spaces. */
  readonly environment?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** OpenAPI file of the service "api". */
  readonly openapi?: string;
}

export function testSystem(input: TestSystemInput): TestSystem {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-system-'));
  for (const [name, text] of Object.entries(input.files ?? {})) writeFileSync(path.join(dir, name), text);
  const openapi = input.openapi === undefined ? '' : `, openapi: ${input.openapi}`;
  const replicas = input.replicas === undefined ? '' : `, replicas: ${JSON.stringify(input.replicas)}`;
  const text = `schema: gate10/system/v1
system: sample
frontDoor: app
services:
  app: { kind: frontend }
  api: { kind: backend${openapi} }
identity: { service: api, path: /version, commit: /git_sha }
${input.yaml ?? ''}
${input.yaml?.includes('layers:') ? '' : 'layers: {}'}
environments:
  test:
    services:
      app: { url: "${input.app}" }
      api: { url: "${input.api}"${replicas} }
    deadlines: ${input.deadlines ?? '{ connect: 500ms, headers: 800ms, total: 1s }'}
${input.environment ?? ''}
`;
  writeFileSync(path.join(dir, 'system.yaml'), text);
  const system = loadSystem({ contractsDir: dir, environment: 'test', env: input.env ?? {} });
  const clock = testClock();
  const client = createClient({
    resolve: async () => ['127.0.0.1'],
    clock,
    concurrency: 8,
    deadlines: system.environment.deadlines,
    nonce: 'n0nce',
  });
  const context = {
    system,
    client,
    clock,
    run: { id: 'run-1', nonce: 'n0nce' },
    redact: createRedactor(system.secrets),
    journal: createJournal(testPlace(path.join(dir, 'journal'))),
  };
  return {
    system,
    context,
    dir,
    close: () => {
      client.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

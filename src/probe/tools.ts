/** The instruments of one run, made for one environment: client, resolver, git. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createRedactor, type Redactor } from '../contract/redact.ts';
import type { ResolvedSystem } from '../contract/schema.ts';
import type { Clock } from './clock.ts';
import { createGit, type Git } from './code/git.ts';
import { type Client, createClient } from './http/request.ts';
import { createResolver, type HostResolver } from './http/resolver.ts';
import { runProcess } from './run-process.ts';

export interface Tools {
  readonly client: Client;
  readonly resolver: HostResolver;
  readonly git: Git;
  /** PEM text of the declared CA. */
  readonly ca: string | undefined;
  readonly redact: Redactor;
}

export interface ToolsInput {
  readonly clock: Clock;
  /** Unpredictable and URL-safe; marks the requests of this run. */
  readonly nonce: string;
  /** Where programs are looked for: PATH of the process. */
  readonly path: string | undefined;
}

export function createTools(system: ResolvedSystem, input: ToolsInput): Tools {
  const { environment } = system;
  const resolver = createResolver(system, input.clock);
  const ca =
    environment.tls.ca === undefined
      ? undefined
      : readFileSync(path.resolve(system.contractsDir, environment.tls.ca), 'utf8');
  const client = createClient({
    resolve: resolver.resolve,
    clock: input.clock,
    ca,
    concurrency: environment.concurrency,
    deadlines: environment.deadlines,
    pace: environment.pace,
    nonce: input.nonce,
  });
  return { client, resolver, git: openGit(system, input.path), ca, redact: createRedactor(system.secrets) };
}

/** The repository of the deployed code; a relative path is meant from the folder that holds the contracts folder. */
export function openGit(system: ResolvedSystem, programPath: string | undefined): Git {
  const repository = system.environment.repository ?? system.contract.code.repository;
  return createGit(path.resolve(path.dirname(system.contractsDir), repository), runProcess, { path: programPath });
}

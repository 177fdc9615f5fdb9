/** Accounts on a system that this project did not write: made by its promise, kept apart, and removed again. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demandsASession, keepsUsersApart } from './checks/access.ts';
import { takesValidInput } from './checks/input.ts';
import { type OpenTarget, openTarget } from './open-target.ts';
import { createWiki, OPENAPI, toSystem, type Wiki } from './small-wiki.ts';
import { type ApiCheck, runCheck, type Subject, showFindings } from './subject.ts';

let wiki: Wiki;
let server: Server;
let folder: string;
beforeEach(async () => {
  wiki = createWiki();
  server = createServer(wiki.listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = mkdtempSync(path.join(os.tmpdir(), 'gate10-wiki-'));
  writeFileSync(path.join(folder, 'openapi.yaml'), OPENAPI);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

async function open(integration = ''): Promise<OpenTarget> {
  writeFileSync(path.join(folder, 'system.yaml'), toSystem(integration));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return openTarget({ GATE10_TARGET: 'test', GATE10_CONTRACTS: folder, GATE10_STATE_DIR: folder, API: url });
}

function subjectOf(target: OpenTarget, key: string): Subject {
  const document = target.documents.get('api');
  const operation = document?.operations.find((one) => one.key === key);
  if (document === undefined || operation === undefined) throw new Error(`There is no ${key}.`);
  return { target, service: 'api', document, operation, seed: 1 };
}

async function findingsOf(target: OpenTarget, check: ApiCheck, key: string): Promise<string> {
  const subject = subjectOf(target, key);
  expect(check.applies(subject)).toBe(true);
  return showFindings(await runCheck(check, subject));
}

const left = (): string[] => readdirSync(path.join(folder, 'journal')).filter((name) => name.endsWith('.json'));

describe('what an account has made', () => {
  const page = 'GET /pages/{id}';

  test('is its own, and nobody else is told that it is there', async () => {
    const target = await open();
    for (const check of [takesValidInput, demandsASession, keepsUsersApart]) {
      expect(await findingsOf(target, check, page)).toBe('');
    }
    expect(await target.stop()).toEqual([]);
  });

  test('that others are given is found', async () => {
    wiki.isOpen = true;
    const target = await open();
    expect(await findingsOf(target, keepsUsersApart, page)).toContain(
      `${page} lets one account have what another has made: it answers 200.`,
    );
    await target.stop();
  });

  test("is nobody else's affair to ask for where the contract says that all share it", async () => {
    const target = await open(', shared: ["GET /pages/{id}"]');
    expect(keepsUsersApart.applies(subjectOf(target, page))).toBe(false);
    await target.stop();
  });
});

describe('the accounts of the tests', () => {
  test('are in the journal while they are there, and are removed in the end', async () => {
    const target = await open();
    await target.sessions?.current();
    await target.sessions?.other();
    expect([wiki.users.size, left().length]).toEqual([2, 2]);
    expect(await target.stop()).toEqual([]);
    expect([wiki.users.size, left().length]).toEqual([0, 0]);
  });

  test('that cannot be removed are told, and stay in the journal', async () => {
    const target = await open();
    await target.sessions?.current();
    wiki.isStuck = true;
    expect(await target.stop()).toEqual([expect.stringContaining('What the check wrote could not be removed.')]);
    expect([wiki.users.size, left().length]).toEqual([1, 1]);
  });

  test('that cannot be made are a finding of what needs one', async () => {
    const target = await open();
    server.removeAllListeners('request');
    server.on('request', (_, response) => response.writeHead(500).end());
    expect(await findingsOf(target, takesValidInput, 'POST /pages')).toContain('there is no session');
    await target.stop();
  });
});

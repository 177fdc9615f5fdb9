/** The browser of a run: it goes where the declared resolvers point, and trusts the declared CA, nothing else besides. */
import path from 'node:path';
import type { Browser, BrowserType } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { openBrowser } from '../../src/probe/browser/open-browser.ts';
import type { Observatory } from './fixture.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Throws where it does not start, or cannot see the environment as its users do. */
export async function launchBrowser(type: BrowserType, observatory: Observatory): Promise<Browser> {
  return type.name() === 'chromium' ? launchChromium(type, observatory) : launchOther(type, observatory);
}

async function launchChromium(type: BrowserType, { system, resolver, ca }: Observatory): Promise<Browser> {
  const names = [...new Set(Object.values(system.environment.services).map(({ url }) => new URL(url).hostname))];
  const hosts: Record<string, readonly string[]> = {};
  for (const name of names) hosts[name] = await resolver.resolve(name).catch(() => []);
  const { executablePath } = findBrowser({ root, env: process.env, platform: process.platform });
  const { launchOptions } = openBrowser({
    machine: { platform: process.platform, uid: process.getuid?.() ?? null, env: process.env },
    stateDir: process.env['GATE10_STATE_DIR'] ?? '.gate10',
    hosts,
    ...(ca !== undefined && { caPem: ca }),
    executablePath,
  });
  return type.launch(launchOptions);
}

/** Firefox and WebKit cannot be told of resolvers and authorities: they see what the whole machine sees. */
function launchOther(type: BrowserType, { system, ca }: Observatory): Promise<Browser> {
  const { resolvers } = system.environment.dns;
  if (ca !== undefined || resolvers.length > 0) {
    const what = ca !== undefined ? 'the private CA of "tls.ca"' : 'the resolvers of "dns.resolvers"';
    throw new Error(`${type.name()} cannot be told of ${what}; make these journeys in Chromium`);
  }
  return type.launch();
}

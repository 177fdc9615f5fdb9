export interface Browser {
  /** null = Playwright's own, which Playwright finds by itself */
  executablePath: string | null;
  how: 'override' | 'playwright' | 'system';
  /** the file that has to exist for this answer to hold */
  checkPath: string;
}

export interface Surroundings {
  /** folder of the project, with `node_modules` */
  root: string;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
}

export function playwrightVersion(root: string): string | null;
export function findPlaywrightBrowser(surroundings: Surroundings): Browser | null;
export function playwrightExecutable(marker: string): string | null;
export function findSystemBrowser(surroundings: Surroundings): Browser | null;
export function findOverride(surroundings: Surroundings): Browser | null;
export function readRecorded(root: string, stateDir: string): Browser | null;
export function lookUpBrowser(surroundings: Surroundings): Browser | null;
export function findBrowser(surroundings: Surroundings): Browser;

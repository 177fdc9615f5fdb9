/** The blocks of a scorecard as they lie in the state folder: files of our own form, and the CTRF of the suites. */
import path from 'node:path';
import type { ReadinessBlock } from '../../contract/scorecard-policy-schema.ts';
import { worstVerdict } from '../../verdict/worst.ts';
import { toFilePart } from '../export-files.ts';
import type { Scope } from '../production-runs.ts';
import { type BlockFile, blockFileSchema } from './block-schema.ts';
import { checkFile, type FoundBlock, type FoundFile, type ReadFile, readFirst } from './found-block.ts';
import { fromSloFile, sloFileSchema } from './slo-file.ts';
import { suiteFileSchema, toBlockFile } from './suite-file.ts';

export type OtherBlock = Exclude<ReadinessBlock, 'production'>;

/** Where each comes from. */
const FORMS: Readonly<Record<OtherBlock, 'suite' | 'block' | 'slo'>> = {
  vulnerabilities: 'suite',
  secrets: 'suite',
  performance: 'suite',
  pyramid: 'block',
  coverage: 'block',
  flake: 'block',
  slo: 'slo',
};
export const OTHER_BLOCKS = Object.keys(FORMS) as OtherBlock[];

/** Never throws. */
export function readBlock(stateDir: string, name: OtherBlock, { environment }: Scope): FoundBlock {
  const form = FORMS[name];
  if (form === 'suite') return readSuite(stateDir, name);
  const found = readFirst(stateDir, [`${name}.${toFilePart(environment)}.json`, `${name}.json`]);
  return form === 'slo' ? readSlo(found) : readOwn(found);
}

function readSlo(found: FoundFile): FoundBlock {
  if (found.outcome !== 'read') return found;
  const checked = checkFile(found, sloFileSchema);
  return checked.ok ? whole(found, fromSloFile(checked.data)) : checked.found;
}

function readOwn(found: FoundFile): FoundBlock {
  if (found.outcome !== 'read') return found;
  const checked = checkFile(found, blockFileSchema);
  return checked.ok ? whole(found, checked.data) : checked.found;
}

function whole({ file, sha256 }: ReadFile, block: BlockFile): FoundBlock {
  const why = findContradiction(block);
  return why === undefined
    ? { outcome: 'read', file, sha256, block }
    : { outcome: 'unreadable', file, sha256, why: `it contradicts itself: ${why}` };
}

/** A summary is not trusted over its parts: it may be worse than they are, never better. */
function findContradiction({
  status,
  checks = [],
  suites = [],
  objectives = [],
  totals = {},
}: BlockFile): string | undefined {
  const [impossible] = Object.entries(totals).filter(([name, value]) => /(?:^|_)rate$/.test(name) && !isShare(value));
  if (impossible !== undefined) return `${impossible[0]} is ${impossible[1]}, which no share is`;
  const parts = [...checks, ...suites, ...objectives];
  const worst = worstVerdict(parts.map((part) => part.status));
  const isGood = (word: string | undefined): boolean => word === 'passed' || word === 'warned';
  if (!isGood(status) || worst === undefined || isGood(worst)) return undefined;
  return `it says ${status}, but ${parts.find((part) => part.status === worst)?.name} is ${worst}`;
}

function isShare(value: number | null): boolean {
  return value === null || (value >= 0 && value <= 1);
}

function readSuite(stateDir: string, name: OtherBlock): FoundBlock {
  const found = readFirst(stateDir, [path.join('suites', `${name}.ctrf.json`)]);
  if (found.outcome !== 'read') return found;
  const checked = checkFile(found, suiteFileSchema);
  if (!checked.ok) return checked.found;
  const { file, sha256 } = found;
  const read = toBlockFile(checked.data, name);
  return typeof read === 'string'
    ? { outcome: 'unreadable', file, sha256, why: `it contradicts itself: ${read}` }
    : { outcome: 'read', file, sha256, block: read };
}

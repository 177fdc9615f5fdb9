/** Everything that a scorecard says beside the run itself, as it lies in the state folder and the contracts. */
import path from 'node:path';
import { readAuthority } from '../../contract/authority-file.ts';
import { loadPolicy, type Policy } from '../../contract/load-policy.ts';
import { policyDefaultsSchema } from '../../contract/policy-schema.ts';
import { formatProblem, InputError } from '../../errors.ts';
import { plainLine } from '../../run/plain-text.ts';
import { type CatalogueRates, readCatalogueRates } from '../catalogue-rates.ts';
import type { BlockFile } from './block-schema.ts';
import { readDoraSnapshot } from './dora-snapshot.ts';
import { type BlockContext, judgeBlock } from './judge-block.ts';
import { OTHER_BLOCKS, type OtherBlock, readBlock } from './read-blocks.ts';
import type { DoraSnapshot, ScorecardBlock } from './scorecard-schema.ts';

export interface JudgedBlock {
  readonly name: OtherBlock;
  readonly judged: ScorecardBlock;
  /** what was read, where it could be */
  readonly block?: BlockFile;
}

/** What may be required of a release, or why that is not known. */
export interface ScorecardRules {
  readonly policy: Policy['scorecard'];
  readonly waivers: Policy['waivers'];
  /** the policy cannot be read: nothing is passed then */
  readonly problem?: string;
}

export interface GatheredFacts {
  readonly rules: ScorecardRules;
  readonly blocks: readonly JudgedBlock[];
  readonly dora: DoraSnapshot;
  readonly catalogue: CatalogueRates;
}

export interface GatherOptions extends Omit<BlockContext, 'policy'> {
  readonly stateDir: string;
  readonly rules: ScorecardRules;
}

/** Never throws. */
export function gatherFacts({ stateDir, rules, ...scope }: GatherOptions): GatheredFacts {
  const context = { ...scope, policy: rules.policy };
  const blocks = OTHER_BLOCKS.map((name): JudgedBlock => {
    const found = readBlock(stateDir, name, context);
    const judged = judgeBlock(name, found, context);
    return { name, judged, ...(found.outcome === 'read' && { block: found.block }) };
  });
  return {
    rules,
    blocks,
    dora: readDoraSnapshot(stateDir, context),
    catalogue: readCatalogueRates(stateDir, path.resolve(import.meta.dirname, '../../..')),
  };
}

/** `contractsDir` undefined or without a policy: the defaults. Throws OwnFaultError only. */
export function loadRules(contractsDir: string | undefined): ScorecardRules {
  try {
    if (contractsDir === undefined) return defaultRules();
    const { scorecard, waivers } = loadPolicy(contractsDir);
    return { policy: scorecard, waivers };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [first] = error.problems;
    return { ...defaultRules(), problem: plainLine(first ? formatProblem(first) : error.message) };
  }
}

export function defaultRules(): ScorecardRules {
  return { policy: readAuthority('policy.yaml', policyDefaultsSchema).scorecard, waivers: [] };
}

/** A program of the bench: the test plan for a contract that services name, as every run makes it. Argument: the contracts folder. */
import path from 'node:path';
import { loadSystem } from '../src/contract/load-system.ts';
import { createGit } from '../src/probe/code/git.ts';
import { makePlan } from '../src/probe/plan.ts';
import { runProcess } from '../src/probe/run-process.ts';

const contractsDir = path.resolve(process.argv[2] ?? '.');
const system = loadSystem({ contractsDir, environment: 'bench', env: {} });
const git = createGit(contractsDir, runProcess, { path: process.env['PATH'] });
const { rows } = await makePlan(system, { expected: { version: '1.0.0' }, git });
process.stdout.write(`${rows.length} rows planned\n`);

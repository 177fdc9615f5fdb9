/**
 * Every parser of what people and machines hand us. A new one belongs here: `npm run fuzz:parsers` and CI run all of them.
 *
 * Not here: what a library parses alone (SMTP, TLS, DNS, the protocol of PostgreSQL), the answers of rollback drivers and of
 * receivers of notifications, the output of git, and pages in a browser.
 */
import type { FuzzParser } from './fuzz-parser.ts';
import { ANSWERS } from './parsers/answers.ts';
import { CONTRACTS } from './parsers/contracts.ts';
import { HISTORIES } from './parsers/histories.ts';
import { RELEASE } from './parsers/release.ts';
import { REPORTS } from './parsers/reports.ts';

export const PARSERS: readonly FuzzParser[] = [...CONTRACTS, ...RELEASE, ...HISTORIES, ...REPORTS, ...ANSWERS];

/** Every row as a step of its own, with the place of its promise; the failures are collected, one expect ends it. */
import path from 'node:path';
import { expect, type Location, type TestInfo, test } from '@playwright/test';
import type { Row } from '../../src/probe/schema.ts';

/** Fails the test, once, when a row is neither passed nor warned. */
export async function showRows(rows: readonly Row[], { file, line, column }: TestInfo): Promise<void> {
  for (const row of rows) {
    // caught here: one failing test per layer, because a failed test costs the runner a whole worker
    await test
      .step(
        `${row.id}: ${row.title}`,
        () => {
          if (row.status === 'failed' || row.status === 'inconclusive') throw new Error(describeRow(row));
        },
        { location: placeOf(row) ?? { file, line, column } },
      )
      .catch(() => undefined);
  }
  const broken = rows.filter(({ status }) => status === 'failed' || status === 'inconclusive').map(describeRow);
  expect(broken, 'promises that are broken or could not be judged').toEqual([]);
}

function describeRow({ id, status, reason, message, title }: Row): string {
  return `${id} ${status}${reason === undefined ? '' : ` (${reason})`}: ${message ?? title}`;
}

/** `contracts/system.yaml:14` → a location that editors can open. */
function placeOf({ source }: Row): Location | undefined {
  const [, file, line] = /^(.+?):(\d+)(?::\d+)?$/.exec(source ?? '') ?? [];
  return file === undefined ? undefined : { file: path.resolve(file), line: Number(line), column: 1 };
}

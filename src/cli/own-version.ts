/** The version of this gate10. */
import { readFileSync } from 'node:fs';

/** The source and the build lie equally deep. */
export function ownVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Whatever a test of a file opens is closed after it, last thing first. */
import { afterEach } from 'vitest';

interface Closable {
  close(): unknown;
}

/** Called once at the top of a test file; what is pushed into the list is closed after each test. */
export function closesAfterEach(): Closable[] {
  const open: Closable[] = [];
  afterEach(async () => {
    for (const item of open.splice(0).reverse()) await item.close();
  });
  return open;
}

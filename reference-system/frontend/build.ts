import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, version as viteVersion } from 'vite';

const frontendDir = path.dirname(fileURLToPath(import.meta.url));
const inputs = ['build.ts', 'index.html', 'public', 'src'];

async function filesUnder(relative: string): Promise<string[]> {
  const entries = await readdir(path.join(frontendDir, relative), { withFileTypes: true, recursive: true }).catch(
    () => null,
  );
  if (entries === null) return [relative];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(frontendDir, path.join(entry.parentPath, entry.name)));
}

/** SHA-256 over the names and bytes of everything that goes into the build, and over the version of Vite. */
async function sourceDigest(): Promise<string> {
  const hash = createHash('sha256').update(`vite ${viteVersion}\n`);
  const files = (await Promise.all(inputs.map(filesUnder))).flat().sort();
  for (const file of files) {
    const bytes = await readFile(path.join(frontendDir, file));
    hash.update(`${file.split(path.sep).join('/')} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

async function runVite(outDir: string): Promise<void> {
  // Vite sets NODE_ENV for its whole process; what the caller starts afterwards must not inherit that.
  const nodeEnv = process.env['NODE_ENV'];
  try {
    await build({
      mode: 'production',
      configFile: false,
      root: frontendDir,
      logLevel: 'warn',
      build: {
        outDir,
        emptyOutDir: true,
        target: 'es2023',
        // The site runs under `default-src 'self'`: no data: URIs.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
      },
    });
  } finally {
    if (nodeEnv === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = nodeEnv;
  }
}

/**
 * Builds the browser application into `outDir`, which is replaced; the commit is not stamped in: `index.html` keeps `__BUILD_SHA__`.
 * The result is kept under `cacheDir` by the digest of its sources, so that the next call only copies. Safe to run twice at a time.
 */
export async function buildFrontend({
  outDir,
  cacheDir,
}: {
  outDir: string;
  cacheDir: string;
}): Promise<{ dir: string }> {
  const cached = path.resolve(cacheDir, `frontend-${(await sourceDigest()).slice(0, 16)}`);
  const isCached = await readFile(path.join(cached, 'index.html')).then(
    () => true,
    () => false,
  );
  if (!isCached) {
    await mkdir(cacheDir, { recursive: true });
    const fresh = await mkdtemp(path.resolve(cacheDir, 'frontend-building-'));
    await runVite(fresh);
    // Another process may have put the same build there in the meantime; its bytes are as good as ours.
    await rename(fresh, cached).catch(() => rm(fresh, { recursive: true, force: true }));
  }
  const dir = path.resolve(outDir);
  await rm(dir, { recursive: true, force: true });
  await mkdir(path.dirname(dir), { recursive: true });
  await cp(cached, dir, { recursive: true });
  return { dir };
}

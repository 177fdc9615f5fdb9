/** The scripts and styles that the pages of a frontend are made of, read as any visitor gets them. */

import type { ProbeContext } from '../context.ts';
import { showAnswer } from '../http/answer-words.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import { openPage } from './open-page.ts';

export interface BundleFile {
  readonly url: string;
  readonly text: string;
  readonly answer: Answer;
}

export interface Bundles {
  readonly files: readonly BundleFile[];
  /** Of the pages; the last one is what could not be read, where `why` is given. */
  readonly exchanges: readonly Exchange[];
  /** Why nothing can be said. */
  readonly why?: string;
}

/** More than any page needs; what is beyond is not read. */
const MAX_FILES = 80;
const SRC = /<(?:script|link)\b[^>]*?\s(?:src|href)\s*=\s*["']?([^"'\s>]+)/gi;
const CHUNK = /["'`]((?:\.{0,2}\/)?[\w@./-]*[\w-]\.(?:m?js|css))["'`]/g;

/** Pages, what they name, and what that names in turn; of the page's own origin only. */
export async function readBundles(context: ProbeContext, pageUrls: readonly string[]): Promise<Bundles> {
  const files = new Map<string, BundleFile>();
  const exchanges: Exchange[] = [];
  for (const pageUrl of pageUrls) {
    const page = await openPage(context, pageUrl);
    exchanges.push(page);
    if (!page.ok) return { files: [], exchanges, why: `GET ${pageUrl} got no answer: ${page.error.message}` };
    if (page.status !== 200) return { files: [], exchanges, why: `GET ${pageUrl} answers ${showAnswer(page)}` };
    files.set(page.url, { url: page.url, text: page.text(), answer: page });
    const named = [...page.text().matchAll(SRC)].map(([, name = '']) => unescaped(name));
    await follow(
      context,
      named.flatMap((name) => resolveAll(name, page.url)),
      files,
    );
  }
  return { files: [...files.values()], exchanges };
}

async function follow(context: ProbeContext, first: readonly string[], files: Map<string, BundleFile>): Promise<void> {
  const seen = new Set(files.keys());
  let next = first;
  while (next.length > 0 && files.size < MAX_FILES) {
    const wanted = [...new Set(next)].filter((url) => isCode(url) && !seen.has(url)).slice(0, MAX_FILES - files.size);
    for (const url of wanted) seen.add(url);
    const read = await Promise.all(wanted.map((url) => readFile(context, url)));
    const found = read.filter((file) => file !== undefined);
    for (const file of found) files.set(file.url, file);
    next = found.flatMap(({ url, text }) =>
      [...text.matchAll(CHUNK)].flatMap(([, name = '']) => resolveAll(name, url)),
    );
  }
}

/** A name that only looks like a file answers with something else: it is left out. */
async function readFile({ client }: ProbeContext, url: string): Promise<BundleFile | undefined> {
  const answer = await client.send({ url });
  if (!answer.ok || answer.status !== 200 || answer.contentType === 'text/html') return undefined;
  return { url, text: answer.text(), answer };
}

/** Bundlers write names relative to the file, to its folder's root, or to the site: all are tried. */
function resolveAll(name: string, base: string): string[] {
  const origin = new URL(base).origin;
  return [base, `${origin}/`]
    .flatMap((from) => (URL.canParse(name, from) ? [new URL(name, from)] : []))
    .filter((url) => url.origin === origin)
    .map((url) => url.href.replace(/#.*$/, ''));
}

function isCode(url: string): boolean {
  return /\.(?:m?js|css)$/.test(new URL(url).pathname);
}

function unescaped(text: string): string {
  return text.replaceAll('&amp;', '&');
}

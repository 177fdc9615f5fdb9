/**
 * Whether each declared page is there at all, without a browser. Observed even where the expected build did not settle: a
 * parking page in the place of the host is seen here and nowhere else then.
 */
import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { isLimited, isPage, judgeNoAnswer, judgeRateLimited, showAnswer } from '../http/answer-words.ts';
import type { Answer } from '../http/exchange.ts';
import { type Judgement, sourceOf } from '../row.ts';
import { openPage } from './open-page.ts';

const MAX_SHOWN_CHARS = 120;

/** Row ids: `frontend.<path>.served`. */
export function listServedPages(system: ProbeContext['system']): Check[] {
  const { frontend } = system.contract;
  if (frontend === undefined) return [];
  return frontend.pages.map(({ path, shows, forbids }, index): Check => {
    const source = sourceOf(system, `frontend.pages.${index}`);
    const planned = {
      id: `frontend.${path}.served`,
      layer: 'frontend' as const,
      title: `${path} is served as a page`,
      severity: 'P0' as const,
      by: 'engine' as const,
      ...(source === undefined ? {} : { source }),
    };
    return {
      planned,
      isDiagnostic: true,
      observe: async (context) => {
        const url = urlAt(context.system, frontend.service, path);
        const answer = await openPage(context, url);
        const judgement = answer.ok
          ? judgePage(`GET ${url}`, answer, { shows, forbids })
          : judgeNoAnswer(`GET ${url}`, answer);
        return { judgement, exchanges: [answer] };
      },
    };
  });
}

interface Texts {
  readonly shows: readonly string[];
  readonly forbids: readonly string[];
}

function judgePage(where: string, answer: Answer, { shows, forbids }: Texts): Judgement {
  if (isLimited(answer)) return judgeRateLimited(where, answer);
  const expected = '200 text/html';
  const actual = showAnswer(answer);
  if (answer.status !== 200 || !isPage(answer)) {
    return { status: 'failed', message: `${where} answers ${actual}, not a page.`, expected, actual };
  }
  const text = plainText(answer.text());
  if (text === undefined) return { status: 'passed' };
  const elsewhere =
    'something else stands in the place of the frontend. Look at the host and the name that leads there.';
  const shown = forbids.find((forbidden) => text.includes(forbidden));
  if (shown !== undefined) {
    const message = `${where} is a page without any script that says "${shown}": ${elsewhere}`;
    return { status: 'failed', message, expected: 'the frontend', actual: shown };
  }
  // Nothing will put there later what is not there now.
  const missing = shows.find((promised) => !text.includes(promised));
  if (missing === undefined) return { status: 'passed' };
  const message = `${where} is a page without any script that does not say "${missing}": ${elsewhere}`;
  return { status: 'failed', message, expected: missing, actual: text.trim().slice(0, MAX_SHOWN_CHARS) };
}

/** What a page without scripts shows. With scripts, only a browser can tell which of its texts are seen: undefined. */
function plainText(html: string): string | undefined {
  const document = html.replaceAll(/<!--[\s\S]*?-->/g, ' ');
  if (/<script\b/i.test(document)) return undefined;
  return document
    .replaceAll(/<(style|template|noscript)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

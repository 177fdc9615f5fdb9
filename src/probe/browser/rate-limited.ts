/** What a refusal for asking too often (429, RFC 6585 §4) leaves to be said about a page: nothing that it could have caused. */
import type { Finding, PageObservation } from './schema.ts';

type Judgement = Omit<Finding, 'id' | 'title'>;

const TOO_MANY_REQUESTS = 429;
/** What a page that got its document, but not all of its code, shows wrong through no fault of its own. */
const CAUSED_BY_A_MISSING_PART: readonly Finding['id'][] = ['ready', 'content', 'assets', 'exceptions', 'console'];
const CODE: readonly string[] = ['script', 'stylesheet'];

/** Undefined where the document was not refused for that reason, or where 429 is what is expected. */
export function judgeLimitedDocument(page: PageObservation, expectedStatus: number): Judgement | undefined {
  if (page.status !== TOO_MANY_REQUESTS || expectedStatus === TOO_MANY_REQUESTS) return undefined;
  return insufficient(page.requestedUrl, {});
}

/** A failure that a refused script or stylesheet of the page's own host explains is none that can be claimed. */
export function excuseLimited(id: Finding['id'], page: PageObservation, judgement: Judgement): Judgement {
  if (judgement.status !== 'failed' || !CAUSED_BY_A_MISSING_PART.includes(id)) return judgement;
  const refused = page.resources.find(
    ({ host, kind, status }) => status === TOO_MANY_REQUESTS && host === page.requestedHost && CODE.includes(kind),
  );
  return refused === undefined ? judgement : insufficient(refused.url, judgement);
}

function insufficient(url: string, { expected, actual }: Pick<Judgement, 'expected' | 'actual'>): Judgement {
  return {
    status: 'inconclusive',
    reason: 'insufficient',
    message: `${url} answered ${TOO_MANY_REQUESTS}: the rate of this run is limited, so the page cannot be judged. Let gate10 through, or run it less often.`,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
  };
}

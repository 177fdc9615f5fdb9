import { api } from '../api.ts';
import { ApiError } from '../api-client.ts';
import { element } from '../element.ts';
import { sentenceOf } from '../form.ts';
import { jobFacts } from '../job-facts.ts';
import type { Page, PageBuilder } from '../router.ts';

const back = () => element('p', {}, element('a', { href: '/search', class: 'back' }, 'All jobs'));

function failure(error: unknown): Page {
  const isGone = error instanceof ApiError && error.status === 404;
  const title = isGone ? 'This job is gone' : 'This job did not load';
  return {
    title,
    content: element(
      'section',
      { class: 'page narrow' },
      back(),
      element('h1', {}, title),
      element('p', { class: 'problem', role: 'alert' }, sentenceOf(error)),
    ),
  };
}

export const page: PageBuilder = async ({ path }) => {
  try {
    const job = await api.job(decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)));
    const paragraphs = job.description.split(/\n{2,}/).map((text) => element('p', {}, text));
    return {
      title: job.title,
      content: element(
        'article',
        { class: 'page narrow' },
        back(),
        element('h1', {}, job.title),
        jobFacts(job),
        ...paragraphs,
      ),
    };
  } catch (error) {
    return failure(error);
  }
};

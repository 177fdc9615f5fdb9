import { announce } from '../announce.ts';
import { api } from '../api.ts';
import type { JobPage } from '../api-types.ts';
import { element } from '../element.ts';
import { sentenceOf } from '../form.ts';
import { jobFacts } from '../job-facts.ts';
import type { PageBuilder } from '../router.ts';
import { searchForm } from '../search-form.ts';

function summary({ total, page, per_page }: JobPage, query: string): string {
  const subject = query === '' ? '' : ` for “${query}”`;
  if (total === 0) return `No jobs${subject}. Try a shorter word.`;
  const first = (page - 1) * per_page + 1;
  return `${total} ${total === 1 ? 'job' : 'jobs'}${subject}, showing ${first} to ${Math.min(total, page * per_page)}`;
}

function pager(list: JobPage, query: string): HTMLElement | null {
  const pages = Math.ceil(list.total / list.per_page);
  if (pages <= 1) return null;
  const link = (page: number, name: string, rel: string) =>
    element(
      'a',
      { class: 'button small secondary', rel, href: `/search?${new URLSearchParams({ query, page: String(page) })}` },
      name,
    );
  return element(
    'nav',
    { 'aria-label': 'Pages of results', class: 'pager' },
    list.page > 1 ? link(list.page - 1, 'Previous', 'prev') : null,
    element('span', {}, `Page ${list.page} of ${pages}`),
    list.page < pages ? link(list.page + 1, 'Next', 'next') : null,
  );
}

function results(list: JobPage, query: string): HTMLElement {
  const text = summary(list, query);
  announce(text);
  const items = list.items.map((job) =>
    element(
      'li',
      { class: 'card job' },
      element('h2', {}, element('a', { href: `/search/${job.id}` }, job.title)),
      jobFacts(job),
    ),
  );
  return element(
    'div',
    {},
    element('p', { class: 'summary' }, text),
    element('ul', { class: 'list', 'aria-label': 'Jobs found' }, ...items),
    pager(list, query),
  );
}

export const page: PageBuilder = async ({ search }) => {
  const query = search.get('query') ?? '';
  const number = Math.max(1, Number.parseInt(search.get('page') ?? '1', 10) || 1);
  const found = await api.searchJobs(query, number).then(
    (list) => results(list, query),
    (error: unknown) => element('p', { class: 'problem', role: 'alert' }, sentenceOf(error)),
  );
  return {
    title: query === '' ? 'Jobs' : `Jobs for “${query}”`,
    content: element('section', { class: 'page' }, element('h1', {}, 'Jobs'), searchForm(query), found),
  };
};

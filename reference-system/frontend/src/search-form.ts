import { limits } from './api-types.ts';
import { element } from './element.ts';
import { navigate } from './router.ts';

/** The job search, on the home page and above the list; sends the reader to `/search?query=…`. */
export function searchForm(query: string): HTMLFormElement {
  const input = element('input', {
    id: 'job-query',
    name: 'query',
    type: 'search',
    value: query,
    placeholder: 'Title, company or place',
    autocomplete: 'off',
    maxlength: limits.queryMaxLength,
  });
  return element(
    'form',
    {
      role: 'search',
      'aria-label': 'Jobs',
      class: 'search',
      submit: (event) => {
        event.preventDefault();
        navigate(`/search?${new URLSearchParams({ query: input.value.trim() })}`);
      },
    },
    element('label', { for: 'job-query' }, 'Search jobs'),
    element('div', { class: 'search-row' }, input, element('button', { type: 'submit', class: 'button' }, 'Search')),
  );
}

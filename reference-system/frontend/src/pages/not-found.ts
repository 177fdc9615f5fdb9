import { element } from '../element.ts';
import type { PageBuilder } from '../router.ts';

export const page: PageBuilder = ({ path }) => ({
  title: 'Page not found',
  content: element(
    'section',
    { class: 'page narrow' },
    element('h1', {}, 'Page not found'),
    element('p', {}, `Nothing lives at ${path}.`),
    element('p', {}, element('a', { href: '/', class: 'button' }, 'Go home')),
  ),
});

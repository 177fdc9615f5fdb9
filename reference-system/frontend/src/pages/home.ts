import { element } from '../element.ts';
import type { Page } from '../router.ts';
import { searchForm } from '../search-form.ts';
import tiles from '../tiles.svg';

const promises = [
  ['/search', 'Search', 'Openings from companies that say what they pay and where you would sit.'],
  ['/documents', 'Keep', 'Your letters and certificates in one place, seen by nobody but you.'],
  ['/coach', 'Ask', 'A coach that reads your question before it answers.'],
] as const;

export function page(): Page {
  const cards = promises.map(([path, name, text]) =>
    element('li', { class: 'card' }, element('h2', {}, element('a', { href: path }, name)), element('p', {}, text)),
  );
  const hero = element(
    'div',
    { class: 'hero' },
    element(
      'div',
      {},
      element('h1', {}, 'Find work that fits'),
      element('p', { class: 'lead' }, 'A career is made of small pieces. mosaic helps you to put them together.'),
      searchForm(''),
    ),
    element('img', { src: tiles, alt: '', width: 320, height: 240 }),
  );
  return {
    title: 'Find work that fits',
    content: element('section', { class: 'page' }, hero, element('ul', { class: 'cards' }, ...cards)),
  };
}

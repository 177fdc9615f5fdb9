import { element } from './element.ts';
import type { Page } from './router.ts';

/** The page that a visitor sees where an account is needed. */
export function logInFirst(title: string, path: string, why: string): Page {
  const content = element(
    'section',
    { class: 'page narrow' },
    element('h1', {}, title),
    element('p', {}, why),
    element(
      'p',
      { class: 'actions' },
      element('a', { href: `/login?${new URLSearchParams({ next: path })}`, class: 'button' }, 'Log in'),
      element('a', { href: '/register', class: 'button secondary' }, 'Register'),
    ),
  );
  return { title, content };
}

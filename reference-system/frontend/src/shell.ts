import { announce, announcer } from './announce.ts';
import { element } from './element.ts';
import { sentenceOf } from './form.ts';
import { navigate } from './router.ts';
import { currentUser, logOut, onSessionChange } from './session.ts';

const links = [
  ['/', 'Home'],
  ['/search', 'Jobs'],
  ['/documents', 'Files'],
  ['/coach', 'Coach'],
] as const;

function isCurrent(path: string): boolean {
  return path === '/'
    ? location.pathname === '/'
    : location.pathname === path || location.pathname.startsWith(`${path}/`);
}

function account(): HTMLElement {
  const user = currentUser();
  if (!user) {
    return element(
      'div',
      { class: 'account' },
      element('a', { href: '/login', class: 'quiet' }, 'Log in'),
      element('a', { href: '/register', class: 'button small' }, 'Register'),
    );
  }
  const button = element('button', { type: 'button', class: 'button small secondary' }, 'Log out');
  const leave = async () => {
    try {
      await logOut();
      navigate('/');
    } catch (error) {
      button.textContent = 'Try to log out again';
      announce(sentenceOf(error));
    }
  };
  button.addEventListener('click', () => void leave());
  return element('div', { class: 'account' }, element('span', { class: 'who', title: user.email }, user.name), button);
}

function navigation(): HTMLElement {
  const items = links.map(([path, name]) =>
    element('li', {}, element('a', { href: path, 'aria-current': isCurrent(path) ? 'page' : null }, name)),
  );
  return element('nav', { 'aria-label': 'Main' }, element('ul', {}, ...items));
}

/** Builds the frame around every page (skip link, header, main, footer) and keeps it in step with session and path. */
export function createShell(root: HTMLElement): { main: HTMLElement; refresh: () => void } {
  const main = element('main', { id: 'main', tabindex: '-1' });
  const brand = element(
    'a',
    { href: '/', class: 'brand' },
    element('img', { src: '/favicon.svg', alt: '', width: 28, height: 28 }),
    'mosaic',
  );
  const bar = element('div', { class: 'bar' });
  const refresh = () => bar.replaceChildren(brand, navigation(), account());
  refresh();
  onSessionChange(refresh);
  const footer = element(
    'footer',
    {},
    element('p', {}, 'mosaic is the sample product of gate10: every part of it can be broken on purpose.'),
  );
  const skip = element('a', { href: '#main', class: 'skip' }, 'Skip to content');
  root.replaceChildren(skip, element('header', {}, bar), main, footer, announcer());
  return { main, refresh };
}

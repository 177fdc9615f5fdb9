import { announce } from './announce.ts';
import { element } from './element.ts';

/** What a page module gives: its title and its content, built once its first data has come (or has failed to). */
export interface Page {
  title: string;
  content: HTMLElement;
}
export type PageBuilder = (location: { path: string; search: URLSearchParams }) => Promise<Page> | Page;
export interface Route {
  pattern: RegExp;
  load: () => Promise<{ page: PageBuilder }>;
}

let latest = 0;
let routes: readonly Route[] = [];
let outlet: HTMLElement | null = null;
let afterRender: () => void = () => {};

async function buildPage(url: URL): Promise<Page> {
  const route = routes.find(({ pattern }) => pattern.test(url.pathname));
  if (!route) throw new Error(`No page has the path ${url.pathname}.`);
  const module = await route.load();
  return module.page({ path: url.pathname, search: url.searchParams });
}

function brokenPage(): Page {
  const retry = element('button', { class: 'button', type: 'button', click: () => location.reload() }, 'Load again');
  const content = element(
    'section',
    { class: 'page narrow' },
    element('h1', {}, 'This page did not load'),
    element('p', {}, 'Part of mosaic could not be fetched. A new version may just have been published.'),
    retry,
  );
  return { title: 'Page did not load', content };
}

async function render(moveFocus: boolean): Promise<void> {
  const turn = ++latest;
  outlet?.setAttribute('aria-busy', 'true');
  const page = await buildPage(new URL(location.href)).catch((error: unknown) => {
    console.error(error);
    return brokenPage();
  });
  if (turn !== latest || !outlet) return;
  document.title = `${page.title} · mosaic`;
  outlet.replaceChildren(page.content);
  outlet.removeAttribute('aria-busy');
  outlet.setAttribute('data-app-ready', '');
  afterRender();
  if (!moveFocus) return;
  const heading = outlet.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  announce(page.title);
}

/** Goes to a path of the application without loading the document again. */
export function navigate(path: string): void {
  history.pushState(null, '', path);
  void render(true);
}

function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.origin !== location.origin || link.target !== '' || link.hasAttribute('download') || link.hash)
    return;
  event.preventDefault();
  navigate(link.pathname + link.search);
}

/** Starts routing: renders the present path into `main`, then follows links and the back button. */
export async function startRouter(main: HTMLElement, table: readonly Route[], onRendered: () => void): Promise<void> {
  outlet = main;
  routes = table;
  afterRender = onRendered;
  document.addEventListener('click', followLink);
  window.addEventListener('popstate', () => void render(true));
  await render(false);
}

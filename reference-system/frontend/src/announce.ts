import { element } from './element.ts';

const region = element('p', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite', id: 'announcer' });

/** The live region that screen readers follow; the shell places it once. */
export function announcer(): HTMLElement {
  return region;
}

/** Says a sentence to those who cannot see the change on the screen. */
export function announce(sentence: string): void {
  region.textContent = sentence;
}

import { api } from '../api.ts';
import { limits } from '../api-types.ts';
import { element } from '../element.ts';
import { form } from '../form.ts';
import { logInFirst } from '../log-in-first.ts';
import type { Page } from '../router.ts';
import { currentUser } from '../session.ts';

function line(who: 'You' | 'Coach', text: string): HTMLElement {
  return element(
    'li',
    { class: who === 'You' ? 'line mine' : 'line' },
    element('strong', {}, who),
    element('p', {}, text),
  );
}

export function page(): Page {
  if (!currentUser()) return logInFirst('Coach', '/coach', 'The coach answers those who are logged in.');
  const talk = element(
    'ol',
    { class: 'talk' },
    line('Coach', 'What would you like to talk about? An interview, a letter, a change of direction?'),
  );
  // around the list: a role of its own would take the list's away, and its items would belong to nothing
  const log = element('div', { role: 'log', 'aria-label': 'Conversation', 'aria-live': 'polite' }, talk);
  const input = element('textarea', {
    id: 'message',
    name: 'message',
    rows: 3,
    required: true,
    maxlength: limits.messageMaxLength,
  });
  const ask = form({
    label: 'Ask the coach',
    submit: 'Send',
    fields: [element('div', { class: 'field' }, element('label', { for: 'message' }, 'Your message'), input)],
    send: async () => {
      const message = input.value.trim();
      if (message === '') return;
      talk.append(line('You', message));
      const { reply } = await api.ask(message);
      talk.append(line('Coach', reply));
      input.value = '';
      input.focus();
    },
  });
  return {
    title: 'Coach',
    content: element('section', { class: 'page narrow' }, element('h1', {}, 'Coach'), log, ask),
  };
}

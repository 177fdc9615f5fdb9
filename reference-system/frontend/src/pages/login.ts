import { element } from '../element.ts';
import { field, form } from '../form.ts';
import { navigate, type PageBuilder } from '../router.ts';
import { logIn } from '../session.ts';

/** Where to go after the login: only paths of this application, never another origin. */
function destination(search: URLSearchParams): string {
  const next = search.get('next') ?? '/';
  return /^\/(?!\/)[\w/-]*$/.test(next) ? next : '/';
}

export const page: PageBuilder = ({ search }) => {
  const made = form({
    label: 'Log in',
    submit: 'Log in',
    fields: [
      field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username' }),
      field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' }),
    ],
    send: async (values) => {
      await logIn(String(values.get('email')), String(values.get('password')));
      navigate(destination(search));
    },
  });
  const other = element('p', {}, 'No account yet? ', element('a', { href: '/register' }, 'Register'));
  return {
    title: 'Log in',
    content: element('section', { class: 'page narrow' }, element('h1', {}, 'Log in'), made, other),
  };
};

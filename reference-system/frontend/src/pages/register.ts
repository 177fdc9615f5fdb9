import { api } from '../api.ts';
import { limits } from '../api-types.ts';
import { element } from '../element.ts';
import { field, form } from '../form.ts';
import { navigate, type Page } from '../router.ts';
import { logIn } from '../session.ts';

export function page(): Page {
  const made = form({
    label: 'Register',
    submit: 'Make my account',
    fields: [
      field({ name: 'name', label: 'Name', type: 'text', autocomplete: 'name' }),
      field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username' }),
      field({
        name: 'password',
        label: 'Password',
        type: 'password',
        autocomplete: 'new-password',
        minLength: limits.passwordMinLength,
        hint: `At least ${limits.passwordMinLength} characters.`,
      }),
    ],
    send: async (values) => {
      const [email, password] = [String(values.get('email')), String(values.get('password'))];
      await api.register(String(values.get('name')).trim(), email, password);
      await logIn(email, password);
      navigate('/documents');
    },
  });
  const other = element('p', {}, 'Registered already? ', element('a', { href: '/login' }, 'Log in'));
  return {
    title: 'Register',
    content: element('section', { class: 'page narrow' }, element('h1', {}, 'Register'), made, other),
  };
}

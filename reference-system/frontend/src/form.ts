import { ApiError } from './api-client.ts';
import { element } from './element.ts';

interface Field {
  name: string;
  label: string;
  type: 'email' | 'password' | 'text' | 'search';
  autocomplete?: AutoFill;
  hint?: string;
  minLength?: number;
  value?: string;
}

/** A labelled input; a hint is tied to it for screen readers. */
export function field({ name, label, type, autocomplete, hint, minLength, value }: Field): HTMLElement {
  const input = element('input', {
    id: `field-${name}`,
    name,
    type,
    required: type !== 'search',
    autocomplete: autocomplete ?? null,
    minlength: minLength ?? null,
    value: value ?? null,
    'aria-describedby': hint ? `hint-${name}` : null,
  });
  return element(
    'div',
    { class: 'field' },
    element('label', { for: `field-${name}` }, label),
    input,
    hint ? element('p', { class: 'hint', id: `hint-${name}` }, hint) : null,
  );
}

/** A sentence for the user about a failure, whatever was thrown. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  console.error(error);
  return 'Something went wrong in this page. Load it again.';
}

interface FormOptions {
  label: string;
  submit: string;
  fields: HTMLElement[];
  send: (values: FormData) => Promise<void>;
}

/** A form that disables its button while it sends and says a refusal in an alert next to it. */
export function form({ label, submit, fields, send }: FormOptions): HTMLFormElement {
  const problem = element('p', { class: 'problem', role: 'alert' });
  const button = element('button', { type: 'submit', class: 'button' }, submit);
  const made: HTMLFormElement = element(
    'form',
    { 'aria-label': label, class: 'stack', submit: (event) => void onSubmit(event) },
    ...fields,
    problem,
    button,
  );
  async function onSubmit(event: Event): Promise<void> {
    event.preventDefault();
    problem.textContent = '';
    button.disabled = true;
    try {
      await send(new FormData(made));
    } catch (error) {
      problem.textContent = sentenceOf(error);
    } finally {
      button.disabled = false;
    }
  }
  return made;
}

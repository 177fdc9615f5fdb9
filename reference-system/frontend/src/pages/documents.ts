import { announce } from '../announce.ts';
import { api } from '../api.ts';
import type { StoredFile } from '../api-types.ts';
import { element } from '../element.ts';
import { form, sentenceOf } from '../form.ts';
import { logInFirst } from '../log-in-first.ts';
import type { Page } from '../router.ts';
import { currentUser } from '../session.ts';

function sizeText(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toLocaleString('en', { maximumFractionDigits: 1 })} KiB`;
}

/** Hands the bytes to the browser as a download. A plain link would be a navigation, which a proxy may answer with a page. */
async function save(file: StoredFile): Promise<void> {
  const url = URL.createObjectURL(await api.download(file.id));
  element('a', { href: url, download: file.name }).click();
  URL.revokeObjectURL(url);
}

function row(file: StoredFile, reload: () => Promise<void>, problem: HTMLElement): HTMLElement {
  const action = (verb: string, work: () => Promise<void>) =>
    element(
      'button',
      {
        type: 'button',
        class: 'button small secondary',
        'aria-label': `${verb} ${file.name}`,
        click: () => {
          problem.textContent = '';
          work().catch((error: unknown) => {
            problem.textContent = sentenceOf(error);
          });
        },
      },
      verb,
    );
  const remove = async () => {
    await api.deleteFile(file.id);
    announce(`${file.name} was deleted`);
    await reload();
  };
  return element(
    'li',
    { class: 'card file' },
    element('strong', {}, file.name),
    element('span', { class: 'facts' }, `${sizeText(file.size_bytes)} · ${file.content_type}`),
    element(
      'span',
      { class: 'actions' },
      action('Download', () => save(file)),
      action('Delete', remove),
    ),
  );
}

export async function page(): Promise<Page> {
  if (!currentUser()) return logInFirst('Files', '/documents', 'Your files belong to you. Log in to see them.');
  const list = element('ul', { class: 'list', 'aria-label': 'Your files' });
  const empty = element('p', { class: 'summary' });
  const problem = element('p', { class: 'problem', role: 'alert' });
  const reload = async (): Promise<void> => {
    try {
      const { items } = await api.files();
      list.replaceChildren(...items.map((file) => row(file, reload, problem)));
      empty.textContent =
        items.length === 0 ? 'Nothing here yet.' : `${items.length} ${items.length === 1 ? 'file' : 'files'}`;
      problem.textContent = '';
    } catch (error) {
      problem.textContent = sentenceOf(error);
    }
  };
  const picker = element('input', {
    id: 'upload',
    name: 'file',
    type: 'file',
    required: true,
    accept: '.txt,.md,.pdf,.png,.jpg,.jpeg',
    'aria-describedby': 'upload-hint',
  });
  const upload = form({
    label: 'Upload a file',
    submit: 'Upload',
    fields: [
      element(
        'div',
        { class: 'field' },
        element('label', { for: 'upload' }, 'Choose a file'),
        picker,
        element('p', { class: 'hint', id: 'upload-hint' }, 'Text, Markdown, PDF, PNG or JPEG, up to 1 MB.'),
      ),
    ],
    send: async () => {
      const file = picker.files?.[0];
      if (!file) return;
      await api.upload(file);
      picker.value = '';
      await reload();
      announce(`${file.name} was uploaded`);
    },
  });
  await reload();
  return {
    title: 'Files',
    content: element('section', { class: 'page narrow' }, element('h1', {}, 'Files'), upload, problem, empty, list),
  };
}

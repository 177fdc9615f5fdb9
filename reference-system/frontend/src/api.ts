import { createApiClient } from './api-client.ts';

const client = createApiClient();

/** The body of a success: the client throws everything else. */
async function dataOf<Data>(answer: Promise<{ data?: Data }>): Promise<Data> {
  return (await answer).data as Data;
}

export const api = {
  searchJobs: (query: string, page: number) =>
    dataOf(client.GET('/jobs', { params: { query: { query, page, per_page: 10 } } })),
  job: (id: string) => dataOf(client.GET('/jobs/{id}', { params: { path: { id: Number(id) } } })),
  register: (name: string, email: string, password: string) =>
    dataOf(client.POST('/auth/register', { body: { name, email, password } })),
  login: (email: string, password: string) => dataOf(client.POST('/auth/login', { body: { email, password } })),
  logout: () => dataOf(client.POST('/auth/logout')),
  me: () => dataOf(client.GET('/auth/me')),
  files: () => dataOf(client.GET('/files')),
  upload: (file: File) => {
    const form = new FormData();
    form.append('file', file);
    // the type of the part is text; a browser sends a file
    return dataOf(client.POST('/files', { body: { file: '' }, bodySerializer: () => form }));
  },
  download: (id: string) =>
    dataOf(
      client.GET('/files/{id}', { params: { path: { id } }, headers: { accept: '*/*' }, parseAs: 'blob' }),
    ) as Promise<Blob>,
  deleteFile: (id: string) => dataOf(client.DELETE('/files/{id}', { params: { path: { id } } })),
  ask: (message: string) => dataOf(client.POST('/chat', { body: { message } })),
};

import { readFile } from 'node:fs/promises';
import { journey } from '../../src/index.ts';
import { becomeUser } from './account.ts';

journey('upload a file', async ({ page, evidence, expect, given }) => {
  const name = 'letter.txt';
  const content = `gate10 ${given['email']}`;
  const files = page.getByRole('list', { name: 'Your files' });
  await evidence.step('make an account', () => becomeUser(page, given));
  await evidence.step('find no files yet', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Files' })).toBeVisible();
    await expect(page.getByText('Nothing here yet.')).toBeVisible();
  });
  await evidence.step('upload a file', async () => {
    const file = { name, mimeType: 'text/plain', buffer: Buffer.from(content) };
    await page.getByLabel('Choose a file').setInputFiles(file);
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(files.getByRole('listitem')).toHaveText(new RegExp(name));
  });
  await evidence.look('the list of files');
  await evidence.step('get it back as it was', async () => {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: `Download ${name}` }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe(name);
    expect(await readFile(await download.path(), 'utf8')).toBe(content);
  });
  await evidence.step('delete it', async () => {
    await page.getByRole('button', { name: `Delete ${name}` }).click();
    await expect(page.getByText('Nothing here yet.')).toBeVisible();
    await expect(files.getByRole('listitem')).toHaveCount(0);
  });
});

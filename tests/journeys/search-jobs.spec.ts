import { journey } from '../../src/index.ts';

journey('search jobs', { tag: '@smoke' }, async ({ page, evidence, expect }) => {
  await evidence.step('open the front page', async () => {
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1, name: 'Find work that fits' })).toBeVisible();
  });
  await evidence.step('search for a word', async () => {
    await page.getByRole('search', { name: 'Jobs' }).getByLabel('Search jobs').fill('engineer');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page.getByText(/^\d+ jobs? for “engineer”, showing 1 to \d+$/).first()).toBeVisible();
  });
  const found = page.getByRole('list', { name: 'Jobs found' });
  const first = found.getByRole('heading').first().getByRole('link');
  const title = await first.innerText();
  await evidence.step('open the first job', async () => {
    await first.click();
    await expect(page.getByRole('heading', { level: 1, name: title, exact: true })).toBeVisible();
    await expect(page.getByRole('list', { name: 'Skills' })).toBeVisible();
  });
  await evidence.step('go back to the list', async () => {
    await page.goBack();
    await expect(found.getByRole('link', { name: title, exact: true }).first()).toBeVisible();
  });
});

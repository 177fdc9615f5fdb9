import { journey } from '../../src/index.ts';
import { register } from './account.ts';

journey('register', async ({ page, evidence, expect, given }) => {
  await evidence.step('open the front page', async () => {
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1, name: 'Find work that fits' })).toBeVisible();
  });
  await evidence.step('go to the registration', async () => {
    await page.getByRole('banner').getByRole('link', { name: 'Register' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Register' })).toBeVisible();
  });
  await evidence.step('make an account', () => register(page, given));
  await evidence.step('be known by name', async () => {
    await expect(page.getByRole('banner').getByText(given['name'] ?? '')).toBeVisible();
    await expect(page.getByRole('heading', { level: 1, name: 'Files' })).toBeVisible();
  });
  await evidence.step('be known still after a reload', async () => {
    await page.reload();
    await expect(page.getByRole('button', { name: 'Log out' })).toBeVisible();
  });
});

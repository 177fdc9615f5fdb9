import { journey } from '../../src/index.ts';
import { becomeUser, logIn } from './account.ts';

journey('log in and out', async ({ page, evidence, expect, given }) => {
  await evidence.step('make an account', () => becomeUser(page, given));
  await evidence.step('log out', async () => {
    await page.getByRole('button', { name: 'Log out' }).click();
    await expect(page.getByRole('banner').getByRole('link', { name: 'Log in' })).toBeVisible();
  });
  await evidence.step('be refused with a wrong password', async () => {
    await page.getByRole('banner').getByRole('link', { name: 'Log in' }).click();
    await logIn(page, { ...given, password: `${given['password']}-wrong` });
    await expect(page.getByRole('alert')).not.toBeEmpty();
    await expect(page.getByRole('button', { name: 'Log out' })).toBeHidden();
  });
  await evidence.step('log in', async () => {
    await logIn(page, given);
    await expect(page.getByRole('button', { name: 'Log out' })).toBeVisible();
    await expect(page.getByRole('banner').getByText(given['name'] ?? '')).toBeVisible();
  });
  await evidence.step('stay outside after the last log-out', async () => {
    await page.getByRole('button', { name: 'Log out' }).click();
    await expect(page.getByRole('banner').getByRole('link', { name: 'Log in' })).toBeVisible();
    await page.goto('/documents');
    await expect(page.getByText('Log in to see them')).toBeVisible();
  });
});

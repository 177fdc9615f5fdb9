/** What several journeys do: a person makes an account, or logs in with it. */
import type { Page } from '@playwright/test';

type Given = Readonly<Record<string, string>>;

/** Fills in the form that is shown, and waits until the header knows the person. */
export async function register(page: Page, { name = '', email = '', password = '' }: Given): Promise<void> {
  const form = page.getByRole('form', { name: 'Register' });
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('E-mail').fill(email);
  await form.getByLabel('Password').fill(password);
  await form.getByRole('button', { name: 'Make my account' }).click();
  await page.getByRole('button', { name: 'Log out' }).waitFor();
}

export async function logIn(page: Page, { email = '', password = '' }: Given): Promise<void> {
  const form = page.getByRole('form', { name: 'Log in' });
  await form.getByLabel('E-mail').fill(email);
  await form.getByLabel('Password').fill(password);
  await form.getByRole('button', { name: 'Log in' }).click();
}

/** An account of one's own, where it is not what the journey is about. */
export async function becomeUser(page: Page, given: Given): Promise<void> {
  await page.goto('/register');
  await register(page, given);
}

import { journey } from '../../src/index.ts';
import { becomeUser } from './account.ts';

journey('chat with the coach', async ({ page, evidence, expect, given }) => {
  const question = `How do I prepare for an interview? (${given['email']})`;
  const said = page.getByRole('log', { name: 'Conversation' }).getByRole('listitem');
  await evidence.step('make an account', () => becomeUser(page, given));
  await evidence.step('open the coach', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Coach' }).click();
    await expect(said).toHaveCount(1);
  });
  await evidence.step('ask a question', async () => {
    await page.getByLabel('Your message').fill(question);
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(said.nth(1)).toContainText(question);
  });
  await evidence.step('read an answer to that question', async () => {
    await expect(said).toHaveCount(3);
    await expect(said.nth(2)).toContainText('Coach');
    await expect(said.nth(2)).toContainText(given['email'] ?? '');
  });
  await evidence.look('the conversation');
});

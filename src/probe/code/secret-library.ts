/**
 * secretlint, which knows how the keys of many makers look and learns new ones. An adopter installs it; without it the search
 * has the patterns of `authority/secret-patterns.yaml` alone, and says so.
 */
import type { LocatedSecret } from '../served/bundle-secrets.ts';

/** Every place of a text that looks like a secret. Holds the values: nothing of it may be shown as it is. */
export type SecretLibrary = (text: string, file: string) => Promise<readonly LocatedSecret[]>;

const RULE = '@secretlint/secretlint-rule-';

/**
 * Left out: comments that switch a rule off, because what passes is said in contracts/policy.yaml, with a reason and an end; and
 * addresses of databases, which our own patterns tell from what stands for one in the documentation.
 */
const LEFT_OUT = ['filter-comments', 'database-connection-string'];

/** undefined = it is not installed. */
export async function loadSecretLibrary(): Promise<SecretLibrary | undefined> {
  const parts = await importParts();
  if (parts === undefined) return undefined;
  const { lintSource, creator } = parts;
  // one by one: switched off within their preset, its rules run all the same
  const kept = creator.rules.filter(({ meta }) => !LEFT_OUT.some((name) => meta.id === `${RULE}${name}`));
  const config = { rules: kept.map((rule) => ({ id: rule.meta.id, rule })) };
  return async (content, filePath) => {
    const source = { content, filePath, contentType: 'text' as const };
    const { messages } = await lintSource({ source, options: { config, noPhysicFilePath: true, maskSecrets: true } });
    return messages.map(({ ruleId, messageId, range: [start, end] }) => {
      const name = `secretlint ${ruleId.replace(RULE, '')} ${messageId}`;
      return { name, index: start, value: content.slice(start, end) };
    });
  };
}

async function importParts() {
  try {
    const [{ lintSource }, { creator }] = await Promise.all([
      import('@secretlint/core'),
      import('@secretlint/secretlint-rule-preset-recommend'),
    ]);
    return { lintSource, creator };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw cause;
  }
}

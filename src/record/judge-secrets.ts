/** Secrets that were found against what the policy allows. */
import type { Policy } from '../contract/load-policy.ts';
import type { FoundSecret, SecretScan } from '../probe/code/repository-secrets.ts';
import type { SuiteCheck } from './suite.ts';

/** One check for each secret, one for each file that could not be searched, one for the scan as a whole. */
export function judgeSecrets(scan: SecretScan, { allow }: Policy['secrets'], now: Date): readonly SuiteCheck[] {
  const { found, searched, passedOver, unread, byLibrary } = scan;
  const whole: SuiteCheck =
    searched === 0
      ? { name: 'tracked files', status: 'inconclusive', reason: 'not-run', message: 'No tracked file was searched.' }
      : {
          name: 'tracked files',
          status: 'passed',
          message: `${searched} tracked files were searched, ${passedOver} without text passed over.`,
        };
  const blind = unread.map(({ file, why }): SuiteCheck => {
    return { name: `unread ${file}`, status: 'inconclusive', reason: 'blind', message: `${file}: ${why}.`, file };
  });
  return [
    whole,
    ...(byLibrary ? [] : [NO_LIBRARY]),
    ...blind,
    ...found.map((one) => judge(one, allow, now.toISOString().slice(0, 10))),
  ];
}

/** The patterns were looked for all the same: less is known, not nothing. */
const NO_LIBRARY: SuiteCheck = {
  name: 'secretlint',
  status: 'warned',
  message:
    'secretlint is not installed: only the patterns of authority/secret-patterns.yaml were looked for. Run: npm install --save-dev @secretlint/core @secretlint/secretlint-rule-preset-recommend',
};

function judge(found: FoundSecret, allow: Policy['secrets']['allow'], today: string): SuiteCheck {
  const { file, line, pattern, fingerprint, shown } = found;
  const what = `${file}:${line}: ${shown}, fingerprint ${fingerprint}`;
  const check = { name: `${pattern} ${file} ${fingerprint}`, file, line, extra: { pattern, fingerprint } };
  const entries = allow.filter(
    (entry) => entry.file === file && entry.pattern === pattern && entry.fingerprint === fingerprint,
  );
  const held = entries.find(({ granted, expires }) => granted <= today && today < expires);
  if (held !== undefined) {
    return { ...check, status: 'warned', message: `${what}: allowed until ${held.expires} (${held.reason})` };
  }
  const ended = entries.map(({ granted, expires }) =>
    today < granted ? ` It is allowed from ${granted} only.` : ` It was allowed until ${expires}.`,
  );
  const fix = 'Revoke it, then take it out of the code; where it is none, allow it in contracts/policy.yaml.';
  return { ...check, status: 'failed', message: `${what}. ${fix}${ended.join('')}` };
}

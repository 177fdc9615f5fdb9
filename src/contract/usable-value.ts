/** Values of environment variables that are set and still mean nothing. */
const PLACEHOLDER =
  /^(?:undefined|null|none|nan|true|false|todo|tbd|fixme|x{3,}|\*{3,}|\.{3,}|change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this)|your[-_ ].*|example|placeholder|dummy|<.*>|\$\{.*\}|\{\{.*\}\})$/i;

/** Why the value cannot be meant, in words that do not show it; `undefined` = usable. */
export function whyUnusable(value: string): string | undefined {
  if (value === '') return 'is empty';
  if (value.trim() === '') return 'holds only white space';
  if (value !== value.trim()) return 'begins or ends with white space or a line break';
  if (/^(["']).*\1$/s.test(value)) return 'is wrapped in quotes';
  if (/[\u0000-\u001f\u007f]/.test(value) && !value.startsWith('-----BEGIN ')) return 'holds control characters';
  if (PLACEHOLDER.test(value)) return 'is a placeholder';
  return undefined;
}

/** What a value of a variable looks like, without the value. */
export type VariableState =
  | 'present'
  | 'missing'
  | 'empty'
  | 'blank'
  | 'placeholder'
  | 'padded'
  | 'quoted'
  | 'marked'
  | 'test-key'
  | 'invalid';

const PLACEHOLDER =
  /^(changeme|change-me|undefined|null|none|nan|todo|xxx+|placeholder|your[-_].*|<.*>|example|secret|password)$/i;
const BYTE_ORDER_MARK = '\uFEFF';
const TEST_KEY = /^[a-z]{2,4}[-_]test[-_]/i;

/**
 * Names the first thing that is wrong with a value: not there, "", spaces only, a byte order mark, white space at an end,
 * quotes that a shell or an .env file left, a placeholder, a key of the test mode, or not what `isValid` demands.
 */
export function toVariableState(value: string | undefined, isValid: (value: string) => boolean): VariableState {
  if (value === undefined) return 'missing';
  if (value === '') return 'empty';
  if (value.includes(BYTE_ORDER_MARK)) return 'marked';
  const trimmed = value.trim();
  if (trimmed === '') return 'blank';
  if (trimmed !== value) return 'padded';
  if (/^(["']).*\1$/.test(value)) return 'quoted';
  if (PLACEHOLDER.test(value)) return 'placeholder';
  if (TEST_KEY.test(value)) return 'test-key';
  return isValid(value) ? 'present' : 'invalid';
}

/** What a rule has to say about one place of an API contract. */
export type LintSeverity = 'error' | 'warning' | 'information' | 'hint';

export interface LintFinding {
  readonly rule: string;
  readonly severity: LintSeverity;
  readonly message: string;
  /** relative to the folder that was given as root */
  readonly file: string;
  /** JSON pointer (RFC 6901) into that file; '' = the document */
  readonly pointer: string;
  /** from 1 */
  readonly line: number;
  readonly column: number;
}

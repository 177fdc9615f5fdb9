/** A history as a graph of numbers, whoever read it. */
export interface CommitSource {
  /** how many commits have a number, from 0 on */
  size(): number;
  /** -1 = not known; `id` in full */
  find(id: string): number;
  /** committer time, Unix; NaN = only its id is known: a parent outside of what was read */
  timeOf(commit: number): number;
  parentCount(commit: number): number;
  parentOf(commit: number, index: number): number;
}

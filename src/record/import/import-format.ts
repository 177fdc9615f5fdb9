/** How one record of another tool's export becomes told events. */
import type { Fields } from './record-fields.ts';
import type { ToldEvent } from './told-event.ts';
import type { CleanText } from './told-text.ts';

export interface ImportScope {
  readonly system: string;
  readonly environment: string;
  /** how the file calls the environment; compared without regard to case */
  readonly sourceEnvironment: string;
  readonly clean: CleanText;
  readonly now: Date;
  /** Whether the history holds this run, which then knows the deployment better than any file. */
  readonly isKnownRun: (runId: string) => boolean;
}

export type Imported =
  /** `from` = whose deployments they are, where the record says it: a repository, a pipeline */
  | { readonly kind: 'told'; readonly event: ToldEvent; readonly from?: string | undefined }
  /** not a deployment or incident of what is asked for; counted by its reason */
  | { readonly kind: 'left-out'; readonly why: string; readonly otherEnvironment?: true }
  /** when a commit was made, for the deployments of the same file */
  | { readonly kind: 'commit-time'; readonly commit: string; readonly time: string }
  /** its fields say what is wrong with it */
  | { readonly kind: 'wrong' };

export interface ImportFormat {
  readonly name: string;
  /** what a time without a zone means in this tool's exports */
  readonly zoneless: 'refused' | 'utc';
  readonly read: (fields: Fields, scope: ImportScope) => Imported;
}

export const WRONG: Imported = { kind: 'wrong' };

export function leftOut(why: string): Imported {
  return { kind: 'left-out', why };
}

/** Undefined = it is of the environment that is asked for, or the record names none. */
export function ofOtherEnvironment(name: string | undefined, scope: ImportScope): Imported | undefined {
  if (name === undefined || name.toLowerCase() === scope.sourceEnvironment.toLowerCase()) return undefined;
  return { kind: 'left-out', why: `of the environment "${scope.clean(name, 60)}"`, otherEnvironment: true };
}

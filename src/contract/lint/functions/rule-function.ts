/** A rule's function: what it has to say about the document, each with the place where that is written. */
import type { OpenedOpenApi } from '../../openapi.ts';
import type { Located } from '../../openapi-references.ts';
import type { FollowedDocument } from '../follow-references.ts';

export interface Complaint {
  readonly message: string;
  readonly place: Pick<Located, 'file' | 'pointer'>;
}

/** `value` = what the rule's `given` found, at `path` of the followed document. */
export type RuleFunction = (
  value: unknown,
  options: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
) => Complaint[];

export interface RuleSubject {
  readonly opened: OpenedOpenApi;
  readonly followed: FollowedDocument;
}

/** Functions are made for one document: they follow its references. */
export type MakeRule = (subject: RuleSubject) => RuleFunction;

export function isMapping(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

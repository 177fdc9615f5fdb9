/** `gate10 contract diff`. */
import { compareDocuments } from '../contract/diff/compare-documents.ts';
import { type CompatibilityJudgement, type JudgedChange, judgeChanges } from '../contract/diff/judge-changes.ts';
import { loadPolicy } from '../contract/load-policy.ts';
import { EXIT } from '../errors.ts';
import { type CliContext, contractsDir } from './context.ts';
import { readVersion } from './read-version.ts';

export async function diffContracts(
  old: string,
  next: string,
  options: { readonly json?: true },
  context: CliContext,
): Promise<void> {
  const [was, is] = [await readVersion(old, context), await readVersion(next, context)];
  const judgement = judgeChanges({
    changes: compareDocuments(was, is),
    was: was.release,
    is: is.release,
    waivers: loadPolicy(contractsDir(context)).waivers,
    today: context.now().toISOString().slice(0, 10),
  });
  if (options.json) context.stdout(`${JSON.stringify({ was: was.release, is: is.release, ...judgement })}\n`);
  else print(judgement, `${old} (${was.release}) → ${next} (${is.release})`, context);
  context.setExitCode(judgement.verdict === 'failed' ? EXIT.failed : EXIT.proven);
}

function print(
  { verdict, changes, isMajor, unused }: CompatibilityJudgement,
  versions: string,
  context: CliContext,
): void {
  for (const change of changes) context.stdout(`${toLine(change, isMajor)}\n`);
  for (const { waiver, why } of unused) context.stdout(`waiver ${waiver.id} covers nothing: ${why}\n`);
  const breaking = changes.filter((change) => change.breaking).length;
  const major = isMajor && breaking > 0 ? ', allowed by the major version' : '';
  context.stdout(
    `${verdict}: ${versions}: ${breaking} breaking${major}, ${changes.length - breaking} harmless changes.\n`,
  );
}

function toLine({ breaking, waiver, kind, operation, place, message }: JudgedChange, isMajor: boolean): string {
  const word = !breaking ? 'harmless' : waiver !== undefined || isMajor ? 'breaking (let pass)' : 'BREAKING';
  const by = waiver === undefined ? '' : ` [waiver ${waiver.id} of ${waiver.owner}, until ${waiver.expires}]`;
  return `${word} ${kind}: ${operation}${place === '' ? '' : `, ${place}`}: ${message}${by}`;
}

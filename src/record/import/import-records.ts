/** Records of a file, or of git, into the stage: what is right, what is left out and why, what is wrong and where. */
import type { Problem } from '../../errors.ts';
import type { Imported, ImportFormat, ImportScope } from './import-format.ts';
import { readFields } from './record-fields.ts';
import type { SplitItem } from './split-json.ts';
import type { Conflict, Stage } from './stage.ts';

/** Enough for a person; a file of another format is wrong in every line. */
const MAX_PROBLEMS = 100;
const MAX_REASONS = 20;
const MAX_SOURCES = 20;

export interface ImportCounts {
  readonly records: number;
  /** the same record again, word for word */
  readonly repeated: number;
  readonly invalid: number;
  /** false = what stands behind one of the problems may be missing */
  readonly isWhole: boolean;
  /** at most 100 of them, and one that says so */
  readonly problems: readonly Problem[];
  /** how many were left out, by the reason */
  readonly leftOut: ReadonlyMap<string, number>;
  /** of those, the ones of another environment */
  readonly otherEnvironment: number;
  /** whose deployments they are, at most 20 of them */
  readonly from: readonly string[];
}

export interface Importer {
  readonly take: (items: readonly SplitItem[]) => void;
  /** After the last of them. */
  readonly settle: () => ImportCounts;
}

/** `shownAs` is the file as messages name it; without it, `line` counts records. */
export function createImporter(format: ImportFormat, scope: ImportScope, stage: Stage, shownAs: string): Importer {
  let [records, invalid, otherEnvironment] = [0, 0, 0];
  let isWhole = true;
  const problems: Problem[] = [];
  const leftOut = new Map<string, number>();
  const from = new Set<string>();
  const rules = { clean: scope.clean, now: scope.now, zoneless: format.zoneless };

  function refuse(line: number, found: readonly Omit<Problem, 'file' | 'line'>[]): void {
    invalid += 1;
    for (const problem of found) {
      // what is wrong is shown, and may be a secret in the wrong place
      const what = scope.clean(problem.what, 300);
      if (problems.length < MAX_PROBLEMS) problems.push({ ...problem, what, file: shownAs, line });
    }
  }

  function keep(imported: Imported, line: number): void {
    switch (imported.kind) {
      case 'told':
        stage.add(imported.event, line);
        if (imported.from !== undefined && from.size < MAX_SOURCES) from.add(imported.from);
        return;
      case 'left-out': {
        const why = leftOut.has(imported.why) || leftOut.size < MAX_REASONS ? imported.why : 'for other reasons';
        leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
        if (imported.otherEnvironment) otherEnvironment += 1;
        return;
      }
      case 'commit-time':
        stage.addCommitTime(imported.commit, imported.time);
        return;
      case 'wrong':
        refuse(line, [{ code: 'import-record', what: 'the record is not complete' }]);
        return;
    }
  }

  function takeOne(item: SplitItem): void {
    records += 1;
    if ('problem' in item) {
      isWhole &&= item.loses !== true;
      refuse(item.line, [{ code: 'import-record', ...item.problem }]);
      return;
    }
    const fields = readFields(item.value, rules);
    const imported = format.read(fields, scope);
    if (fields.problems.length > 0) refuse(item.line, fields.problems);
    else keep(imported, item.line);
  }

  return {
    take: (items) => {
      for (const item of items) takeOne(item);
    },
    settle: () => {
      const { repeated, conflicts } = stage.settle();
      for (const conflict of conflicts) refuse(conflict.line, [toProblem(conflict)]);
      const more = { code: 'more', file: shownAs, what: `${invalid} records are wrong; the rest is not listed` };
      const listed = problems.length < MAX_PROBLEMS ? problems : [...problems, more];
      return { records, repeated, invalid, isWhole, problems: listed, leftOut, otherEnvironment, from: [...from] };
    },
  };
}

function toProblem({ id, firstLine }: Conflict): Omit<Problem, 'file' | 'line'> {
  return {
    code: 'import-conflict',
    what: `"${id}" is told in another way in line ${firstLine}`,
    expected: 'one word about each deployment and incident',
    fix: 'Where the file was put together of several exports, import them one by one, the oldest first.',
  };
}

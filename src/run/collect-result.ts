/** One result of one Playwright test → plain data. Reads types only; nothing of the runner is loaded. */
import { readFileSync } from 'node:fs';
import type { TestResult, TestStep } from '@playwright/test/reporter';
import { EVIDENCE_MEDIA_TYPE, type Evidence, evidenceSchema } from '../probe/schema.ts';
import type { Breakage, CollectedResult } from './collected.ts';
import { plainText } from './plain-text.ts';

/** Larger evidence is refused: 10,000 rows need about 5 MB. */
const MAX_EVIDENCE_BYTES = 64 * 1024 * 1024;

interface StepFacts {
  assertions: number;
  readonly swallowed: string[];
  readonly unfinished: string[];
  breakage: Breakage | undefined;
}

function visitStep(step: TestStep, passed: boolean, insideExpect: boolean, facts: StepFacts): void {
  const isExpect = step.category === 'expect';
  const name = () => `${plainText(step.title)}${step.location ? ` (line ${step.location.line})` : ''}`;
  if (step.duration < 0 && (isExpect || step.category === 'test.step')) facts.unfinished.push(name());
  else if (isExpect) facts.assertions++;
  if (step.error && isExpect && !insideExpect) {
    facts.breakage = 'assertion';
    if (passed) facts.swallowed.push(name());
  } else if (step.error && step.category === 'pw:api') facts.breakage ??= 'action';
  for (const child of step.steps) visitStep(child, passed, insideExpect || isExpect, facts);
}

function parseEvidence(attachment: TestResult['attachments'][number]): Evidence | string {
  try {
    const body = attachment.body ?? (attachment.path === undefined ? undefined : readFileSync(attachment.path));
    if (body === undefined) return `${attachment.name}: has neither a body nor a file`;
    if (body.length > MAX_EVIDENCE_BYTES) return `${attachment.name}: is larger than ${MAX_EVIDENCE_BYTES} bytes`;
    const parsed = evidenceSchema.safeParse(JSON.parse(body.toString('utf8')));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    return `${attachment.name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not evidence'}`;
  } catch (error) {
    return `${attachment.name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The facts of one attempt. Evidence that cannot be read is named in `unreadable`, never dropped. */
export function collectResult(result: TestResult): CollectedResult {
  const facts: StepFacts = { assertions: 0, swallowed: [], unfinished: [], breakage: undefined };
  for (const step of result.steps) visitStep(step, result.status === 'passed', false, facts);
  const parsed = result.attachments.filter(({ contentType }) => contentType === EVIDENCE_MEDIA_TYPE).map(parseEvidence);
  const broken = result.status === 'failed' ? (facts.breakage ?? 'other') : undefined;
  return {
    retry: result.retry,
    status: result.status,
    durationMs: Math.max(0, result.duration),
    errors: result.errors.map((error) => plainText(error.message ?? error.value ?? 'unknown error')),
    ...(broken !== undefined && { breakage: broken }),
    assertions: facts.assertions,
    swallowed: facts.swallowed,
    unfinished: facts.unfinished,
    evidence: parsed.filter((item) => typeof item !== 'string'),
    unreadable: parsed.filter((item) => typeof item === 'string'),
  };
}

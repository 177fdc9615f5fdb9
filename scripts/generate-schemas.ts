/**
 * Writes the JSON Schemas of everything that gate10 reads and writes into `contracts/schemas/`, from the zod schemas.
 * `--check` writes nothing and fails where a file is not what would be written.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type DefaultValue, loadDefaults } from '../src/contract/defaults.ts';
import { gatesSchema } from '../src/contract/gates-schema.ts';
import { lintBaselineSchema } from '../src/contract/lint/baseline.ts';
import { notifySchema } from '../src/contract/notify-schema.ts';
import { objectivesDocumentSchema } from '../src/contract/objectives/openslo-schema.ts';
import { observedExchangeSchema } from '../src/contract/observed.ts';
import { policySchema } from '../src/contract/policy-schema.ts';
import { releaseSchema } from '../src/contract/release-schema.ts';
import { systemSchema } from '../src/contract/schema.ts';
import { toLedgerEventSchema } from '../src/ledger/parse-event.ts';
import { engineEventSchema, evidenceSchema, planSchema, rowSchema } from '../src/probe/schema.ts';
import { coverageRecordSchema } from '../src/record/coverage/coverage-record-schema.ts';
import { flakeRecordSchema } from '../src/record/flake/flake-record-schema.ts';
import { pyramidRecordSchema } from '../src/record/pyramid/pyramid-record-schema.ts';
import { testRunSchema } from '../src/record/results/test-run-schema.ts';
import { doraMetricsSchema } from '../src/record/schema.ts';
import { blockFileSchema } from '../src/record/scorecard/block-schema.ts';
import {
  readinessLogSchema,
  readinessMetricsSchema,
  readinessReportSchema,
} from '../src/record/scorecard/report-schema.ts';
import { scorecardSchema } from '../src/record/scorecard/scorecard-schema.ts';
import { statementSchema } from '../src/record/scorecard/statement-schema.ts';
import { sloReportSchema } from '../src/record/slo/slo-schema.ts';
import { envelopeSchema, signedStatementSchema } from '../src/release/attest/schema.ts';
import { gateDecisionSchema, gateInputsSchema } from '../src/release/gate/schema.ts';
import { releaseManifestSchema } from '../src/release/manifest/schema.ts';
import { signOffSchema } from '../src/release/sign-off-schema.ts';
import { webhookMessageSchema } from '../src/response/notify/schema.ts';
import { rollbackReportSchema } from '../src/response/rollback/schema.ts';
import { runRecordSchema } from '../src/run/schema.ts';
import { verdictRecordSchema } from '../src/verdict/schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

const FOLDER = path.resolve(import.meta.dirname, '../contracts/schemas');

/** name → what the file describes and its schema; the name is part of the `$id`. */
const SCHEMAS: Readonly<Record<string, readonly [string, z.ZodType]>> = {
  system: ['contracts/system.yaml: what a system promises its users', systemSchema],
  policy: ['contracts/policy.yaml: what may pass', policySchema],
  gates: ["contracts/gates.yaml: a team's own gates, and what may never get lost", gatesSchema],
  release: ['contracts/release.yaml: what a release is made of', releaseSchema],
  'release-manifest': ['release-manifest.json: what goes out', releaseManifestSchema],
  'gate-inputs': ['decisions/<id>/inputs.json: what a gate saw', gateInputsSchema],
  'gate-decision': ['decisions/<id>/decision.json: what a gate decided', gateDecisionSchema],
  notify: ['contracts/notify.yaml: who hears of what', notifySchema],
  objectives: ['A document of contracts/objectives.yaml: OpenSLO v1', objectivesDocumentSchema],
  'lint-baseline': ['lint-baseline.yaml: what an inherited API contract is known to break', lintBaselineSchema],
  'observed-exchange': ['A line of observed traffic', observedExchangeSchema],
  plan: ['plan.json: the rows that a run has to produce', planSchema],
  row: ['One finding about one promise', rowSchema],
  evidence: ['What a test attaches', evidenceSchema],
  'engine-event': ['A line of engine.ndjson', engineEventSchema],
  'run-record': ['record.json: what a run was', runRecordSchema],
  verdict: ['verdict.json: the judgement of a run', verdictRecordSchema],
  'dora-metrics': ['dora_metrics.json: the four keys of one system in one environment', doraMetricsSchema],
  scorecard: ['readiness-scorecard.json: is this release ready', scorecardSchema],
  'scorecard-block': ['A file of the state folder that the scorecard reads', blockFileSchema],
  'readiness-report': ['readiness_report.json: the scorecard by its three pillars', readinessReportSchema],
  'readiness-metrics': ['readiness_metrics.json: the numbers of a scorecard', readinessMetricsSchema],
  'readiness-log': ['A line of readiness_logs/', readinessLogSchema],
  'test-result-statement': ['readiness-scorecard.intoto.json: in-toto test-result v0.1', statementSchema],
  pyramid: ['pyramid.json: the tests of every suite by level', pyramidRecordSchema],
  coverage: ['coverage.json: what all suites together reach', coverageRecordSchema],
  flake: ['flake.json: how often tests flake, and which are in quarantine', flakeRecordSchema],
  'test-run': ['tests/<run>.<digest>.json: the results of one file of one run', testRunSchema],
  slo: ['slo.json: how the objectives of an environment stand', sloReportSchema],
  'sign-off-envelope': ['sign-off/*.dsse.json: a signed approval or waiver', envelopeSchema],
  'sign-off-statement': ['What an envelope of the sign-off holds', signedStatementSchema],
  'sign-off': ['gate10 sign-off --json: who signed off a release, and what is missing', signOffSchema],
  rollback: ['rollbacks/<id>.json: what became of a rollback', rollbackReportSchema],
  'webhook-message': ['What a webhook of contracts/notify.yaml gets', webhookMessageSchema],
  'ledger-event': ['An event of the ledger', toLedgerEventSchema()],
};

function generate(): ReadonlyMap<string, string> {
  const { values } = loadDefaults();
  const files = Object.entries(SCHEMAS).map(([name, [title, schema]]) => {
    const { $schema, ...body } = z.toJSONSchema(schema, { io: 'input' });
    if (name === 'system') {
      for (const value of values) relax(body, value.path, value);
      allowVariables(body);
      body.$defs = { ...body.$defs, variable: { type: 'string', pattern: '\\$\\{[^}]+\\}' } };
    }
    const document = { $schema, $id: `urn:gate10:${name}:v1`, title, ...body };
    return [`${name}.schema.json`, `${JSON.stringify(document, null, 2)}\n`] as const;
  });
  return new Map(files);
}

/** A value that `authority/defaults.yaml` fills in may be left out of the file that a person writes. */
function relax(schema: JsonSchema, path: readonly string[], { value, source }: DefaultValue): void {
  const [segment = '', ...rest] = path;
  if (segment === '*') {
    const inner = schema.items ?? schema.additionalProperties;
    if (!isSchema(inner))
      throw new Error(`Failed to place the default ${path.join('.')}: there is no list or mapping.`);
    relax(inner, rest, { path: rest, value, source });
    return;
  }
  const name = segment.replace(/\?$/, '');
  const member = schema.properties?.[name];
  if (!isSchema(member)) throw new Error(`Failed to place the default ${path.join('.')}: no such key.`);
  const mayBeMissing = rest.length === 0 || (!segment.endsWith('?') && !rest.includes('*'));
  if (mayBeMissing && schema.required) schema.required = schema.required.filter((key) => key !== name);
  if (rest.length === 0) member.default = value;
  else relax(member, rest, { path: rest, value, source });
}

/** Before variables are filled in, `${NAME}` may stand wherever a narrower text, a number or a boolean will. */
function allowVariables(schema: JsonSchema): void {
  const lists = [schema.anyOf, schema.oneOf, schema.allOf].filter((list) => list !== undefined);
  const members = [
    ...Object.values(schema.properties ?? {}),
    schema.items,
    schema.additionalProperties,
    ...lists.flat(),
  ];
  for (const member of members) {
    if (!isSchema(member)) continue;
    if (isNarrow(member)) widen(member);
    else allowVariables(member);
  }
}

function isNarrow({ type, pattern, format, enum: values }: JsonSchema): boolean {
  if (type === 'number' || type === 'integer' || type === 'boolean') return true;
  return type === 'string' && (pattern ?? format ?? values) !== undefined;
}

function widen(schema: JsonSchema): void {
  const { description, default: fallback, ...narrow } = schema;
  for (const key of Object.keys(narrow)) delete schema[key];
  schema.anyOf = [narrow, { $ref: '#/$defs/variable' }];
}

function isSchema(value: unknown): value is JsonSchema {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function drift(files: ReadonlyMap<string, string>): readonly string[] {
  const present = readdirSync(FOLDER).filter((name) => name.endsWith('.schema.json'));
  const changed = [...files].filter(([name, text]) => !present.includes(name) || read(name) !== text);
  return [...changed.map(([name]) => name), ...present.filter((name) => !files.has(name))];
}

function read(name: string): string {
  return readFileSync(path.join(FOLDER, name), 'utf8');
}

mkdirSync(FOLDER, { recursive: true });
const files = generate();
if (process.argv.includes('--check')) {
  const stale = drift(files);
  for (const name of stale) {
    console.error(`contracts/schemas/${name} is not what the code says. Run: node scripts/generate-schemas.ts`);
  }
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [name, text] of files) writeFileSync(path.join(FOLDER, name), text);
  console.log(`Wrote ${files.size} schemas to contracts/schemas/.`);
}

/** The files of `contracts/`, as adopters write them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { readBaseline } from '../../../src/contract/lint/baseline.ts';
import { readRuleset } from '../../../src/contract/lint/ruleset.ts';
import { loadGates } from '../../../src/contract/load-gates.ts';
import { loadNotify } from '../../../src/contract/load-notify.ts';
import { loadPolicy } from '../../../src/contract/load-policy.ts';
import { loadRelease } from '../../../src/contract/load-release.ts';
import { loadSystem } from '../../../src/contract/load-system.ts';
import { readObjectives } from '../../../src/contract/objectives/read-objectives.ts';
import { parseOpenApi } from '../../../src/contract/openapi.ts';
import { InputError } from '../../../src/errors.ts';
import { SMALL_CONTRACT } from '../../unit/contract/contract-folder.ts';
import { MINIMAL } from '../../unit/contract/objectives/sample-objectives.ts';
import { Finding, type FuzzParser, fair, judged, mustEqual, type Outcome, textOf } from '../fuzz-parser.ts';

const root = path.resolve(import.meta.dirname, '../../..');
export const own = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** A file of a contracts folder, by its loader. What it takes has to be taken again in the same words. */
function contract(name: string, load: (contractsDir: string) => unknown): FuzzParser['open'] {
  return (folder) => {
    const contractsDir = path.join(folder, 'contracts');
    mkdirSync(contractsDir, { recursive: true });
    const file = path.join(contractsDir, name);
    return (bytes) => {
      writeFileSync(file, bytes);
      return judged(
        () => load(contractsDir),
        (value) => {
          if (value === undefined) throw new Finding('it was taken, and is nothing');
          new TextDecoder('utf-8', { fatal: true }).decode(bytes);
          if (bytes.includes(0)) throw new Finding('it was taken with a NUL');
        },
      );
    };
  };
}

const GATES = `schema: gate10/gates/v1
gates:
  - { name: unit-tests, modes: [local, ci], argv: [npx, vitest, run], timeout: 10m }
  - { name: types, modes: [ci], argv: [npx, tsc], timeout: 1m }
criticalFeatures: []
documentation: [README.md]
`;
const BASELINE = stringify({
  schema: 'gate10/lint-baseline/v1',
  findings: [{ rule: 'info-contact', file: 'openapi.yaml', path: '/info', owner: 'shop', expires: '2027-01-31' }],
});
const RULESET = `extends: [[spectral:oas, recommended], gate10]
rules:
  info-contact: off
  own-rule: { description: d, severity: warn, given: "$.paths[*]", then: { field: get, function: truthy } }
overrides:
  - { files: ["*.yaml#/paths"], rules: { own-rule: error } }
`;
const POLICY = `schema: gate10/policy/v1
waivers:
  - { id: W-1, covers: vulnerability, finding: CVE-2026-1234, owner: shop, approvedBy: bob, reason: not reachable from outside, granted: 2026-11-01, expires: 2026-12-01 }
release:
  approvals: { minimum: 2, roles: { release-manager: { members: [alice@example.com] } } }
  waivers: { maximum: 2, roles: [release-manager] }
rollback:
  drivers: { production: { kind: command, argv: [./deploy, "{{target.commit}}"], timeout: 5m } }
tests:
  success: { unit: 1 }
`;
const OPENAPI = `openapi: 3.0.3
info: { title: t, version: 1.0.0 }
paths:
  /jobs/{id}:
    get:
      operationId: job
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses:
        "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Job" } } } }
components:
  schemas:
    Job: { type: object, required: [id], properties: { id: { type: string }, next: { $ref: "#/components/schemas/Job" } } }
`;

export const CONTRACTS: readonly FuzzParser[] = [
  {
    ...{ name: 'system', reads: 'contracts/system.yaml', form: 'yaml', inCi: 40 },
    // the second lacks its variables and its environment: everything else of it is looked at all the same
    samples: () => [SMALL_CONTRACT, own('examples/verdaccio/contracts/system.yaml')],
    words: ['promises:', 'declared', 'absent: x', 'environments: {}'],
    open: contract('system.yaml', (contractsDir) => loadSystem({ contractsDir, environment: 'live', env: {} })),
  },
  {
    ...{ name: 'policy', reads: 'contracts/policy.yaml', form: 'yaml', inCi: 30 },
    samples: () => [POLICY, own('contracts/policy.yaml')],
    words: ['2026-02-30', '90d', 'block', 'maximum: -1'],
    open: contract('policy.yaml', loadPolicy),
  },
  {
    ...{ name: 'objectives', reads: 'contracts/objectives.yaml (OpenSLO)', form: 'yaml', inCi: 30 },
    samples: () => [MINIMAL, own('contracts/objectives.yaml')],
    words: ['---\n', 'kind: SLI', '30d', '[[$', '{{.window}}'],
    open: contract('objectives.yaml', (folder) => readObjectives(folder, { defaultWindow: '30d' })),
  },
  {
    ...{ name: 'notify', reads: 'contracts/notify.yaml', form: 'yaml', inCi: 5000 },
    samples: () => [own('contracts/notify.yaml')],
    words: ['smtp', 'https://', 'starttls'],
    open: contract('notify.yaml', loadNotify),
  },
  {
    ...{ name: 'release', reads: 'contracts/release.yaml', form: 'yaml', inCi: 5000 },
    samples: () => [own('contracts/release.yaml')],
    words: ['../', '/**', 'pkg:npm/a@1'],
    open: contract('release.yaml', (folder) => loadRelease(folder).contract),
  },
  {
    ...{ name: 'gates', reads: 'contracts/gates.yaml', form: 'yaml', inCi: 5000 },
    samples: () => [GATES],
    open: contract('gates.yaml', loadGates),
  },
  {
    ...{ name: 'lint-baseline', reads: 'lint-baseline.yaml', form: 'yaml', inCi: 50 },
    samples: () => [BASELINE],
    open: contract('lint-baseline.yaml', (folder) => readBaseline(path.join(folder, 'lint-baseline.yaml'), 'x')),
  },
  {
    ...{ name: 'lint-ruleset', reads: '.spectral.yml', form: 'yaml', inCi: 50 },
    samples: () => [RULESET, own('.spectral.yml')],
    open: contract('ruleset.yaml', (folder) => readRuleset(path.join(folder, 'ruleset.yaml'), 'x')),
  },
  {
    ...{ name: 'openapi', reads: 'an OpenAPI document', form: 'yaml', inCi: 100 },
    samples: () => [OPENAPI],
    words: ['$ref: "#/components/schemas/Job"', '$ref: "/etc/passwd"', '$ref: "http://x/"', 'allOf:', '~1', '%2F'],
    open:
      () =>
      async (bytes): Promise<Outcome> => {
        try {
          const document = await parseOpenApi(textOf(bytes), 'api.yaml');
          mustEqual(typeof document, 'object', 'a document that was taken');
          return 'read';
        } catch (error) {
          if (error instanceof InputError) return fair(error.problems);
          throw error;
        }
      },
  },
];

/** The whole catalogue: one file per layer, data only. */
import { AUTHENTICATION_FAULTS } from './catalogue/authentication.ts';
import { CODE_AUTHORITY_FAULTS } from './catalogue/code-authority.ts';
import { CORS_FAULTS } from './catalogue/cors.ts';
import { DATABASE_FAULTS } from './catalogue/database.ts';
import { DNS_FAULTS } from './catalogue/dns.ts';
import { ENDPOINTS_FAULTS } from './catalogue/endpoints.ts';
import { ENVIRONMENT_FAULTS } from './catalogue/environment.ts';
import { EXTERNAL_APIS_FAULTS } from './catalogue/external-apis.ts';
import { FRONTEND_FAULTS } from './catalogue/frontend.ts';
import { IDENTITY_FAULTS } from './catalogue/identity-answers.ts';
import { INTEGRATION_FAULTS } from './catalogue/integration.ts';
import { RUNTIME_FAULTS } from './catalogue/runtime.ts';
import { SCHEMA_FAULTS } from './catalogue/schema.ts';
import { SECURITY_FAULTS } from './catalogue/security.ts';
import { SINGLE_ANSWER_FAULTS } from './catalogue/single-answers.ts';
import { STORAGE_FAULTS } from './catalogue/storage.ts';
import { TLS_FAULTS } from './catalogue/tls.ts';
import type { CatalogueFault, Expected, Trial } from './fault.ts';

export const CATALOGUE: readonly CatalogueFault[] = [
  ...CODE_AUTHORITY_FAULTS,
  ...IDENTITY_FAULTS,
  ...RUNTIME_FAULTS,
  ...INTEGRATION_FAULTS,
  ...DATABASE_FAULTS,
  ...EXTERNAL_APIS_FAULTS,
  ...ENVIRONMENT_FAULTS,
  ...STORAGE_FAULTS,
  ...AUTHENTICATION_FAULTS,
  ...ENDPOINTS_FAULTS,
  ...SINGLE_ANSWER_FAULTS,
  ...DNS_FAULTS,
  ...TLS_FAULTS,
  ...FRONTEND_FAULTS,
  ...CORS_FAULTS,
  ...SCHEMA_FAULTS,
  ...SECURITY_FAULTS,
];

/** One trial with its fault: what a run is made of. */
export interface CatalogueTrial {
  /** "L03-01 502": unique in the catalogue */
  readonly name: string;
  readonly fault: CatalogueFault;
  readonly trial: Trial;
}

export function listTrials(faults: readonly CatalogueFault[] = CATALOGUE): CatalogueTrial[] {
  return faults.flatMap((fault) =>
    fault.trials.map((trial) => {
      // Pages alone prove no deployment: what has to pass takes the whole run.
      const isWhole = trial.how === 'pages' && (trial.expect ?? fault.expect) === 'passed';
      const name = `${fault.id} ${trial.variant}`;
      return { name, fault, trial: isWhole ? { ...trial, how: 'run' as const } : trial };
    }),
  );
}

export function expectedOf({ fault, trial }: CatalogueTrial): Expected {
  return trial.expect ?? fault.expect ?? 'failed';
}

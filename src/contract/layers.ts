/**
 * The layers of the user path: User → DNS → TLS → frontend → proxy → backend → database → external APIs.
 *
 * The first fourteen are the seeds' audit table (postmortem of 2026-01-13, "Systemic Coverage Gap"); `security` is
 * its fifteenth row (headers, rate limiting, error handling, sessions). Order = the order in which they are shown.
 */
export const LAYERS = [
  'code-authority',
  'dns',
  'tls',
  'frontend',
  'integration',
  'cors',
  'runtime',
  'endpoints',
  'authentication',
  'database',
  'schema',
  'storage',
  'external-apis',
  'environment',
  'security',
] as const;

export type LayerId = (typeof LAYERS)[number];

/** The fourteen that count for layer coverage (B17); `security` is judged but not counted among them. */
export const COUNTED_LAYERS: readonly LayerId[] = LAYERS.filter((layer) => layer !== 'security');

/** What people call each layer. */
export const LAYER_TITLES: Readonly<Record<LayerId, string>> = {
  'code-authority': 'Code authority',
  dns: 'DNS',
  tls: 'TLS',
  frontend: 'Frontend build',
  integration: 'Integration',
  cors: 'CORS',
  runtime: 'Backend runtime',
  endpoints: 'API endpoints',
  authentication: 'Authentication',
  database: 'Database',
  schema: 'Database schema',
  storage: 'File storage',
  'external-apis': 'External APIs',
  environment: 'Environment',
  security: 'Security',
};

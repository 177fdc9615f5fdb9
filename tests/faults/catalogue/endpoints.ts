/** Faults of the layer endpoints: API Endpoints. */
import { type CatalogueFault, type ContractPatch, fault } from '../fault.ts';
import { appears, backendAnswers, problem, ROUTE_NOT_FOUND } from '../inject.ts';

/** Every path of the API but its identity. */
const API_PATHS = ['/health', '/__config', '/auth/*', '/files*', '/jobs*', '/chat', '/reranker/*', '/analytics/*'];
const NO_OPERATION: ContractPatch = {
  remove: ['/code/openapi'],
  files: { 'openapi/backend.yaml': 'openapi: 3.1.0\ninfo: { title: mosaic, version: 1.4.0 }\npaths: {}\n' },
};

export const ENDPOINTS_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L09-01',
    { title: 'New endpoint 404 (seed incident)', severity: 'P0', layer: 'endpoints' },
    {
      '404': backendAnswers('/analytics/summary', ROUTE_NOT_FOUND),
      '405': backendAnswers('/analytics/summary', problem(405)),
      '501': backendAnswers('/analytics/summary', problem(501)),
      '404 of one that writes': backendAnswers('/reranker/rerank', ROUTE_NOT_FOUND),
    },
  ),
  fault(
    'L09-02',
    { title: 'New endpoint 500/502/000 counted as "non-404 => pass"', severity: 'P0', layer: 'endpoints' },
    {
      '500': backendAnswers('/analytics/health', problem(500)),
      '502': backendAnswers('/analytics/health', problem(502)),
      '000': { faults: [appears('/analytics/health', { reset: true })] },
    },
  ),
  fault(
    'L09-05',
    { title: 'Every fuzz/contract call rejected early (400/401/404) yet green', severity: 'P0', layer: 'endpoints' },
    {
      'all 404': { faults: API_PATHS.map((each) => appears(each, ROUTE_NOT_FOUND)) },
      'all 401': { faults: API_PATHS.map((each) => appears(each, problem(401))) },
      'all 415': { faults: API_PATHS.map((each) => appears(each, problem(415))) },
    },
  ),
  fault(
    'L09-06',
    { title: 'Spec lists zero paths / empty spec', severity: 'P0', layer: 'endpoints', expect: 'refused' },
    {
      'paths {}': { contract: NO_OPERATION, says: /declares no operation/ },
    },
  ),
];

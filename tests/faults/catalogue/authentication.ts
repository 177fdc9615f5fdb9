/** Faults of the layer authentication: Authentication. */
import { type CatalogueFault, fault } from '../fault.ts';
import { answers, appears, backendAnswers, PAGE, problem, ROUTE_NOT_FOUND } from '../inject.ts';

export const AUTHENTICATION_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L08-01',
    { title: 'Login endpoint 500', severity: 'P0', layer: 'authentication' },
    {
      '500': backendAnswers('/auth/login', problem(500)),
      '404': backendAnswers('/auth/login', ROUTE_NOT_FOUND),
      timeout: { faults: [appears('/auth/login', { silent: true })] },
    },
  ),
  fault(
    'L08-03',
    { title: 'Auth disabled: protected route answers anonymously', severity: 'P0', layer: 'authentication' },
    {
      '200': backendAnswers('/auth/me', answers(200, { id: '1', email: 'someone@example.com', name: 'Someone' })),
      '200 empty': backendAnswers('/files', answers(200, { items: [] })),
      'redirect to login 200': backendAnswers('/auth/me', PAGE),
    },
  ),
  fault(
    'L08-04',
    { title: 'Wrong password accepted', severity: 'P0', layer: 'authentication' },
    {
      any: backendAnswers('/auth/login', answers(200, { token: 'a'.repeat(43), token_type: 'Bearer' })),
    },
  ),
];

/** Words for faults of the embedded system. */
import type { Fault } from '../../reference-system/attach.ts';
import type { How, InjectedFault } from './fault.ts';

type RouteFault = Extract<Fault, { kind: 'route' }>;
type Action = RouteFault['action'];

/** A fault of the backend on a path (`*` = any characters). */
export function appears(path: string, action: Action): RouteFault {
  return { kind: 'route', at: 'backend', match: { path }, action };
}

/** What a public host does wrongly on its own account. */
export function edge(
  at: 'app' | 'api',
  path: string,
  what: Omit<Extract<Fault, { kind: 'edge' }>, 'kind' | 'at' | 'match'>,
  method?: string,
): Fault {
  return { kind: 'edge', at, match: method === undefined ? { path } : { path, method }, ...what };
}

export function frontendAnswers(path: string, action: Action): InjectedFault {
  return { faults: [{ kind: 'route', at: 'frontend', match: { path }, action }] };
}

export function backendAnswers(path: string, action: Action): InjectedFault {
  return { faults: [appears(path, action)] };
}

/** Shown by the page specs of the production suite. */
export function pages(injected: InjectedFault): InjectedFault {
  return { ...injected, how: 'pages' satisfies How };
}

/** The real answer with other values at these JSON pointers. */
export function backendPatches(path: string, patchJson: Record<string, unknown>): InjectedFault {
  return { faults: [appears(path, { patchJson } as Action)] };
}

export function answers(status: number, value: unknown): { status: number; body: string; contentType: string } {
  return { status, body: JSON.stringify(value), contentType: 'application/json' };
}

export function problem(status: number, code = 'injected'): { status: number; body: string; contentType: string } {
  const body = JSON.stringify({ type: 'about:blank', title: 'Injected', status, code });
  return { status, body, contentType: 'application/problem+json' };
}

/** As the backend says it of a path that it does not know. */
export const ROUTE_NOT_FOUND = problem(404, 'route-not-found');

export const PAGE = {
  status: 200,
  body: '<!doctype html><html lang="en"><title>Log in</title><body>Please log in</body></html>',
  contentType: 'text/html; charset=utf-8',
};

export const MAINTENANCE = {
  status: 200,
  body: '<!doctype html><html lang="en"><title>mosaic</title><body>Under maintenance</body></html>',
  contentType: 'text/html; charset=utf-8',
};

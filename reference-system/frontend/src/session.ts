import { api } from './api.ts';
import { ApiError } from './api-client.ts';
import type { User } from './api-types.ts';

// The session itself is an HttpOnly cookie that scripts cannot see. The hint only spares visitors who never
// logged in a request that would answer 401.
const HINT = 'mosaic.signed-in';
const listeners = new Set<() => void>();
let user: User | null = null;

function change(next: User | null): void {
  user = next;
  if (next) localStorage.setItem(HINT, '1');
  else localStorage.removeItem(HINT);
  for (const listener of listeners) listener();
}

export function currentUser(): User | null {
  return user;
}

export function onSessionChange(listener: () => void): void {
  listeners.add(listener);
}

/** Asks the API who is logged in, if somebody was. A dead session counts as logged out; a dead API changes nothing. */
export async function restoreSession(): Promise<void> {
  if (localStorage.getItem(HINT) === null) return;
  try {
    change(await api.me());
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) change(null);
  }
}

export async function logIn(email: string, password: string): Promise<void> {
  const session = await api.login(email, password);
  change(session.user);
}

export async function logOut(): Promise<void> {
  await api.logout();
  change(null);
}

import type { Backend } from '../backend.ts';
import { hashToken } from '../sessions.ts';
import {
  addMissingToken,
  cookieAttributes,
  deletedUser,
  lockout,
  passwordExpired,
  takeEmptyPassword,
  userEnumeration,
} from './account-hooks.ts';
import {
  anyPasswordRule,
  fixedSessionRule,
  noAuthRule,
  otherTenantRule,
  otherUserRule,
  stickySessionRule,
} from './account-rules.ts';
import { dateHeader, invalidInput, pageForUnknown, warmUp } from './answer-hooks.ts';
import type { Behaviour } from './behaviour.ts';
import {
  cachedRule,
  fixtureRule,
  lostIndexRule,
  neighbourRowRule,
  pageTwoRule,
  sameRowRule,
  staleRule,
} from './data-rules.ts';
import type { HookRule } from './hook-rule.ts';
import { inMemoryRule, memorySessionRule } from './memory-rules.ts';
import type { QueryRule } from './query-rule.ts';
import { damagedUploads, fileListing, lostUploads, publicFiles, uploadLimit } from './upload-hooks.ts';

/** What one behaviour changes. */
export type Effect = { query?: QueryRule; hook?: HookRule };

/** `backend` is the honest one but for its clock; `nowMs` is monotonic. */
export function toEffect(behaviour: Behaviour, backend: Backend, nowMs: () => number): Effect {
  return (
    toDataEffect(behaviour, backend) ?? toAccountEffect(behaviour, backend) ?? toAnswerEffect(behaviour, backend, nowMs)
  );
}

function toDataEffect(behaviour: Behaviour, backend: Backend): Effect | undefined {
  switch (behaviour.name) {
    case 'fixtures':
      return { query: fixtureRule() };
    case 'in-memory':
      return { query: inMemoryRule() };
    case 'cached':
      return { query: cachedRule() };
    case 'stale-reads':
      return { query: staleRule(behaviour, backend.now) };
    case 'same-row':
      return { query: sameRowRule };
    case 'neighbour-row':
      return { query: neighbourRowRule };
    case 'page-two':
      return { query: pageTwoRule };
    case 'lost-index':
      return { query: lostIndexRule };
    case 'memory-sessions':
      return { query: memorySessionRule() };
    default:
      return undefined;
  }
}

function toAccountEffect(behaviour: Behaviour, backend: Backend): Effect | undefined {
  switch (behaviour.name) {
    case 'no-auth':
      return { query: noAuthRule, hook: addMissingToken };
    case 'any-password':
      return { query: anyPasswordRule(behaviour), hook: takeEmptyPassword };
    case 'other-user':
      return { query: otherUserRule };
    case 'other-tenant':
      return { query: otherTenantRule };
    case 'sticky-session':
      return { query: stickySessionRule(behaviour) };
    case 'fixed-session':
      return { query: fixedSessionRule((token) => hashToken(backend, token)) };
    case 'cookie':
      return { hook: cookieAttributes(behaviour) };
    case 'lockout':
      return { hook: lockout(behaviour) };
    case 'password-expired':
      return { hook: passwordExpired };
    case 'deleted-user':
      return { hook: deletedUser(backend) };
    case 'user-enumeration':
      return { hook: userEnumeration(backend) };
    default:
      return undefined;
  }
}

function toAnswerEffect(behaviour: Behaviour, backend: Backend, nowMs: () => number): Effect {
  switch (behaviour.name) {
    case 'clock':
      return { hook: dateHeader(backend.now) };
    case 'lost-uploads':
      return { hook: lostUploads(backend.config) };
    case 'damaged-uploads':
      return { hook: damagedUploads(behaviour, backend.config) };
    case 'public-files':
      return { hook: publicFiles(backend.config) };
    case 'file-listing':
      return { hook: fileListing(backend.config) };
    case 'upload-limit':
      return { hook: uploadLimit(behaviour) };
    case 'invalid-input':
      return { hook: invalidInput(behaviour) };
    case 'page-for-unknown':
      return { hook: pageForUnknown(behaviour) };
    case 'warm-up':
      return { hook: warmUp(behaviour, nowMs) };
    // The rest changes the parts themselves, in alteration.ts.
    default:
      return {};
  }
}

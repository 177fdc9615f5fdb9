/** What every operation is held to, in this order. */
import type { ApiCheck } from '../subject.ts';
import { demandsASession, endsSessions, keepsUsersApart } from './access.ts';
import { refusesInvalidInput, takesValidInput } from './input.ts';
import { negotiatesMedia } from './media.ts';
import { pagesThrough } from './pages.ts';
import { canBeRepeated } from './repetition.ts';
import { givesWhatIsAskedFor } from './resources.ts';

export const checks: readonly ApiCheck[] = [
  takesValidInput,
  refusesInvalidInput,
  demandsASession,
  endsSessions,
  keepsUsersApart,
  pagesThrough,
  negotiatesMedia,
  canBeRepeated,
  givesWhatIsAskedFor,
];

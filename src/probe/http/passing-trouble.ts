/** Which trouble of a connection may be over by itself, for whoever sends something again. */
import type { TransportErrorKind } from './exchange.ts';

/** A certificate that is refused now is refused in a second too. */
export function isPassing(kind: TransportErrorKind): boolean {
  switch (kind) {
    case 'dns':
    case 'connect':
    case 'timeout':
    case 'reset':
    case 'truncated':
      return true;
    case 'tls':
    case 'too-large':
    case 'protocol':
      return false;
  }
}

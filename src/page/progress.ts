/** What a person sees during a long wait: a line per phase in logs, one rewritten line on a terminal. */
import { plainLine } from '../run/plain-text.ts';

export interface ProgressOutput {
  readonly write: (text: string) => void;
  /** true on a terminal: the line is rewritten */
  readonly tty: boolean;
  readonly columns: number;
}

export interface Progress {
  readonly show: (text: string) => void;
  /** leaves the terminal with a clean line */
  readonly end: () => void;
}

export function createProgress({ write, tty, columns }: ProgressOutput): Progress {
  let last = '';
  let dirty = false;
  return {
    show(text) {
      const line = plainLine(text, columns - 1);
      if (line === last) return;
      last = line;
      if (tty) write(`\r\u001b[2K${line}`);
      else write(`${line}\n`);
      dirty = tty;
    },
    end() {
      if (dirty) write('\r\u001b[2K');
      dirty = false;
    },
  };
}

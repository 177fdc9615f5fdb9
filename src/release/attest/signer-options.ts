/** The options of a line of `allowed_signers`: `namespaces`, `valid-after`, `valid-before`. What is not understood is refused. */
import type { Problem } from '../../errors.ts';

export interface SignerOptions {
  /** The only ones that the key may sign in; undefined = in all. */
  readonly namespaces?: readonly string[];
  /** milliseconds since the epoch */
  readonly validAfter?: number;
  readonly validBefore?: number;
}

type Wrong = Pick<Problem, 'what' | 'expected' | 'fix'>;

const OPTION = /^([a-z-]+)(?:=(?:"([^"\\]*)"|([^"\\,]*)))?$/i;
/** `20261122Z`, `202611220300Z`, `20261122030000Z` */
const TIME = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?Z$/;

export function readSignerOptions(text: string): SignerOptions | Wrong {
  let options: SignerOptions = {};
  // a comma within quotes parts nothing
  for (const option of text.match(/(?:"[^"]*"|[^,"])+/g) ?? []) {
    const [, name = '', quoted, plain] = OPTION.exec(option) ?? [];
    const read = readOption(name.toLowerCase(), quoted ?? plain ?? '');
    if ('what' in read) return read;
    if (Object.keys(read).some((key) => key in options))
      return { what: `"${name}" is there twice`, expected: 'each option once' };
    options = { ...options, ...read };
  }
  return options;
}

/** Whether the key may sign in this namespace, and is valid then. */
export function whyNotUsable(options: SignerOptions, namespace: string, at: Date): string | undefined {
  const { namespaces, validAfter, validBefore } = options;
  if (namespaces !== undefined && !namespaces.includes(namespace)) return `the key may not sign in "${namespace}"`;
  if (validAfter !== undefined && at.getTime() < validAfter)
    return `the key is valid from ${new Date(validAfter).toISOString()} only`;
  if (validBefore !== undefined && at.getTime() > validBefore)
    return `the key was valid until ${new Date(validBefore).toISOString()}`;
  return undefined;
}

function readOption(name: string, value: string): SignerOptions | Wrong {
  switch (name) {
    case 'namespaces': {
      const namespaces = value.split(',');
      if (namespaces.every((one) => /^[A-Za-z0-9@._-]+$/.test(one))) return { namespaces };
      return { what: '"namespaces" holds a pattern or nothing', expected: 'names, such as namespaces="gate10@v1"' };
    }
    case 'valid-after':
    case 'valid-before': {
      const time = toTime(value);
      if (time === undefined)
        return {
          what: `"${name}" is no time in UTC`,
          expected: 'a time that ends on Z, such as 20270131Z: without it every machine reads another',
        };
      return name === 'valid-after' ? { validAfter: time } : { validBefore: time };
    }
    case 'cert-authority':
      return { what: 'certificate authorities are not taken', expected: 'the keys of the people themselves' };
    default:
      return { what: 'an option is not known', expected: 'namespaces, valid-after, valid-before' };
  }
}

function toTime(text: string): number | undefined {
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00'] = TIME.exec(text) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = Date.parse(iso);
  return Number.isNaN(time) || new Date(time).toISOString() !== iso ? undefined : time;
}

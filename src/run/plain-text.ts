/** Text from a target or a runner made safe for terminals, CI logs and reports. */

// ANSI: CSI and OSC sequences, then single-character escapes (ECMA-48).
const ANSI = /[\u001b\u009b](?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\[[0-?]*[ -/]*[@-~]|[@-_])/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Without escape sequences, control and direction characters; tabs and line feeds stay. */
export function plainText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(ANSI, '').replace(CONTROL, '');
}

/** One line, at most `max` characters, never beginning with `::` (a command to GitHub's and Azure's runners: `##[`). */
export function plainLine(text: string, max = 300): string {
  const line = plainText(text).replace(/\s+/g, ' ').trim();
  const safe = /^(?:::|##\[|##vso)/.test(line) ? ` ${line}` : line;
  return safe.length > max ? `${safe.slice(0, max - 1)}…` : safe;
}

/** Several lines, each as it was but for what `plainLine` takes away or holds back. */
export function plainLines(text: string): string {
  return plainText(text).replace(/^(?=::|##\[|##vso)/gm, ' ');
}

/** `time` of JUnit XML: seconds, written in as many ways as there are locales. */

/**
 * Milliseconds; undefined = not said, or to be read in two ways. `1,234.5` is thousands (Surefire), `0,123` and `12,5` are
 * fractions; `1,234` may be either, and is neither.
 */
export function secondsToMs(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  if (!/^\d[\d.,]*(?:[eE][-+]?\d+)?$/.test(trimmed)) return undefined;
  const plain = withoutCommas(trimmed);
  const seconds = plain === undefined ? Number.NaN : Number(plain);
  return Number.isFinite(seconds) ? Math.round(seconds * 1e6) / 1e3 : undefined;
}

function withoutCommas(text: string): string | undefined {
  if (!text.includes(',')) return text;
  if (/^\d{1,3}(?:,\d{3})+\.\d*$/.test(text) || /^\d{1,3}(?:,\d{3}){2,}$/.test(text)) return text.replaceAll(',', '');
  if (/^[1-9]\d{0,2},\d{3}$/.test(text)) return undefined;
  return /^\d+,\d+$/.test(text) ? text.replace(',', '.') : undefined;
}

/** What is kept of URLs and messages: enough to find the place, nothing that opens a door. */

const TEXT_LIMIT = 500;

/** Drops user info, fragment and the values of the query; a `data:` or `blob:` URL keeps its type only. */
export function urlWithoutSecrets(text: string): string {
  if (!URL.canParse(text)) return text.slice(0, TEXT_LIMIT);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return `${url.protocol}${url.pathname.slice(0, 20).replace(/[;,].*$/, '')}`;
  const names = [...new Set(url.searchParams.keys())].map((name) => `${encodeURIComponent(name)}=…`);
  return `${url.origin}${url.pathname}${names.length > 0 ? `?${names.join('&')}` : ''}`.slice(0, TEXT_LIMIT);
}

/** The same for every URL inside a message, which is cut at 500 characters. */
export function textWithoutSecrets(text: string): string {
  return text.replace(/\bhttps?:\/\/[^\s'"<>)]+/g, urlWithoutSecrets).slice(0, TEXT_LIMIT);
}

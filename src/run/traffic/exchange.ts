/** One request with its answer, as a client saw them. */
export interface Exchange {
  /** capitals */
  readonly method: string;
  /** path with its query, e.g. `/jobs?query=x` */
  readonly target: string;
  /** names in lower case, here and below */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** as sent; forms and bytes may be left out: of them only the media type is judged */
  readonly requestBody?: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** as received; '' = none */
  readonly body: string;
}

/** Lower case, without parameters; undefined where there is none. */
export function mediaTypeOf(headers: Readonly<Record<string, string>>): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() || undefined;
}

/** RFC 6839 §3.1: `application/json` and everything that ends in `+json`. */
export function isJson(mediaType: string | undefined): boolean {
  return mediaType !== undefined && /^[^/]+\/(?:json|[^/]+\+json)$/.test(mediaType);
}

/** `undefined` where the text is not JSON. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

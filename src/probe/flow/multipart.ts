/** multipart/form-data (RFC 7578). */
import type { RequestContract } from '../../contract/schema.ts';

type Fields = NonNullable<RequestContract['multipart']>;

/** `nonce` makes the boundary, so it must not occur in the content. */
export function encodeMultipart(fields: Fields, nonce: string): { body: Buffer; contentType: string } {
  const boundary = `gate10-${nonce}`;
  const parts = Object.entries(fields).map(([name, field]) => {
    const file = typeof field === 'string' ? undefined : field;
    const fileName = file === undefined ? '' : `; filename="${quoted(file.fileName)}"`;
    const type = file === undefined ? '' : `content-type: ${file.contentType}\r\n`;
    const content = typeof field === 'string' ? field : field.content.repeat(field.repeat ?? 1);
    const head = `content-disposition: form-data; name="${quoted(name)}"${fileName}\r\n${type}`;
    return `--${boundary}\r\n${head}\r\n${content}\r\n`;
  });
  return {
    body: Buffer.from(`${parts.join('')}--${boundary}--\r\n`),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

/** RFC 7578 §2 with the WHATWG form encoding of quotes and line breaks. */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The encoded fields of a certificate that an NSS database is keyed by. Offsets come from the DER, never from text. */
import { X509Certificate } from 'node:crypto';

export interface CertificateFields {
  /** the whole certificate, DER */
  certificate: Buffer;
  /** DER of tbsCertificate.serialNumber with its tag, as NSS stores it */
  serial: Buffer;
  issuer: Buffer;
  subject: Buffer;
}

interface Element {
  start: number;
  content: number;
  end: number;
}

const CONTEXT_0 = 0xa0;

function elementAt(der: Buffer, start: number): Element {
  const first = der.readUInt8(start + 1);
  if (first < 0x80) return { start, content: start + 2, end: start + 2 + first };
  const lengthBytes = first & 0x7f;
  const content = start + 2 + lengthBytes;
  return { start, content, end: content + der.readUIntBE(start + 2, lengthBytes) };
}

/** Serial number, issuer and subject as encoded in the certificate (RFC 5280 §4.1). Throws on what is no certificate. */
export function certificateFields(certificate: X509Certificate): CertificateFields {
  const der = certificate.raw;
  const body = elementAt(der, elementAt(der, 0).content);
  const first = elementAt(der, body.content);
  const serial = der[first.start] === CONTEXT_0 ? elementAt(der, first.end) : first;
  const algorithm = elementAt(der, serial.end);
  const issuer = elementAt(der, algorithm.end);
  const validity = elementAt(der, issuer.end);
  const subject = elementAt(der, validity.end);
  const bytes = ({ start, end }: Element) => der.subarray(start, end);
  return { certificate: der, serial: bytes(serial), issuer: bytes(issuer), subject: bytes(subject) };
}

/** The certificates of a PEM text, in order. Throws where there is none or one does not parse. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0)
    throw new Error('The declared CA holds no certificate. Expected PEM with "BEGIN CERTIFICATE".');
  return blocks.map((block) => new X509Certificate(block));
}

/**
 * An NSS certificate database (`cert9.db`) with trusted certificate authorities, written without NSS's own tools.
 *
 * Chromium on Linux asks the user's NSS database for authorities beyond its own root store; users seldom have `certutil`.
 * Layout: nss/lib/softoken/sdb.c; attribute numbers: nss/lib/util/pkcs11t.h and pkcs11n.h.
 */
import { createHash, type X509Certificate } from 'node:crypto';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { certificateFields } from './certificate-fields.ts';

/** Every attribute that NSS 3.87 knows; a newer NSS adds the columns that it misses. */
const COLUMNS =
  'a0 a1 a2 a3 a10 a11 a12 a80 a81 a82 a83 a84 a85 a86 a87 a88 a89 a8a a8b a90 a100 a101 a102 a103 a104 a105 a106 a107 a108 a109 a10a a10b a10c a110 a111 a120 a121 a122 a123 a124 a125 a126 a127 a128 a129 a130 a131 a132 a133 a134 a160 a161 a162 a163 a164 a165 a166 a170 a180 a181 a200 a201 a202 a210 a300 a301 a302 a400 a401 a402 a403 a404 a405 a406 a480 a481 a482 a500 a501 a502 a503 a40000211 a40000212 a80000001 ace534351 ace534352 ace534353 ace534354 ace534355 ace534356 ace534357 ace534358 ace534364 ace534365 ace534366 ace534367 ace534368 ace534369 ace534373 ace534374 ace536351 ace536352 ace536353 ace536354 ace536355 ace536356 ace536357 ace536358 ace536359 ace53635a ace53635b ace53635c ace53635d ace53635e ace53635f ace536360 ace5363b4 ace5363b5 ad5a0db00'.split(
    ' ',
  );

const CKO_CERTIFICATE = '00000001';
const CKO_NSS_TRUST = 'ce534353';
const CKT_NSS_TRUSTED_DELEGATOR = 'ce534352';
const CKT_NSS_MUST_VERIFY_TRUST = 'ce534353';
const TRUE = '01';
const FALSE = '00';

type Attributes = Record<string, string | Buffer>;

function certificateObject(authority: X509Certificate): Attributes {
  const { certificate, serial, issuer, subject } = certificateFields(authority);
  return {
    a0: CKO_CERTIFICATE,
    a1: TRUE,
    a2: FALSE,
    a3: Buffer.from(`declared CA ${authority.fingerprint256.replaceAll(':', '').slice(0, 16)}`),
    a11: certificate,
    a80: '00000000',
    a81: issuer,
    a82: serial,
    a101: subject,
    a102: createHash('sha1').update(certificate).digest(),
    a170: TRUE,
  };
}

/** Trusted to vouch for servers, and for nothing else (what certutil writes as "C,,"). */
function trustObject(authority: X509Certificate): Attributes {
  const { certificate, serial, issuer } = certificateFields(authority);
  return {
    a0: CKO_NSS_TRUST,
    a1: TRUE,
    a2: FALSE,
    a81: issuer,
    a82: serial,
    a170: TRUE,
    ace536358: CKT_NSS_TRUSTED_DELEGATOR,
    ace536359: CKT_NSS_MUST_VERIFY_TRUST,
    ace53635a: CKT_NSS_MUST_VERIFY_TRUST,
    ace53635b: CKT_NSS_MUST_VERIFY_TRUST,
    ace536360: FALSE,
    ace5363b4: createHash('sha1').update(certificate).digest(),
    ace5363b5: createHash('md5').update(certificate).digest(),
  };
}

/** Writes `cert9.db` into an existing, empty folder. The authorities are trusted for TLS servers only. */
export function writeNssDatabase(dir: string, authorities: readonly X509Certificate[]): void {
  const database = new DatabaseSync(path.join(dir, 'cert9.db'));
  try {
    database.exec(`CREATE TABLE nssPublic (id PRIMARY KEY UNIQUE ON CONFLICT ABORT, ${COLUMNS.join(', ')})`);
    for (const [column, name] of [
      ['a81', 'issuer'],
      ['a101', 'subject'],
      ['a3', 'label'],
      ['a102', 'ckaid'],
    ]) {
      database.exec(`CREATE INDEX ${name} ON nssPublic (${column})`);
    }
    const objects = authorities.flatMap((authority) => [certificateObject(authority), trustObject(authority)]);
    for (const [index, object] of objects.entries()) {
      const names = Object.keys(object);
      const values = Object.values(object).map((value) =>
        typeof value === 'string' ? Buffer.from(value, 'hex') : value,
      );
      const slots = names.map(() => '?').join(', ');
      database
        .prepare(`INSERT INTO nssPublic (id, ${names.join(', ')}) VALUES (?, ${slots})`)
        .run(index + 1, ...values);
    }
  } finally {
    database.close();
  }
}

import { KeyObject, webcrypto } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
// Before x509, which cannot be loaded without it.
import './reflect-metadata.ts';
import * as x509 from '@peculiar/x509';

/** What is wrong with a leaf certificate; `valid` is nothing. */
export type CertificateVariant =
  | 'valid'
  | 'expired'
  | 'wrong-host'
  | 'self-signed'
  | 'incomplete-chain'
  | 'expires-soon'
  | 'not-yet-valid'
  | 'ip-only'
  | 'wildcard-too-high'
  | 'no-names'
  | 'unknown-authority'
  | 'wrong-intermediate'
  | 'expired-intermediate'
  | 'not-for-servers'
  | 'weak-key'
  | 'weak-signature';

/** A key and the chain that a server presents, both PEM. */
export type IssuedCertificate = { key: string; cert: string };

/** A local certificate authority: root → intermediate → leaf, ECDSA P-256. */
export type Authority = {
  rootPem: string;
  rootPath: string;
  issue: (host: string, variant: CertificateVariant) => Promise<IssuedCertificate>;
};

type Keys = webcrypto.CryptoKeyPair;
type Signer = { name: string; keys: Keys; pem: string };
type Signers = { root: Signer; intermediate: Signer };
type Period = { notBefore: Date; notAfter: Date };
type Stored = { name: string; pem: string; key: string };

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** NIST SP 800-57: 1024 bits are not acceptable since 2013. */
const weakAlgorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 1024,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const serverAuthentication = '1.3.6.1.5.5.7.3.1';
const clientAuthentication = '1.3.6.1.5.5.7.3.2';
const usages: webcrypto.KeyUsage[] = ['sign', 'verify'];
const dayMs = 86_400_000;
const authorityDays = 3650;
const renewBeforeDays = 30;
const leafDays = 90;
const soonDays = 3;

/**
 * Opens the authority kept in `dir`, or makes it there (private keys with mode 0600).
 * An authority that ends within 30 days is made anew.
 */
export async function openAuthority(dir: string, now: () => Date): Promise<Authority> {
  const paths = { root: join(dir, 'root.pem'), signers: join(dir, 'signers.json') };
  const { root, intermediate } = (await readSigners(paths.signers, now())) ?? (await createSigners(dir, paths, now()));
  return {
    rootPem: root.pem,
    rootPath: paths.root,
    issue: (host, variant) => issueLeaf({ root, intermediate }, host, variant, now()),
  };
}

async function createSigners(dir: string, paths: { root: string; signers: string }, now: Date) {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const period = { notBefore: shift(now, -1), notAfter: shift(now, authorityDays) };
  const root = await createSigner('CN=Mosaic Test Root CA, O=Mosaic', period, undefined);
  const intermediate = await createSigner('CN=Mosaic Test Issuing CA, O=Mosaic', period, root);
  await replaceFile(paths.signers, JSON.stringify([store(root), store(intermediate)]), 0o600);
  await replaceFile(paths.root, root.pem, 0o644);
  return { root, intermediate };
}

async function readSigners(path: string, now: Date) {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const [root, intermediate] = await Promise.all((JSON.parse(text) as Stored[]).map(restore));
  if (root === undefined || intermediate === undefined) return undefined;
  const usable = new x509.X509Certificate(root.pem).notAfter > shift(now, renewBeforeDays);
  return usable ? { root, intermediate } : undefined;
}

async function createSigner(name: string, period: Period, issuer: Signer | undefined): Promise<Signer> {
  const keys = await generateKeys();
  const extensions = [
    new x509.BasicConstraintsExtension(true, issuer === undefined ? 1 : 0, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ...(await keyIdentifiers(keys, issuer?.keys ?? keys)),
  ];
  const pem = await sign({ name, keys, period, extensions, issuer });
  return { name, keys, pem };
}

async function issueLeaf(signers: Signers, host: string, variant: CertificateVariant, now: Date) {
  const issuer = await issuerOf(signers, variant, now);
  const keys = await generateKeys(variant === 'weak-key' ? weakAlgorithm : algorithm);
  const selfSigned = variant === 'self-signed';
  const named = variant === 'wrong-host' ? `other-${host}` : host;
  const names = namesOf(variant, named);
  const extensions = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([variant === 'not-for-servers' ? clientAuthentication : serverAuthentication]),
    ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
    ...(await keyIdentifiers(keys, selfSigned ? keys : issuer.keys)),
  ];
  const period = leafPeriod(variant, now);
  const hash = variant === 'weak-signature' ? 'SHA-1' : 'SHA-256';
  const leaf = await sign({
    name: `CN=${named}`,
    keys,
    period,
    extensions,
    issuer: selfSigned ? undefined : issuer,
    hash,
  });
  const alone = selfSigned || variant === 'incomplete-chain';
  const sent = variant === 'wrong-intermediate' ? await createIssuer(signers.root, 'Retired', now, now) : issuer;
  return { key: privatePem(keys), cert: alone ? leaf : `${leaf}\n${sent.pem}` };
}

/** Who signs: the authority's intermediate, or one that nobody can follow up to a trusted root. */
async function issuerOf(signers: Signers, variant: CertificateVariant, now: Date): Promise<Signer> {
  if (variant === 'expired-intermediate')
    return createIssuer(signers.root, 'Issuing', shift(now, -leafDays), shift(now, -1));
  if (variant !== 'unknown-authority') return signers.intermediate;
  const period = { notBefore: shift(now, -1), notAfter: shift(now, authorityDays) };
  const stranger = await createSigner('CN=Stranger Root CA, O=Stranger', period, undefined);
  return createSigner('CN=Stranger Issuing CA, O=Stranger', period, stranger);
}

function createIssuer(root: Signer, kind: string, from: Date, to: Date): Promise<Signer> {
  const notAfter = to > from ? to : shift(from, authorityDays);
  return createSigner(`CN=Mosaic Test ${kind} CA, O=Mosaic`, { notBefore: shift(from, -1), notAfter }, root);
}

function namesOf(variant: CertificateVariant, named: string): x509.JsonGeneralNames {
  switch (variant) {
    case 'ip-only':
      return [{ type: 'ip', value: '127.0.0.1' }];
    case 'wildcard-too-high':
      // RFC 6125 §6.4.3: the star stands for one label, so this is good for mosaic.test and not for its hosts.
      return [{ type: 'dns', value: `*.${named.split('.').slice(2).join('.')}` }];
    case 'no-names':
      return [];
    default:
      return [{ type: 'dns', value: named }];
  }
}

function leafPeriod(variant: CertificateVariant, now: Date): Period {
  switch (variant) {
    case 'expired':
      return { notBefore: shift(now, -leafDays - 1), notAfter: shift(now, -1) };
    case 'expires-soon':
      return { notBefore: shift(now, soonDays - leafDays), notAfter: shift(now, soonDays) };
    case 'not-yet-valid':
      return { notBefore: shift(now, 1), notAfter: shift(now, leafDays) };
    default:
      return { notBefore: shift(now, -1), notAfter: shift(now, leafDays - 1) };
  }
}

async function sign(request: {
  name: string;
  keys: Keys;
  period: Period;
  extensions: x509.Extension[];
  issuer: Signer | undefined;
  hash?: 'SHA-1' | 'SHA-256';
}): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.create({
    subject: request.name,
    issuer: request.issuer?.name ?? request.name,
    publicKey: request.keys.publicKey,
    signingKey: (request.issuer?.keys ?? request.keys).privateKey,
    signingAlgorithm: { ...algorithm, hash: request.hash ?? algorithm.hash },
    extensions: request.extensions,
    ...request.period,
  });
  return certificate.toString('pem');
}

async function keyIdentifiers(subject: Keys, issuer: Keys): Promise<x509.Extension[]> {
  return [
    await x509.SubjectKeyIdentifierExtension.create(subject.publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
  ];
}

async function generateKeys(kind: typeof algorithm | typeof weakAlgorithm = algorithm): Promise<Keys> {
  return await webcrypto.subtle.generateKey(kind, true, usages);
}

function privatePem(keys: Keys): string {
  return KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }) as string;
}

function store(signer: Signer): Stored {
  return { name: signer.name, pem: signer.pem, key: privatePem(signer.keys) };
}

async function restore(stored: Stored): Promise<Signer> {
  const der = x509.PemConverter.decodeFirst(stored.key);
  const privateKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
  const publicKey = await new x509.X509Certificate(stored.pem).publicKey.export(algorithm, ['verify']);
  return { name: stored.name, pem: stored.pem, keys: { privateKey, publicKey: publicKey as webcrypto.CryptoKey } };
}

async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeFile(temporary, text, { mode });
  await chmod(temporary, mode);
  await rename(temporary, path);
}

function shift(time: Date, days: number): Date {
  return new Date(time.getTime() + days * dayMs);
}

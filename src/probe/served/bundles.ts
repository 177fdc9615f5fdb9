/** What the served frontend gives away, and whom it talks to: its files are read as they are, without a browser. */

import { type Check, type ProbeContext, urlAt } from '../context.ts';
import { isLimited, judgeRateLimited } from '../http/answer-words.ts';
import { type Judgement, type Observed, sourceOf } from '../row.ts';
import { type BundleFile, type Bundles, readBundles } from './bundle-files.ts';
import { findStrayHosts } from './bundle-hosts.ts';
import { findSecrets, loadSecretPatterns } from './bundle-secrets.ts';

type Judge = (files: readonly BundleFile[], context: ProbeContext) => Promise<Judgement> | Judgement;

/** Row ids: `frontend.bundles.secrets`, `.source-maps`, `.hosts`. */
export function listBundles(system: ProbeContext['system']): Check[] {
  const { frontend } = system.contract;
  if (frontend === undefined) return [];
  const source = sourceOf(system, 'frontend');
  let read: Promise<Bundles> | undefined;
  const toCheck = (what: string, title: string, judge: Judge): Check => ({
    planned: {
      id: `frontend.bundles.${what}`,
      layer: 'frontend',
      title,
      severity: 'P1',
      by: 'engine',
      ...(source === undefined ? {} : { source }),
    },
    observe: async (context) => {
      read ??= readBundles(
        context,
        frontend.pages.map(({ path }) => urlAt(context.system, frontend.service, path)),
      );
      return observe(await read, judge, context);
    },
  });
  return [
    toCheck('secrets', 'The files of the frontend hold no secret', judgeSecrets),
    ...(frontend.sourceMaps === 'public'
      ? []
      : [toCheck('source-maps', 'The files of the frontend do not give the source away', judgeSourceMaps)]),
    toCheck('hosts', 'The files of the frontend name no retired or forgotten host', judgeHosts),
  ];
}

async function observe(bundles: Bundles, judge: Judge, context: ProbeContext): Promise<Observed> {
  const { files, exchanges, why } = bundles;
  if (why === undefined) return { judgement: await judge(files, context), exchanges };
  const last = exchanges.at(-1);
  if (last?.ok && isLimited(last)) return { judgement: judgeRateLimited(`GET ${last.url}`, last), exchanges };
  const message = `${why}, so the files of the frontend cannot be read.`;
  return { judgement: { status: 'failed', message, expected: 'a page' }, exchanges };
}

function judgeSecrets(files: readonly BundleFile[], { system }: ProbeContext): Judgement {
  const patterns = loadSecretPatterns();
  const found = files.map(({ url, text }) => ({ url, ...findSecrets(text, patterns, system.secrets) }));
  const declared = found.flatMap(({ url, declared: names }) => names.map((name) => `${name} in ${url}`));
  const likely = found.flatMap(({ url, likely: names }) => names.map((name) => `${name} in ${url}`));
  if (declared.length > 0) return leaked('failed', declared);
  return likely.length > 0 ? leaked('warned', likely) : { status: 'passed', evidence: { files: files.length } };
}

function leaked(status: 'failed' | 'warned', found: readonly string[]): Judgement {
  const actual = found.join('; ');
  const message = `Every visitor can read ${actual}. Revoke it, and keep it on the server.`;
  return { status, message, expected: 'no secret in a file of the frontend', actual };
}

async function judgeSourceMaps(files: readonly BundleFile[], { client }: ProbeContext): Promise<Judgement> {
  const named = files.flatMap(({ url, text, answer }) => {
    const name = answer.headers['sourcemap'] ?? /[#@]\s*sourceMappingURL=([^\s*"'`]+)\s*(?:\*\/\s*)?$/.exec(text)?.[1];
    return name === undefined || !URL.canParse(name, url) ? [] : [new URL(name, url)];
  });
  const inline = named.filter(({ protocol }) => protocol === 'data:').length;
  const remote = [...new Set(named.filter(({ protocol }) => protocol.startsWith('http')).map(({ href }) => href))];
  const asked = await Promise.all(remote.map((url) => client.send({ url })));
  const open = asked.flatMap((answer) =>
    answer.ok && answer.status === 200 && /^\s*(?:\)\]\}'?\s*)?\{[\s\S]*"mappings"/.test(answer.text())
      ? [answer.url]
      : [],
  );
  const found = [...open, ...(inline > 0 ? [`${inline} inline`] : [])];
  if (found.length === 0) return { status: 'passed', evidence: { files: files.length } };
  const actual = found.join('; ');
  const message = `The source of the frontend is public: ${actual}. Do not publish source maps, or say frontend.sourceMaps: public where that is meant.`;
  return { status: 'warned', message, expected: 'no public source map', actual };
}

function judgeHosts(files: readonly BundleFile[], { system }: ProbeContext): Judgement {
  const found = files.map(({ url, text }) => ({ url, ...findStrayHosts(text, system) }));
  const say = (what: 'retired' | 'undeclared' | 'loopback'): string[] =>
    found.flatMap((file) => file[what].map((host) => `${host} in ${file.url}`));
  const expected = 'declared hosts only';
  const [retired, undeclared, loopback] = [say('retired'), say('undeclared'), say('loopback')];
  if (retired.length > 0 || undeclared.length > 0) {
    const actual = [...retired, ...undeclared].join('; ');
    const message = `The frontend names hosts that are retired, or of the system's own zone and not declared: ${actual}. Build it with the right addresses, or declare them under frontend.hosts.`;
    return { status: 'failed', message, expected, actual };
  }
  if (loopback.length === 0) return { status: 'passed', evidence: { files: files.length } };
  const actual = loopback.join('; ');
  const message = `The frontend names ${actual}: to its users that is their own machine. Look at the variables that it was built with.`;
  return { status: 'warned', message, expected, actual };
}

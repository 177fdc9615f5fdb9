/** TypeScript types of an API contract, by openapi-typescript: `paths`, `components` and `operations`, as openapi-fetch takes them. */
import { InputError } from '../../errors.ts';
import { sha256Hex } from '../canonical.ts';
import { openOpenApi, readOpened } from '../openapi.ts';

/**
 * `file` lies in `root` and has to be all of the contract: the generator would read other files by itself, from anywhere.
 * Same document and same version of the generator, same text. Throws InputError.
 */
export async function generateTypes(file: string, root: string): Promise<string> {
  const opened = openOpenApi(file, root);
  readOpened(opened);
  const [, other] = opened.references.files();
  if (other !== undefined) {
    const what = `the contract goes on in ${other}; types are generated from one file`;
    throw new InputError([
      { code: 'several-files', file, line: 1, column: 1, what, fix: 'Bundle the document first.' },
    ]);
  }
  const { default: openapiTS, astToString } = await loadGenerator();
  // a copy: the generator may work on what it is given
  const document = structuredClone(opened.source.value);
  const types = astToString(await openapiTS(document as never, { alphabetize: false, silent: true }));
  const digest = sha256Hex(JSON.stringify(opened.source.value)).slice(0, 16);
  return `// Generated from ${file} (${digest}) by \`gate10 contract types\`. Change the contract, then run it again.\n\n${types}`;
}

async function loadGenerator(): Promise<typeof import('openapi-typescript')> {
  try {
    return await import('openapi-typescript');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const what = 'openapi-typescript, which generates types, is not installed';
    const fix = 'Run: npm install --save-dev openapi-typescript typescript@5';
    throw new InputError([{ code: 'not-installed', what, fix }], { cause });
  }
}

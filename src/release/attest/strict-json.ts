/** JSON and nothing else, with the place of every value: no key twice, none that reaches a prototype, depth 64. */
import { parseYaml, type YamlResult } from '../../contract/yaml-document.ts';
import { notJson } from '../../record/results/json-fault.ts';

/** Never throws: what is wrong comes back as problems. `file` is how they name the text. */
export function parseStrictJson(text: string, file: string): YamlResult {
  try {
    JSON.parse(text);
  } catch {
    const fix = 'Have it written anew; a file like this is not edited by hand.';
    return { ok: false, problems: [{ ...notJson(text), file, fix }] };
  }
  // Between the values of JSON a tab is white space, for YAML it may be an error; inside of texts JSON has none.
  return parseYaml(text.replaceAll(/[\t\r]/g, ' '), file);
}

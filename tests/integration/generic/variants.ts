/** One change to a request that is right: at a bound, beyond it, of another type, left out, too much, unreadable. */
import type { JsonSchema, Parameter } from '../../../src/contract/openapi.ts';
import { isJson } from '../../../src/run/traffic/exchange.ts';
import type { Draft, FormFields } from './draft.ts';
import { isOwnObject } from './own-object.ts';
import { partTypes } from './valid-draft.ts';
import { edgeValues, typesOf } from './values.ts';

export interface Variant {
  /** `12 characters as /email`: ends the sentence "takes …". */
  readonly what: string;
  readonly draft: Draft;
  /** It is wrong, whatever the contract's schemas say: forms are not judged by them. */
  readonly wrong?: true;
}

const MAX_DEPTH = 4;
const BROKEN_JSON = '{"gate10": ';
const STRAY_TYPE = 'application/x-gate10';

/** In the order of the contract. Which of them the contract allows is judged where they are sent. */
export function variantsOf(draft: Draft): readonly Variant[] {
  return [...parameterVariants(draft), ...bodyVariants(draft), ...formVariants(draft)];
}

function parameterVariants(draft: Draft): Variant[] {
  return draft.operation.parameters.flatMap((parameter) => {
    const place = parameter.in === 'header' ? 'headers' : parameter.in;
    if (place === 'cookie') return [];
    const here = draft[place];
    const variants = textsFor(parameter).map((text) => ({
      what: `${shown(text)} as the ${parameter.in} parameter "${parameter.name}"`,
      draft: { ...draft, [place]: { ...here, [parameter.name]: text } },
    }));
    if (!parameter.required || parameter.in === 'path') return variants;
    const { [parameter.name]: _, ...rest } = here;
    return [
      ...variants,
      { what: `no ${parameter.in} parameter "${parameter.name}"`, draft: { ...draft, [place]: rest } },
    ];
  });
}

/** What is empty, or an object, arrives in another shape than it was sent in. */
function textsFor({ schema, in: place }: Parameter): readonly string[] {
  if (schema === undefined || typesOf(schema).includes('object')) return [];
  const texts = edgeValues(schema, undefined).flatMap(({ value }) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [],
  );
  const formats = schema['format'] === undefined ? [] : ['gate10-no-format'];
  const long = place === 'path' ? 2000 : 7000;
  return [...new Set([...texts, ...formats])].filter((text) => text !== '' && text.length <= long);
}

function bodyVariants(draft: Draft): Variant[] {
  const { body, operation } = draft;
  if (body?.kind !== 'json') return [];
  const schema = operation.requestBody?.schemaFor(body.type);
  const values =
    schema === undefined ? [] : valueVariants({ schema, root: schema, value: body.value, at: '', depth: 0 });
  const raw = (what: string, text: string, type: string | undefined = body.type): Variant => {
    return { what, draft: { ...draft, body: { kind: 'raw', type, text } } };
  };
  const required = operation.requestBody?.required === true;
  return [
    ...values.map(({ what, value }) => ({ what, draft: { ...draft, body: { ...body, value } } })),
    raw('a body that is no JSON', BROKEN_JSON),
    raw('a body of an undeclared media type', JSON.stringify(body.value), STRAY_TYPE),
    ...(required ? [{ what: 'no body', draft: { ...draft, body: undefined } }] : []),
  ];
}

interface Place {
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
  readonly value: unknown;
  /** JSON pointer */
  readonly at: string;
  readonly depth: number;
}

interface ValueVariant {
  readonly what: string;
  /** of the whole */
  readonly value: unknown;
}

function valueVariants(place: Place): readonly ValueVariant[] {
  const schema = resolved(place.schema, place.root);
  const { value, at } = place;
  const name = at === '' ? 'the body' : at;
  const own = edgeValues(schema, value).map((edge) => ({ what: `${edge.what} as ${name}`, value: edge.value }));
  const formats =
    schema['format'] === undefined ? [] : [{ what: `a text of no such format as ${name}`, value: 'gate10' }];
  return [...own, ...formats, ...objectVariants(schema, place, name), ...itemVariants(schema, place)];
}

function objectVariants(schema: JsonSchema, { value, root, at, depth }: Place, name: string): ValueVariant[] {
  if (!isOwnObject(value)) return [];
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const without = required.map((key) => {
    const { [key]: _, ...rest } = value;
    return { what: `no "${key}" in ${name}`, value: rest };
  });
  const extra = { what: `a field too many in ${name}`, value: { ...value, 'gate10-extra': 'x' } };
  const inside = Object.entries(properties).flatMap(([key, property]) => {
    if (!Object.hasOwn(value, key) || depth === MAX_DEPTH) return [];
    const place = { schema: property, root, value: value[key], at: `${at}/${key}`, depth: depth + 1 };
    return valueVariants(place).map((variant) => ({ ...variant, value: { ...value, [key]: variant.value } }));
  });
  return [...without, extra, ...inside];
}

function itemVariants(schema: JsonSchema, { value, root, at, depth }: Place): ValueVariant[] {
  const item = schema['items'];
  if (!Array.isArray(value) || value.length === 0 || !isOwnObject(item) || depth === MAX_DEPTH) return [];
  const [first, ...rest] = value;
  return valueVariants({ schema: item, root, value: first, at: `${at}/0`, depth: depth + 1 }).map((variant) => ({
    ...variant,
    value: [variant.value, ...rest],
  }));
}

function formVariants(draft: Draft): Variant[] {
  const { body, operation } = draft;
  if (body?.kind !== 'form') return [];
  const required = (operation.requestBody?.schemaFor('multipart/form-data')?.['required'] ?? []) as readonly string[];
  const types = partTypes(operation.raw);
  const change = (what: string, fields: FormFields): Variant => {
    return { what, draft: { ...draft, body: { kind: 'form', fields } }, wrong: true };
  };
  const parts = Object.entries(body.fields).flatMap(([name, field]) => {
    const { [name]: _, ...rest } = body.fields;
    const stray = typeof field !== 'string' && types[name] !== undefined;
    return [
      ...(required.includes(name) ? [change(`a form without "${name}"`, { ...rest, other: 'x' })] : []),
      ...(stray
        ? [
            change(`a part "${name}" of an undeclared media type`, {
              ...rest,
              [name]: { ...field, contentType: STRAY_TYPE },
            }),
          ]
        : []),
    ];
  });
  const raw = (what: string, type: string, text: string): Variant => {
    return { what, draft: { ...draft, body: { kind: 'raw', type, text } }, wrong: true };
  };
  return [
    ...parts,
    raw(
      'a form that ends in its middle',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data; name=',
    ),
    raw('a form without a boundary', 'multipart/form-data', 'x'),
    ...(operation.requestBody?.contentTypes.some(isJson)
      ? []
      : [raw('JSON instead of a form', 'application/json', '{}')]),
  ];
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const name = /^#\/\$defs\/([^/]+)$/.exec(String(schema['$ref'] ?? ''))?.[1];
  const target = name === undefined ? undefined : (root['$defs'] as Readonly<Record<string, JsonSchema>>)?.[name];
  return target === undefined ? schema : { ...target, ...schema };
}

function shown(text: string): string {
  return text.length > 60 ? `${text.length} characters` : JSON.stringify(text);
}

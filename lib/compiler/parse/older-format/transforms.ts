// The transform actions of the older format, `extract` {source, key} and `format` {template with {name} fields}, as current transforms.

import { isObject } from '../../../json.ts';
import { definitionTooLarge, MAX_REQUEST_BYTES } from '../../asl/request-size.ts';
import { quoted } from '../../expressions/literal.ts';
import { fromSchema } from '../../expressions/schema-types.ts';

import { member } from '../../expressions/types.ts';
import { hasMainText, type Naming, placeholder, upgradeValue } from './placeholders.ts';

/** The current `transform` value; undefined when the action is neither, or lacks what it needs. */
export function olderTransform(action: string, params: Record<string, unknown>, naming: Naming): unknown {
  if (action === 'transform.extract' && typeof params['key'] === 'string' && params['source'] !== undefined) {
    return extract(params['source'], params['key'], naming);
  }
  if (action === 'transform.format' && typeof params['template'] === 'string') {
    return format(params['template'], params, naming);
  }
  return undefined;
}

/** `key` is a name, or names and indexes joined by dots: `messages.0.subject`. */
function extract(source: unknown, key: string, naming: Naming): unknown {
  const path = key.split('.').map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${quoted(name)}`));
  const into = (code: string): string => `{{ ${code}${path.join('')} }}`;
  const only = typeof source === 'string' ? onlyExpression(source, naming) : undefined;
  if (only === undefined) {
    // A literal: its JSON is JSONata.
    return into(`(${JSON.stringify(upgradeValue(source, naming, undefined))})`);
  }
  const meaning = placeholder(only, naming);
  if (!meaning) return into(`(${only})`);
  if (meaning.step === undefined || !hasMainText(meaning.step, naming)) return into(meaning.source);
  // A field of a model's output, or else of the JSON that it wrote.
  const output = naming.catalogue.get(naming.actions.get(meaning.step) ?? '')?.output;
  const field = member(fromSchema(output), key.split('.')[0] ?? '');
  return 'missing' in field ? into(`$parse(${meaning.source}.text)`) : into(meaning.source);
}

function onlyExpression(text: string, { split }: Naming): string | undefined {
  const template = split(text);
  if ('error' in template || template.parts.length !== 1) return undefined;
  const [part] = template.parts;
  return typeof part === 'object' ? part.source : undefined;
}

/** A `{name}` field is the value given beside the template or in an object beside it, else what `{{name}}` is. */
function format(template: string, params: Record<string, unknown>, naming: Naming): unknown {
  const given = new Map<string, unknown>();
  for (const [name, value] of Object.entries(params)) {
    if (name === 'template') continue;
    if (isObject(value)) for (const [field, inner] of Object.entries(value)) given.set(field, inner);
    else given.set(name, value);
  }
  const split = naming.split(template);
  if ('error' in split) return template;
  let length = 0;
  const filled = split.parts.map((part) =>
    typeof part === 'string'
      ? part.replace(/\{([A-Za-z_][\w-]*)\}/g, (_, name: string) => {
          const value = given.get(name);
          if (value === undefined) return `{{${name}}}`;
          const text = typeof value === 'string' ? value : JSON.stringify(value);
          length += text.length;
          if (length > MAX_REQUEST_BYTES) throw definitionTooLarge();
          return text;
        })
      : `{{${part.source}}}`,
  );
  return upgradeValue(filled.join(''), naming, undefined);
}

// What a tested step is given: the names that its expressions read, and the JSON that was typed for them.
import { parseExactly } from '../../../../lib/exact-json.ts';
import { isObject } from '../../../../lib/json.ts';
import { keysOf, pointerTo } from '../../../../lib/json-pointer.ts';
import type { RequestParts } from '../../../api/routes.ts';

type Body = RequestParts<'POST /workflows/test-step'>['body'];

/** The part of the request that the values are. */
export type Given = Pick<Body, 'item' | 'index' | 'error'> &
  Readonly<Record<'input' | 'outputs' | 'vars', Readonly<Record<string, unknown>>>>;

/** Texts by the pointer of the value in the request. */
export type Typed = Readonly<Record<string, string>>;

const PARTS: Readonly<Record<string, string>> = { inputs: 'input', steps: 'outputs', vars: 'vars' };
const NAMES: Readonly<Record<string, string>> = { input: 'inputs', outputs: 'steps', vars: 'vars' };

/** What steps gave when they were last tested, as JSON, by the pointer of the value in the request. */
export type Tested = ReadonlyMap<string, string>;

export const outputPointer = (step: string): string => pointerTo('', 'outputs', step);

/** What is typed, and for what is not, what the step gave when it was last tested. */
export function withTested(pointers: readonly string[], typed: Typed, tested: Tested): Typed {
  const texts = pointers.map((pointer) => [
    pointer,
    typed[pointer]?.trim() ? typed[pointer] : tested.get(pointer),
  ]);
  return Object.fromEntries(texts.filter(([, text]) => text !== undefined));
}

/** Their steps have names of their own to read. */
const FLOWS = ['steps', 'else', 'parallel', 'on_error'];

const EXPRESSION = /\{\{(.*?)\}\}/gs;
const NAMED = /(?<![\w.$"'`])(inputs|steps|vars)\.`?(\w+)/g;
const ALONE = /(?<![\w.$"'`])(item|index|error)\b/g;

/** Pointers in the request, in the order in which the step reads them. A name too many does no harm: it may stay empty. */
export function valuesRead(step: unknown): readonly string[] {
  const found = new Set<string>();
  for (const expression of expressionsOf(step)) {
    for (const [, root = '', name = ''] of expression.matchAll(NAMED))
      found.add(pointerTo('', PARTS[root] ?? root, name));
    for (const [, root = ''] of expression.matchAll(ALONE)) found.add(pointerTo('', root));
  }
  return [...found];
}

function expressionsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(EXPRESSION)].map(([, inner = '']) => inner);
  if (Array.isArray(value)) return value.flatMap(expressionsOf);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => (FLOWS.includes(key) ? [] : expressionsOf(inner)));
}

/** The value in which a mistake of the request is; undefined when it is in none that can be given. */
export function valueAround(pointer: string): string | undefined {
  const [part = '', name] = keysOf(pointer);
  if (['item', 'index', 'error'].includes(part)) return pointerTo('', part);
  return part in NAMES && name !== undefined ? pointerTo('', part, name) : undefined;
}

/** `/outputs/fetch` is `steps.fetch` in expressions. */
export function nameOfValue(pointer: string): string {
  const [part = '', ...rest] = keysOf(pointer);
  return [NAMES[part] ?? part, ...rest].join('.');
}

/** What is typed for these values, and what is wrong with it. What is empty is not given. */
export function readTyped(
  pointers: readonly string[],
  typed: Typed,
): { readonly given: Given; readonly mistakes: ReadonlyMap<string, string> } {
  const parts: Record<string, Record<string, unknown>> = { input: {}, outputs: {}, vars: {} };
  const alone: Pick<Given, 'item' | 'index' | 'error'> = {};
  const mistakes = new Map<string, string>();
  for (const pointer of pointers) {
    const text = typed[pointer] ?? '';
    if (text.trim() === '') continue;
    const value = jsonOf(text);
    if (value === undefined) {
      mistakes.set(pointer, 'This is not JSON; a text stands in double quotes');
      continue;
    }
    const [part = '', name = ''] = keysOf(pointer);
    const own = parts[part];
    if (own) own[name] = value;
    else if (part === 'item') alone.item = value;
    else if (part === 'index') {
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0) alone.index = value;
      else mistakes.set(pointer, 'An index is a whole number from 0');
    } else if (isObject(value) && typeof value['name'] === 'string')
      alone.error = { ...value, name: value['name'], message: String(value['message'] ?? '') };
    else mistakes.set(pointer, 'An error is an object: {"name": "RateLimited", "message": "…"}');
  }
  const { input = {}, outputs = {}, vars = {} } = parts;
  return { given: { input, outputs, vars, ...alone }, mistakes };
}

function jsonOf(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}

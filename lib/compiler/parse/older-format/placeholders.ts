// `{{name}}` and `{{<step>_output}}` of the older format, rewritten to the current expressions that mean the same.

import type { CatalogueAction, JsonSchema } from '../../../actions/catalogue.ts';
import { closest } from '../../../did-you-mean.ts';
import { isObject } from '../../../json.ts';
import { pointerTo } from '../../../json-pointer.ts';
import { quoted } from '../../expressions/literal.ts';
import { fromSchema } from '../../expressions/schema-types.ts';

import { type Edit, Positions, splice } from '../../expressions/source-edits.ts';
import type { Split } from '../../expressions/template.ts';
import { mayFit, member, scalar } from '../../expressions/types.ts';
import type { Report } from '../../problems/problem.ts';

/** What the names of a document in the older format mean. */
export interface Naming {
  /** The id of each step in the current format. */
  readonly steps: ReadonlyMap<string, string>;
  /** The action of each step, by the step's own id. */
  readonly actions: ReadonlyMap<string, string>;
  readonly catalogue: ReadonlyMap<string, CatalogueAction>;
  /** What was replaced in each string that stays where it was, by its pointer. */
  readonly edits: Map<string, Positions>;
  /** Declarations; a placeholder that is neither a step nor declared adds one, which makes it required. */
  readonly inputs: Map<string, unknown>;
  readonly report: Report;
  readonly split: Split;
}

/** What a placeholder stands for. */
interface Meaning {
  /** JSONata as the current format has it. */
  readonly source: string;
  /** Set when it is a step's output without a path into it. */
  readonly step?: string;
}

const PLACEHOLDER = /^\s*([A-Za-z_][\w-]*)((?:\.[A-Za-z_][\w-]*|\[\d+\])*)\s*$/;
const ROOTS = new Set(['inputs', 'steps', 'vars', 'execution']);
const LITERALS = new Set(['true', 'false', 'null']);
const OUTPUT = '_output';

/** Undefined when the text between the braces is no placeholder of the older format, but JSONata. */
export function placeholder(text: string, naming: Naming, pointer?: string): Meaning | undefined {
  const match = PLACEHOLDER.exec(text);
  const [, name = '', path = ''] = match ?? [];
  if (!match || LITERALS.has(name) || (ROOTS.has(name) && path !== '')) return undefined;
  const rest = path.replace(/\.([\w-]+)/g, (_, key: string) => `.${quoted(key)}`);
  if (!naming.inputs.has(name)) {
    // `{{fetch}}` can only mean the step, and `{{fetc_output}}` a step that does not exist, which resolving reports.
    const stepId = name.endsWith(OUTPUT) ? name.slice(0, -OUTPUT.length) : name;
    const step = naming.steps.get(stepId);
    if (step !== undefined)
      return { source: `steps.${step}${rest}`, ...(rest === '' ? { step: stepId } : {}) };
    if (stepId !== name) return { source: `steps.${quoted(stepId)}${rest}` };
  }
  if (!naming.inputs.has(name)) {
    warnOfMisspelling(name, naming, pointer);
    naming.inputs.set(name, {});
  }
  return { source: `inputs.${quoted(name)}${rest}` };
}

/** Among more names than this each is like some other. */
const MAX_COMPARED = 500;

/** An undeclared name becomes an input; one with almost the name of something else was probably meant as that. */
function warnOfMisspelling(name: string, { inputs, steps, report }: Naming, pointer = ''): void {
  if (inputs.size > MAX_COMPARED) return;
  const outputs = [...steps.keys()].slice(0, MAX_COMPARED).map((id) => `${id}${OUTPUT}`);
  const meant = closest(name, [...inputs.keys(), ...outputs]);
  if (meant === undefined) return;
  report({
    code: 'undeclared-input',
    pointer,
    message: `{{${name}}} is not declared anywhere, so it becomes an input that every run must be given`,
    hint: `Did you mean {{${meant}}}? If not, declare ${name} in "variables".`,
  });
}

/**
 * Rewrites the strings of a value.
 * @param pointer where the value stands; undefined when it becomes part of another one
 * @param schema of what the value is given to: a step's whole output becomes text where only text fits
 */
export function upgradeValue(
  value: unknown,
  naming: Naming,
  pointer: string | undefined,
  schema?: JsonSchema,
  root = schema,
): unknown {
  const within = (key: PropertyKey): string | undefined =>
    pointer === undefined ? undefined : pointerTo(pointer, key);
  if (typeof value === 'string') {
    const edits = upgradeString(value, naming, pointer, schema, root);
    if (pointer !== undefined && edits.length > 0) naming.edits.set(pointer, new Positions(edits));
    return splice(value, edits);
  }
  if (Array.isArray(value))
    return value.map((item, index) => upgradeValue(item, naming, within(index), schema?.items, root));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      upgradeValue(child, naming, within(key), schema?.properties?.[key], root),
    ]),
  );
}

function upgradeString(
  text: string,
  naming: Naming,
  pointer: string | undefined,
  schema: JsonSchema | undefined,
  root: JsonSchema | undefined,
): Edit[] {
  const template = naming.split(text);
  if ('error' in template) return [];
  const whole = template.parts.length === 1;
  const wantsText =
    schema !== undefined &&
    !mayFit({ kind: 'object', fields: new Map(), open: true }, fromSchema(schema, root));
  return template.parts.flatMap((part) => {
    if (typeof part === 'string') return [];
    const meaning = placeholder(part.source, naming, pointer);
    if (!meaning) return [];
    const isText = meaning.step !== undefined && hasMainText(meaning.step, naming);
    // Within a text JSONata writes objects as JSON by itself.
    const asText = meaning.step !== undefined && !isText && whole && wantsText;
    const code = asText ? `$string(${meaning.source})` : `${meaning.source}${isText ? '.text' : ''}`;
    const name = part.source.trim();
    const start = part.offset + part.source.indexOf(name);
    const end = start + name.length;
    return [
      { start: part.offset, end: start, text: ' ' },
      { start, end, text: code },
      { start: end, end: part.offset + part.source.length, text: ' ' },
    ];
  });
}

/** In the older format the output of a model is its text. */
export function hasMainText(step: string, naming: Naming): boolean {
  const action = naming.catalogue.get(naming.actions.get(step) ?? '');
  if (action?.provider !== 'openai') return false;
  const text = member(fromSchema(action.output), 'text');
  return !('missing' in text) && mayFit(text.type, scalar('string'));
}

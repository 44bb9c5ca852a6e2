// The older workflow format, upgraded to the current one: `type` + `action`, `next_step`, `variables`, `{{name}}`.
import type { Catalogue } from '../../../actions/catalogue.ts';
import { isObject } from '../../../json.ts';
import { pointerTo, valueAt } from '../../../json-pointer.ts';
import { STEP_ID } from '../../../workflow-format/names.ts';
import type { Positions } from '../../expressions/source-edits.ts';
import { templateSplitter } from '../../expressions/template.ts';
import type { Problem, Report } from '../../problems/problem.ts';
import { orderByNextStep } from './next-step.ts';
import { type Naming, upgradeValue } from './placeholders.ts';
import { olderTransform } from './transforms.ts';

type Json = Record<string, unknown>;

/** A document in the current format, and where its parts were in the document as it was given. */
export interface CurrentDocument {
  readonly document: Json;
  readonly inputsPointer: string;
  readonly stepPointers?: readonly string[];
  readonly valuesPointers?: readonly string[];
  /** What was replaced in each string of the older format, by its pointer. */
  readonly edits?: ReadonlyMap<string, Positions>;
}

/** A document that needs no upgrade. */
export function inCurrentFormat(document: Json): CurrentDocument {
  return { document, inputsPointer: '/inputs' };
}

/** The older format has `variables`, or steps with `next_step` or a `type`; the current format has none of these. */
export function isOlderFormat(document: Json): boolean {
  const steps = Array.isArray(document['steps']) ? document['steps'] : [];
  return (
    Object.hasOwn(document, 'variables') ||
    steps.some((step) => isObject(step) && ('next_step' in step || ('type' in step && 'action' in step)))
  );
}

/** Keys of a step in both formats; in the older one all others may be parameters of the action. */
const STEP_KEYS = new Set(['id', 'when', 'retry', 'timeout_seconds', 'on_error', 'connection', 'comment']);
/** Keys of a step in the older format only, and `params`. */
const OTHER_STEP_KEYS = new Set(['type', 'action', 'next_step', 'name', 'description', 'params']);

export function upgrade(document: Json, catalogue: Catalogue, report: Report): CurrentDocument {
  const { variables, steps: rawSteps, inputs: declared, ...head } = document;
  if (!Array.isArray(rawSteps)) {
    return {
      document: { ...head, ...(rawSteps === undefined ? {} : { steps: rawSteps }) },
      inputsPointer: '/variables',
    };
  }
  const ordered = orderByNextStep(rawSteps, report);
  const naming: Naming = {
    steps: stepIds(rawSteps),
    actions: new Map(
      rawSteps.flatMap((step) => (isObject(step) ? [[String(step['id']), actionOf(step)]] : [])),
    ),
    catalogue: new Map(catalogue.map((action) => [action.id, action])),
    edits: new Map(),
    inputs: new Map(Object.entries(inputsOf(variables, declared))),
    report,
    split: templateSplitter(),
  };
  const stepPointers: string[] = [];
  const valuesPointers: string[] = [];
  const steps = ordered.map((index) => {
    const raw: unknown = rawSteps[index];
    const pointer = pointerTo('/steps', index);
    stepPointers.push(pointer);
    const underParams = !isObject(raw) || Object.hasOwn(raw, 'params') || !hasOwnValues(raw);
    const valuesPointer = underParams ? pointerTo(pointer, 'params') : pointer;
    valuesPointers.push(valuesPointer);
    return isObject(raw) ? upgradeStep(raw, naming, pointer, valuesPointer) : raw;
  });
  const output = Object.hasOwn(head, 'output')
    ? { output: upgradeValue(head['output'], naming, '/output') }
    : {};
  // Read after the steps, whose placeholders add inputs.
  const inputs = naming.inputs.size > 0 ? { inputs: Object.fromEntries(naming.inputs) } : {};
  return {
    document: { ...head, ...inputs, steps, ...output },
    inputsPointer: variables === undefined ? '/inputs' : '/variables',
    stepPointers,
    valuesPointers,
    edits: naming.edits,
  };
}

/** A problem of a document in the older format, with the column in the string as it was given. */
export function inGivenString(
  problem: Problem,
  given: unknown,
  edits: ReadonlyMap<string, Positions>,
): Problem {
  // What was meant is in the words of the current format.
  const { column, fix: _, ...rest } = problem;
  if (column === undefined) return rest;
  // A value that was made of several keys has no string of its own.
  if (typeof valueAt(given, problem.pointer) !== 'string') return rest;
  const position = edits.get(problem.pointer)?.inSource(column - 1) ?? column - 1;
  return { ...rest, column: position + 1 };
}

function hasOwnValues(step: Json): boolean {
  return Object.keys(step).some((key) => !STEP_KEYS.has(key) && !OTHER_STEP_KEYS.has(key));
}

/** `openai` + `summarize`, and `openai.summarize` as it is, name the same action. */
function actionOf(step: Json): string {
  const action = String(step['action']);
  return action.includes('.') || typeof step['type'] !== 'string' ? action : `${step['type']}.${action}`;
}

function upgradeStep(raw: Json, naming: Naming, pointer: string, valuesPointer: string): Json {
  const entries = Object.entries(raw);
  const own = Object.fromEntries(entries.filter(([key]) => STEP_KEYS.has(key)));
  const id = typeof raw['id'] === 'string' ? { id: naming.steps.get(raw['id']) ?? raw['id'] } : {};
  const when =
    typeof raw['when'] === 'string'
      ? { when: upgradeValue(raw['when'], naming, pointerTo(pointer, 'when')) }
      : {};
  const note = own['comment'] ?? raw['description'] ?? raw['name'];
  const head = { ...own, ...id, ...when, ...(note === undefined ? {} : { comment: note }) };
  const others = entries.filter(([key]) => !STEP_KEYS.has(key) && !OTHER_STEP_KEYS.has(key));
  const action = actionOf(raw);
  if (raw['action'] === undefined) return { ...head, ...Object.fromEntries(others) };
  // Next to `params`, other keys are mistakes, which parsing reports.
  const beside = Object.hasOwn(raw, 'params') ? Object.fromEntries(others) : {};
  const params = Object.hasOwn(raw, 'params') ? raw['params'] : Object.fromEntries(others);
  const transform = isObject(params) ? olderTransform(action, params, naming) : undefined;
  if (transform !== undefined) return { ...head, ...beside, transform };
  const schema = naming.catalogue.get(action)?.input;
  return { ...head, ...beside, action, params: upgradeValue(params, naming, valuesPointer, schema) };
}

/** A valid step id for each id of the older format, where hyphens are usual. */
function stepIds(steps: readonly unknown[]): Map<string, string> {
  const ids = steps.flatMap((step) => (isObject(step) && typeof step['id'] === 'string' ? [step['id']] : []));
  const taken = new Set(ids.filter((id) => STEP_ID.test(id)));
  const stepIdOf = new Map<string, string>();
  /** The next number to try for each. */
  const numbers = new Map<string, number>();
  for (const id of ids) {
    if (stepIdOf.has(id)) continue;
    const plain = STEP_ID.test(id) ? id : id.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
    let free = plain;
    let number = numbers.get(plain) ?? 2;
    for (; free !== id && taken.has(free); number++) free = `${plain}_${number}`;
    numbers.set(plain, number);
    taken.add(free);
    stepIdOf.set(id, free);
  }
  return stepIdOf;
}

const DECLARATION = new Set(['type', 'default', 'description', 'required']);

/** A variable's value is its default, unless it is an object that declares one. */
function inputsOf(variables: unknown, declared: unknown): Json {
  const inputs: [string, unknown][] = Object.entries(isObject(declared) ? declared : {});
  if (Array.isArray(variables)) {
    for (const name of variables) if (typeof name === 'string') inputs.push([name, {}]);
  } else if (isObject(variables)) {
    for (const [name, value] of Object.entries(variables)) {
      const declares =
        isObject(value) &&
        ('type' in value || 'default' in value) &&
        Object.keys(value).every((key) => DECLARATION.has(key));
      inputs.push([name, declares ? value : { default: value }]);
    }
  }
  return Object.fromEntries(inputs);
}

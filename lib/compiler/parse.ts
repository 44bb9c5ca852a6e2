// First pass: JSON to a typed tree. Every key is known and every value has its shape, or it is a problem.
import type * as z from 'zod';
import type { Catalogue } from '../actions/catalogue.ts';
import {
  INPUT_NAME,
  inputDeclaration,
  STEP_ID,
  type Step,
  type StepKind,
  stepKinds,
  type Workflow,
  workflowHead,
} from '../workflow/workflow.ts';
import { reportIssues, reportMissing, typeName, without } from './issues.ts';
import { forbiddenShapes, isObject } from './json.ts';
import { closest, pointerTo, type Report, shown } from './problems.ts';
import { parseTriggers } from './triggers.ts';
import { isSeedsFormat, type Native, plainNative, upgrade } from './upgrade.ts';

/** A step and where it stands in the document as it was given. */
export interface ParsedStep {
  readonly step: Step;
  readonly kind: StepKind;
  readonly pointer: string;
  /** Where the step's params stand: the seeds' format also has them beside the step's own keys. */
  readonly valuesPointer: string;
}

export interface Parsed {
  readonly workflow: Workflow;
  readonly steps: readonly ParsedStep[];
  /** Ids of steps with a mistake that hides what they give: nothing is said of references to them. */
  readonly brokenSteps: ReadonlySet<string>;
  readonly inputsPointer: string;
}

/** The document without its steps, as far as it is sound. */
type Head = z.infer<ReturnType<typeof workflowHead.partial>>;

/** Kinds of the language that this version does not have. */
const LATER_KINDS = [
  'for_each',
  'parallel',
  'switch',
  'wait',
  'workflow',
  'approval',
  'agent',
  'return',
  'fail',
];
const KINDS = Object.keys(stepKinds);

/** @returns undefined when nothing can be said of the document beyond the problems reported */
export function parse(document: unknown, catalogue: Catalogue, report: Report): Parsed | undefined {
  if (!isObject(document)) {
    report({
      code: 'wrong-type',
      pointer: '',
      message: `A workflow is a JSON object, not ${typeName(document)}`,
      hint: 'It looks like {"id": "my_workflow", "steps": [ … ]}.',
    });
    return undefined;
  }
  const shape = forbiddenShapes(document);
  if (shape) {
    report(shape);
    return undefined;
  }
  const native = isSeedsFormat(document) ? upgrade(document, catalogue, report) : plainNative(document);
  const { steps: rawSteps, triggers: rawTriggers, ...rawHead } = native.document;
  const head = parseHead(rawHead, native, report);
  const triggers = parseTriggers(rawTriggers, head, report);
  const steps: ParsedStep[] = [];
  const brokenSteps = new Set<string>();
  if (!Array.isArray(rawSteps)) {
    report(
      rawSteps === undefined
        ? {
            code: 'missing-key',
            pointer: '',
            message: 'A workflow needs "steps"',
            hint: 'steps is a list: "steps": [{"id": "first", "action": "…"}].',
          }
        : { code: 'wrong-type', pointer: '/steps', message: `steps is a list, not ${typeName(rawSteps)}` },
    );
  } else if (rawSteps.length === 0) {
    report({ code: 'no-steps', pointer: '/steps', message: 'A workflow needs at least one step' });
  } else {
    const seen = new Map<string, string>();
    rawSteps.forEach((raw: unknown, index) => {
      const pointer = native.stepPointers?.[index] ?? pointerTo('/steps', index);
      const parsed = parseStep(raw, pointer, native.valuesPointers?.[index], report);
      const id = isObject(raw) ? raw['id'] : undefined;
      if (typeof id === 'string' && STEP_ID.test(id)) {
        const before = seen.get(id);
        if (before !== undefined) {
          report({
            code: 'duplicate-step',
            pointer: pointerTo(pointer, 'id'),
            message: `Two steps have the id ${id}`,
            hint: `The other one is at ${before}. Give one of them another id.`,
          });
          return;
        }
        seen.set(id, pointer);
        if (!parsed) brokenSteps.add(id);
      }
      if (parsed) steps.push(parsed);
    });
  }
  // Only compile() hands the workflow out, and only when there was no problem: then the id is there.
  const id = head.id ?? '';
  const workflow: Workflow = {
    ...head,
    id,
    name: head.name ?? id,
    ...(triggers && { triggers }),
    steps: steps.map(({ step }) => step),
  };
  return { workflow, steps, brokenSteps, inputsPointer: native.inputsPointer };
}

function parseHead(raw: Record<string, unknown>, native: Native, report: Report): Head {
  const pointer = (path: readonly PropertyKey[]): string =>
    path[0] === 'inputs' ? pointerTo(native.inputsPointer, ...path.slice(1)) : pointerTo('', ...path);
  if (isObject(raw['inputs'])) {
    for (const name of Object.keys(raw['inputs'])) {
      if (!INPUT_NAME.test(name)) {
        report({
          code: 'invalid-id',
          pointer: pointer(['inputs', name]),
          message: `${shown(name)} cannot name an input`,
          hint: 'Letters, digits, _ and -, beginning with a letter or _, at most 64.',
        });
      }
    }
  }
  const whole = workflowHead.safeParse(raw);
  if (whole.success) return whole.data;
  reportIssues(
    whole.error.issues,
    raw,
    pointer,
    Object.keys(workflowHead.shape).concat('triggers', 'steps'),
    report,
  );
  const rest = workflowHead.partial().safeParse(without(raw, whole.error.issues));
  if (!rest.success) return {};
  const inputs = Object.entries(isObject(raw['inputs']) ? raw['inputs'] : {}).map(([name, declaration]) => {
    const parsed = inputDeclaration.safeParse(declaration);
    return [name, parsed.success ? parsed.data : {}] as const;
  });
  return { ...rest.data, inputs: Object.fromEntries(inputs) };
}

function parseStep(
  raw: unknown,
  pointer: string,
  valuesPointer: string | undefined,
  report: Report,
): ParsedStep | undefined {
  if (!isObject(raw)) {
    report({ code: 'wrong-type', pointer, message: `A step is an object, not ${typeName(raw)}` });
    return undefined;
  }
  const kind = stepKind(raw, pointer, report);
  if (!kind) {
    if (raw['id'] === undefined) reportMissing('id', pointer, report);
    return undefined;
  }
  const schema: z.ZodObject = stepKinds[kind];
  const parsed = stepKinds[kind].safeParse(raw);
  const at = (path: readonly PropertyKey[]): string =>
    path[0] === 'params' && valuesPointer !== undefined
      ? pointerTo(valuesPointer, ...path.slice(1))
      : pointerTo(pointer, ...path);
  const where = {
    kind,
    pointer,
    // Without params, what is missing is missing in the step.
    valuesPointer:
      valuesPointer ??
      (kind !== 'action'
        ? pointerTo(pointer, kind)
        : raw['params'] === undefined
          ? pointer
          : pointerTo(pointer, 'params')),
  };
  if (parsed.success) {
    if (kind === 'set') reportVariableNames(raw, pointer, report);
    return { step: parsed.data, ...where };
  }
  reportIssues(parsed.error.issues, raw, at, Object.keys(schema.shape), report);
  // What is sound of the step is still checked, so that one mistake does not hide the others.
  const rest = stepKinds[kind].safeParse(without(raw, parsed.error.issues));
  return rest.success ? { step: rest.data, ...where } : undefined;
}

function stepKind(raw: Record<string, unknown>, pointer: string, report: Report): StepKind | undefined {
  const later = LATER_KINDS.filter((key) => raw[key] !== undefined);
  const [laterKind] = later;
  if (laterKind !== undefined) {
    report({
      code: 'kind-not-available',
      pointer: pointerTo(pointer, laterKind),
      message: `There are no ${laterKind} steps in this version`,
      hint: `The kinds of steps there are: ${KINDS.join(', ')}.`,
    });
    return undefined;
  }
  const kinds = (Object.keys(stepKinds) as StepKind[]).filter((key) => Object.hasOwn(raw, key));
  const [kind, second] = kinds;
  if (kind === undefined) {
    const meant = Object.keys(raw)
      .map((key) => ({ key, kind: closest(key, KINDS) }))
      .find((found) => found.kind !== undefined);
    report({
      code: 'no-step-kind',
      pointer,
      message: 'Nothing says what this step does',
      hint: `${meant ? `Did you mean ${meant.kind} where it says ${meant.key}? ` : ''}A step has one of the keys ${KINDS.join(', ')}.`,
    });
    return undefined;
  }
  if (second !== undefined) {
    report({
      code: 'several-step-kinds',
      pointer,
      message: `A step does one thing, this one has ${kinds.join(' and ')}`,
      hint: 'Make them steps of their own.',
    });
    return undefined;
  }
  return kind;
}

function reportVariableNames(raw: Record<string, unknown>, pointer: string, report: Report): void {
  for (const name of Object.keys(isObject(raw['set']) ? raw['set'] : {})) {
    if (STEP_ID.test(name)) continue;
    report({
      code: 'invalid-id',
      pointer: pointerTo(pointer, 'set', name),
      message: `${shown(name)} cannot name a variable`,
      hint: 'Letters, digits and _, beginning with a letter or _, at most 64.',
    });
  }
}

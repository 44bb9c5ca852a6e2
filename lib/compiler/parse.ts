// First pass: JSON to a typed tree. An unknown key or a value of the wrong shape is a problem.
import type * as z from 'zod';
import type { Catalogue } from '../actions/catalogue.ts';
import { isObject } from '../json.ts';
import { pointerTo } from '../json-pointer.ts';
import { inOrderOf } from '../key-order.ts';
import { INPUT_NAME } from '../workflow-format/names.ts';
import { ADDED_INPUTS } from '../workflow-format/triggers.ts';
import { inputDeclaration, type Workflow, workflowHead } from '../workflow-format/workflow.ts';
import {
  type CurrentDocument,
  inCurrentFormat,
  isOlderFormat,
  upgrade,
} from './parse/older-format/upgrade.ts';
import { forbiddenShapes } from './parse/shape.ts';
import { without } from './parse/sound-parts.ts';
import { StepParser } from './parse/steps.ts';
import { parseTriggers } from './parse/triggers.ts';
import { reportIssues, typeName } from './parse/zod-issues.ts';
import type { Report } from './problems/problem.ts';
import { Refused } from './problems/refused.ts';
import { shown } from './problems/suggestions.ts';
import type { Parsed, ParsedStep } from './tree/parsed.ts';

/** The sound part of the document without its steps. */
type Head = z.infer<ReturnType<typeof workflowHead.partial>>;

/**
 * @param now see parseTriggers
 * @returns undefined when the document cannot be checked any further
 */
export function parse(
  document: unknown,
  catalogue: Catalogue,
  report: Report,
  now?: number,
): Parsed | undefined {
  if (!isObject(document)) {
    report({
      code: 'wrong-type',
      pointer: '',
      message: `A workflow must be a JSON object, not ${typeName(document)}`,
      hint: 'It looks like {"id": "my_workflow", "steps": [ … ]}.',
    });
    return undefined;
  }
  const shape = forbiddenShapes(document);
  if (shape) {
    report(shape);
    return undefined;
  }
  if (isObject(document['States']) && document['steps'] === undefined) {
    report({
      code: 'wrong-type',
      pointer: '',
      message: 'This is a definition in Amazon States Language, which workflows are compiled to',
      hint: 'It looks like {"id": "my_workflow", "steps": [ … ]}.',
    });
    return undefined;
  }
  const isOlder = isOlderFormat(document);
  const current = isOlder ? upgrade(document, catalogue, report) : inCurrentFormat(document);
  const { steps: rawSteps, on_failure: rawOnFailure, triggers: rawTriggers, ...rawHead } = current.document;
  const head = parseHead(rawHead, current, report);
  const triggers = parseTriggers(rawTriggers, head, now, report);
  const parser = new StepParser(report);
  let steps: ParsedStep[] = [];
  if (rawSteps === undefined) {
    report({
      code: 'missing-key',
      pointer: '',
      message: 'A workflow needs "steps"',
      hint: 'steps is a list: "steps": [{"id": "first", "action": "…"}].',
    });
  } else {
    steps = parser.steps(rawSteps, '/steps', 'A workflow', current);
  }
  const onFailure = rawOnFailure === undefined ? [] : parser.steps(rawOnFailure, '/on_failure', 'on_failure');
  // Only compile() returns the workflow, and only when there was no problem: then it has an id.
  const id = head.id ?? '';
  const workflow: Workflow = {
    ...head,
    id,
    name: head.name ?? id,
    ...(triggers && { triggers }),
    steps: steps.map(({ step }) => step),
    ...(onFailure.length > 0 ? { on_failure: onFailure.map(({ step }) => step) } : {}),
  };
  return {
    workflow: inOrderOf(current.document, workflow),
    steps,
    onFailure,
    brokenSteps: parser.broken,
    inputsPointer: current.inputsPointer,
    isOlderFormat: isOlder,
    ...(current.edits && { edits: current.edits }),
  };
}

/** Each is looked at for each trigger. */
const MAX_INPUTS = 1000;

function tooManyInputs(): Refused {
  return new Refused({
    code: 'too-many',
    pointer: '/inputs',
    message: `A workflow can have ${MAX_INPUTS} inputs, and this one has more`,
    hint: 'Take an object or a list as one input.',
  });
}

function parseHead(raw: Record<string, unknown>, current: CurrentDocument, report: Report): Head {
  const pointer = (path: readonly PropertyKey[]): string =>
    path[0] === 'inputs' ? pointerTo(current.inputsPointer, ...path.slice(1)) : pointerTo('', ...path);
  if (isObject(raw['inputs'])) {
    if (Object.keys(raw['inputs']).length > MAX_INPUTS) throw tooManyInputs();
    for (const name of Object.keys(raw['inputs'])) {
      if (!INPUT_NAME.test(name)) {
        report({
          code: 'invalid-id',
          pointer: pointer(['inputs', name]),
          message: `${shown(name)} cannot name an input`,
          hint: 'Letters, digits, _ and -, beginning with a letter or _, at most 64.',
        });
      } else if (ADDED_INPUTS.includes(name)) {
        report({
          code: 'reserved-name',
          pointer: pointer(['inputs', name]),
          message: `An input cannot have the name ${name}: a step that runs a workflow gives it under this name what it has to know`,
          hint: 'Use another name.',
        });
      }
    }
  }
  const whole = workflowHead.safeParse(raw);
  if (whole.success) return whole.data;
  const keys = Object.keys(workflowHead.shape).concat('triggers', 'steps', 'on_failure');
  reportIssues(whole.error.issues, raw, pointer, keys, report);
  const rest = workflowHead.partial().safeParse(without(raw, whole.error.issues));
  if (!rest.success) return {};
  const inputs = Object.entries(isObject(raw['inputs']) ? raw['inputs'] : {}).map(([name, declaration]) => {
    const parsed = inputDeclaration.safeParse(declaration);
    return [name, parsed.success ? parsed.data : {}] as const;
  });
  return { ...rest.data, inputs: Object.fromEntries(inputs) };
}

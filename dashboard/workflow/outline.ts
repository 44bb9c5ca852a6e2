// The steps of a workflow as a tree, from its document: what ran, what did not, and what is in what.

/** A step, with the flows of steps in it. */
export interface StepNode {
  readonly id: string;
  /** The action's id, or the kind of the step: `for_each` */
  readonly kind: string;
  readonly comment: string | undefined;
  /** Its place in the workflow's document, a JSON pointer. */
  readonly pointer: string;
  readonly flows: readonly Flow[];
  /** What the step was given to do, with its expressions. */
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Flow {
  /** `item`: the steps of a loop; `error`: what runs when the step fails. */
  readonly kind: 'item' | 'case' | 'branch' | 'error';
  readonly label: string;
  /** Of the list of its steps in the document. */
  readonly pointer: string;
  readonly steps: readonly StepNode[];
}

export interface Outline {
  readonly steps: readonly StepNode[];
  /** The steps of `on_failure`. */
  readonly onFailure: readonly StepNode[];
}

type Fields = Readonly<Record<string, unknown>>;

const KINDS = [
  'set',
  'transform',
  'wait',
  'return',
  'fail',
  'switch',
  'parallel',
  'for_each',
  'agent',
  'workflow',
  'approval',
] as const;

/** @param workflow a workflow's document, as it was saved */
export function outlineOf(workflow: Fields): Outline {
  return {
    steps: stepsOf(workflow['steps'], '/steps'),
    onFailure: stepsOf(workflow['on_failure'], '/on_failure'),
  };
}

function stepsOf(value: unknown, pointer: string): StepNode[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((step: unknown, position) =>
    isFields(step) ? [stepNode(step, `${pointer}/${position}`)] : [],
  );
}

function stepNode(step: Fields, pointer: string): StepNode {
  const action = text(step['action']);
  const params = action === undefined ? {} : step['params'];
  return {
    id: text(step['id']) ?? '',
    kind: action ?? KINDS.find((kind) => Object.hasOwn(step, kind)) ?? '',
    comment: text(step['comment']),
    pointer,
    flows: flowsOf(step, pointer),
    params: isFields(params) ? params : {},
  };
}

function flowsOf(step: Fields, pointer: string): Flow[] {
  const { switch: cases, parallel, for_each } = step;
  const flows: Flow[] = [];
  const add = (kind: Flow['kind'], label: string, value: unknown, at: string) => {
    if (!Array.isArray(value)) return;
    flows.push({ kind, label, pointer: `${pointer}/${at}`, steps: stepsOf(value, `${pointer}/${at}`) });
  };
  if (for_each !== undefined) add('item', 'each item', step['steps'], 'steps');
  if (Array.isArray(cases)) {
    for (const [position, one] of cases.entries())
      if (isFields(one)) add('case', labelOfCase(one['when']), one['steps'], `switch/${position}/steps`);
    add('case', 'else', step['else'], 'else');
  }
  if (isFields(parallel))
    for (const [name, steps] of Object.entries(parallel))
      add('branch', name, steps, `parallel/${escaped(name)}`);
  add('error', 'on error', step['on_error'], 'on_error');
  return flows;
}

/** `{{ steps.judge.kind = "bug" }}` without its braces. */
function labelOfCase(when: unknown): string {
  if (when === undefined) return 'no condition yet';
  const written = String(when);
  return /^\{\{\s*(.*?)\s*\}\}$/s.exec(written)?.[1] ?? written;
}

/** A key in a JSON pointer (RFC 6901). */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A step and the steps around it, the outermost first; empty when there is no such step. */
export function wayTo(outline: Outline, id: string): readonly StepNode[] {
  return search([...outline.steps, ...outline.onFailure], id) ?? [];
}

function search(steps: readonly StepNode[], id: string): readonly StepNode[] | undefined {
  for (const step of steps) {
    if (step.id === id) return [step];
    for (const { steps: inner } of step.flows) {
      const found = search(inner, id);
      if (found) return [step, ...found];
    }
  }
  return undefined;
}

/** Every step of the tree, in the order of the document. */
export function allSteps(steps: readonly StepNode[]): readonly StepNode[] {
  return steps.flatMap((step) => [step, ...step.flows.flatMap((flow) => allSteps(flow.steps))]);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

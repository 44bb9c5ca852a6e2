// Second pass: names and scopes. Every expression is parsed, its references found, typed and rewritten.
import type { CatalogueAction } from '../actions/catalogue.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { boundVariables } from './bound-variables.ts';
import { isFunction } from './functions.ts';
import type { Parsed, ParsedStep } from './parse.ts';
import type { Report } from './problems.ts';
import { inputScope, type Scope, type Visible } from './scope.ts';
import { parseExpression, splitTemplate } from './template.ts';
import {
  anything,
  bounded,
  fromSchema,
  isBoolean,
  type Known,
  nullable,
  scalar,
  type Type,
  union,
  unknown,
} from './types.ts';
import { isChangingValue, resolveValue, typeOf, type Value, valueCode } from './value.ts';

export interface ResolvedStep {
  readonly parsed: ParsedStep;
  /** The action, when there is one of that name. */
  readonly action?: CatalogueAction;
  /** Params, the values of `set`, or the value of `transform`. */
  readonly value: Value;
  /** JSONata that gives true or false. */
  readonly condition?: string;
  /** Variables that no step has set before, and that this one does not set when it is skipped. */
  readonly newVariables: readonly string[];
}

export interface ResolvedWorkflow {
  readonly parsed: Parsed;
  readonly workflow: Workflow;
  readonly steps: readonly ResolvedStep[];
  /** The workflow's `output`. */
  readonly output?: Value;
  /** The output is given by the last step's state itself; otherwise a state of its own gives it. */
  readonly outputByLastStep: boolean;
  /** `step_<id>` and `var_<name>`: only what a later state reads is assigned, since variables have a total limit. */
  readonly read: ReadonlySet<string>;
}

/** The payload of the Task that an Output belongs to. */
export const PAYLOAD = '$states.result.Payload';

/** @param spend see Scope.spend */
export function resolve(
  parsed: Parsed,
  actions: ReadonlyMap<string, CatalogueAction>,
  spend: Scope['spend'],
  report: Report,
): ResolvedWorkflow {
  const { workflow } = parsed;
  const stepsSeen = new Map<string, Visible>(
    [...parsed.brokenSteps].map((id) => [id, { code: 'null', ...anything }]),
  );
  const vars = new Map<string, Visible>();
  const later = new Set(parsed.steps.map(({ step }) => step.id));
  const outputTypes = new Map<string, Type>();
  const read = new Set<string>();
  const base: Omit<Scope, 'currentStep'> = {
    workflowId: workflow.id,
    ...inputScope(workflow.inputs ?? {}),
    steps: stepsSeen,
    laterSteps: later,
    vars,
    read: (variable) => void read.add(variable),
    spend,
  };

  const steps = parsed.steps.map((parsedStep): ResolvedStep => {
    const { step, valuesPointer } = parsedStep;
    const scope: Scope = { ...base, currentStep: step.id };
    const condition = step.when === undefined ? undefined : resolveCondition(parsedStep, scope, report);
    const action = 'action' in step ? actions.get(step.action) : undefined;
    const value = resolveValue(givenValue(step), valuesPointer, scope, report);
    const skippable = step.when !== undefined;
    const newVariables: string[] = [];
    if ('set' in step) {
      for (const [name, known] of fieldsOf(value)) {
        const before = vars.get(name);
        if (!before) newVariables.push(name);
        const type =
          before || skippable ? union([before?.type ?? nullable(known.type), known.type]) : known.type;
        vars.set(name, { code: `$var_${name}`, type: bounded(type), certain: true });
      }
    }
    later.delete(step.id);
    const known = outputOf(parsedStep, action, value, outputTypes);
    stepsSeen.set(step.id, {
      code: `$step_${step.id}`,
      type: bounded(skippable ? nullable(known.type) : known.type),
      certain: known.certain,
    });
    return {
      parsed: parsedStep,
      ...(action ? { action } : {}),
      value,
      ...(condition === undefined ? {} : { condition }),
      newVariables,
    };
  });

  const scope: Scope = { ...base, currentStep: undefined };
  const last = steps.at(-1);
  const plainEnd =
    last !== undefined &&
    last.condition === undefined &&
    !('on_error' in last.parsed.step && last.parsed.step.on_error);
  if (workflow.output === undefined) {
    if (last && !plainEnd) read.add(`step_${last.parsed.step.id}`);
    return { parsed, workflow, steps, outputByLastStep: plainEnd, read };
  }

  const readByOutput = new Set<string>();
  const output = resolveValue(
    workflow.output,
    '/output',
    { ...scope, read: (name) => void readByOutput.add(name) },
    report,
  );
  const own = last ? variablesOf(last) : [];
  const readsLast = own.some((name) => readByOutput.has(name));
  // A value that changes with each evaluation is evaluated once, so the output reads the variable.
  const byLast =
    plainEnd && !(readsLast && (isChangingValue(last.value) || (output && bindsFunctions(output))));
  for (const name of readByOutput) if (!byLast || !own.includes(name)) read.add(name);
  if (!byLast || !last) return { parsed, workflow, steps, output, outputByLastStep: false, read };
  const inLast = resolveValue(workflow.output, '/output', withinLast(scope, last), () => {});
  return { parsed, workflow, steps, output: inLast, outputByLastStep: true, read };
}

function givenValue(step: Workflow['steps'][number]): unknown {
  if ('action' in step) return step.params ?? {};
  return 'set' in step ? step.set : step.transform;
}

/** Whether a variable of the author's has a function's name: code put into its scope could mean the function. */
function bindsFunctions(value: Value): boolean {
  const parsed = parseExpression(valueCode(value));
  return !('ast' in parsed) || [...boundVariables(parsed.ast).keys()].some(isFunction);
}

/** The values that `set` gives, whether or not they hold expressions. */
function fieldsOf(value: Value): Iterable<[string, Known]> {
  const { type } = typeOf(value);
  return type.kind === 'object' ? type.fields : [];
}

function resolveCondition({ step, pointer }: ParsedStep, scope: Scope, report: Report): string {
  if (typeof step.when !== 'string') return String(step.when);
  const at = `${pointer}/when`;
  const text = step.when.trim();
  const before = step.when.indexOf(text);
  const value = resolveValue(text, at, scope, ({ column, ...problem }) =>
    report({ ...problem, ...(column === undefined ? {} : { column: column + before }) }),
  );
  const template = splitTemplate(text);
  if (value.kind !== 'expression' || ('parts' in template && template.parts.length !== 1)) {
    report({
      code: 'when-not-expression',
      pointer: at,
      message: 'when is true, false or one expression',
      hint: '"when": "{{ $count(steps.fetch.messages) > 0 }}"',
    });
  }
  if (value.kind !== 'expression') return 'false';
  const { code, known } = value;
  // A Choice fails on anything but true and false: $boolean gives JSONata's truth of any value, and nothing is not true.
  return known.certain && isBoolean(known.type) ? code : `$boolean(${code}) = true`;
}

function outputOf(
  parsed: ParsedStep,
  action: CatalogueAction | undefined,
  value: Value,
  memo: Map<string, Type>,
): Known {
  if (!('action' in parsed.step)) return typeOf(value);
  if (!action) return anything;
  const type = memo.get(action.id) ?? fromSchema(action.output);
  memo.set(action.id, type);
  return { type: parsed.step.on_error === undefined ? type : union([type, FAILED]), certain: true };
}

const text: Known = { type: scalar('string'), certain: true };

/** What a step gives that failed and has `on_error: "continue"`. */
const FAILED: Type = {
  kind: 'object',
  open: false,
  fields: new Map([
    [
      'error',
      {
        type: {
          kind: 'object',
          open: false,
          fields: new Map([
            ['name', text],
            ['message', text],
          ]),
        },
        certain: true,
      },
    ],
  ]),
};

/** The ASL variables that a step can assign. */
export function variablesOf({ parsed: { step } }: ResolvedStep): string[] {
  return [`step_${step.id}`, ...('set' in step ? Object.keys(step.set).map((name) => `var_${name}`) : [])];
}

/** A state's Output cannot read what the same state assigns: references to the last step get its value itself. */
function withinLast(scope: Scope, last: ResolvedStep): Scope {
  const { step } = last.parsed;
  const known = scope.steps.get(step.id) ?? { type: unknown, certain: false };
  const code = 'action' in step ? PAYLOAD : `(${valueCode(last.value)})`;
  const steps = new Map(scope.steps).set(step.id, { code, type: known.type, certain: known.certain });
  const vars = new Map(scope.vars);
  if (last.value.kind === 'object') {
    for (const [name, value] of last.value.entries)
      if ('set' in step) vars.set(name, { code: `(${valueCode(value)})`, ...typeOf(value) });
  } else if (last.value.kind === 'literal' && 'set' in step) {
    for (const [name, value] of Object.entries(step.set)) {
      const literal: Value = { kind: 'literal', value };
      vars.set(name, { code: `(${valueCode(literal)})`, ...typeOf(literal) });
    }
  }
  return { ...scope, steps, vars, read: () => {} };
}

// What an expression can refer to at one place of a workflow, and the code that a reference compiles to.
import { ADDED_INPUTS, type Trigger, VALUES_OF, WEBHOOK_INPUT } from '../../workflow-format/triggers.ts';
import type { InputDeclaration } from '../../workflow-format/workflow.ts';
import type { Guards } from './guards.ts';
import { jsonataLiteral, quoted } from './literal.ts';
import { union as both, type NameSet } from './name-set.ts';
import type { Split } from './template.ts';
import { anything, fromLiteral, type Known, scalar, type Type, union, unknown } from './types.ts';
import { webhookInputType } from './webhook-type.ts';

/** A reference's code (JSONata as Step Functions runs it) and what is known of its value. */
export interface Visible extends Known {
  readonly code: string;
  /** Why there may be no value: the step or variable may not have run or been set. */
  readonly maybe?: string;
  /** Where the step did not run, the code evaluates to its `default`. */
  readonly hasDefault?: true;
  /** The run continues after this step has failed, and its output is then an error. */
  readonly mayHaveFailed?: true;
  /** What else has a value wherever this has one, because the step's own `when` tested it. */
  readonly proves?: NameSet;
}

export interface Scope {
  readonly workflowId: string;
  /** The public address of the API. */
  readonly apiUrl: string;
  readonly inputs: ReadonlyMap<string, Visible>;
  readonly allInputs: Visible;
  /** Where further ones are declared; the older format has no such place. */
  readonly inputsPointer: string | undefined;
  readonly steps: ReadonlyMap<string, Visible>;
  /** Ids of the steps that have not run yet at this place, including the current one. */
  readonly laterSteps: ReadonlySet<string>;
  readonly currentStep: string | undefined;
  /** Steps that are not visible at this place whenever they run, and the hint for each. */
  readonly hiddenSteps: ReadonlyMap<string, string>;
  readonly vars: ReadonlyMap<string, Visible>;
  /** The loops around this place, innermost first. */
  readonly loops: readonly Loop[];
  /** The error that steps of `on_error` and `on_failure` see. */
  readonly error: (Visible & { readonly variable: string }) | undefined;
  /** The fields of `approval`, which the params of its `notify` see. */
  readonly approval: ReadonlyMap<string, Visible> | undefined;
  /**
   * Called with what an expression reads: its variable (`step_fetch`, `var_total`), or `inputs` or `inputs.<name>`, and
   * the names that lead to it in an expression. Gives how it is read at this place: an iteration that is an execution
   * of its own has it in its input.
   */
  read(variable: string, visible: Visible, ...path: readonly string[]): Visible;
  /** What certainly has a value here among what may not have run. */
  readonly proven: NameSet;
  /** What conditions prove. */
  readonly guards: Guards;
  /** Whether a condition anywhere in the workflow tests the value of a name (`steps.ask.comment`). */
  isTested(name: string): boolean;
  /** The expression is a condition, in which a missing value counts as false. */
  readonly isTest: boolean;
  readonly split: Split;
  /** Called with each text that holds expressions, and what they see there: for editors. */
  seen?(pointer: string, scope: Scope): void;
  /** Takes this much from the size that a definition can have. @throws Refused when it is used up */
  spend(characters: number): void;
}

/** What the steps of a loop see of their iteration. */
export interface Loop {
  readonly id: string;
  readonly item: Visible;
  readonly index: Visible;
  /** JSONata for the number of iterations in this execution, where nested loops need it. */
  readonly runs?: string | undefined;
}

export const INPUT = '$states.context.Execution.Input';

export const EXECUTION_ID = '$states.context.Execution.Id';
export const EXECUTION_STARTED = '$states.context.Execution.StartTime';
/** The execution whose large values a run reads and adds to: its own where no workflow has started it. */
export const EXECUTION_VALUES = `[${INPUT}.${VALUES_OF}, ${EXECUTION_ID}][0]`;

const executionFields: ReadonlyMap<string, string> = new Map([
  ['id', EXECUTION_ID],
  ['name', '$states.context.Execution.Name'],
  ['started_at', EXECUTION_STARTED],
]);

export const EXECUTION_NAMES: readonly string[] = [...executionFields.keys(), 'workflow_id'];

/** `execution` or one field of it. The workflow's id is known when compiling. */
export function execution(scope: Pick<Scope, 'workflowId' | 'read'>, field?: string): Visible | undefined {
  const known = { type: scalar('string'), certain: true };
  if (field === 'workflow_id') return { code: jsonataLiteral(scope.workflowId), ...known };
  if (field !== undefined) {
    const code = executionFields.get(field);
    return code === undefined ? undefined : scope.read('execution', { code, ...known }, 'execution', field);
  }
  const pairs = EXECUTION_NAMES.map((name) => `"${name}": ${execution(scope, name)?.code}`);
  const fields = new Map(EXECUTION_NAMES.map((name): [string, Known] => [name, known]));
  return { code: `{${pairs.join(', ')}}`, type: { kind: 'object', fields, open: false }, certain: true };
}

/** Fields as one object. */
export function objectOf(fields: ReadonlyMap<string, Visible>): Visible {
  const pairs = [...fields].map(([name, { code }]) => `"${name}": ${code}`);
  return {
    code: `{${pairs.join(', ')}}`,
    type: { kind: 'object', fields, open: false },
    certain: true,
  };
}

/** Inputs are read where they are used: no state copies them. */
export function inputScope(
  declarations: Readonly<Record<string, InputDeclaration>>,
  triggers: readonly Trigger[],
): Pick<Scope, 'inputs' | 'allInputs'> {
  const delivery = webhookInputType(triggers);
  const inputs = new Map<string, Visible>();
  const defaults: Record<string, unknown> = {};
  for (const [name, declaration] of Object.entries(declarations)) {
    const path = `${INPUT}.${quoted(name)}`;
    const type = name === WEBHOOK_INPUT && delivery !== undefined ? delivery : inputType(declaration);
    if (declaration.default === undefined) {
      inputs.set(name, { code: path, type, certain: declaration.required !== false });
    } else {
      defaults[name] = declaration.default;
      inputs.set(name, {
        code: `($exists(${path}) ? ${path} : ${jsonataLiteral(declaration.default)})`,
        type,
        certain: true,
      });
    }
  }
  const fields = new Map(
    [...inputs].map(([name, { type, certain }]): [string, Known] => [name, { type, certain }]),
  );
  const given = `$sift(${INPUT}, function($value, $name) {$not($name in ${JSON.stringify(ADDED_INPUTS)})})`;
  // $sift gives nothing for an empty object.
  const code = `$merge([${jsonataLiteral(defaults)}, ${given}])`;
  return { inputs, allInputs: { code, type: { kind: 'object', fields, open: true }, certain: true } };
}

/** What is known of an input before a run. */
export function inputType({ type, default: fallback }: InputDeclaration): Type {
  switch (type) {
    case undefined:
      return unknown;
    case 'object':
      return union([{ kind: 'object', fields: new Map(), open: true }, ...nullDefault(fallback)]);
    case 'array':
      return union([{ kind: 'array', items: unknown }, ...nullDefault(fallback)]);
    default:
      return union([scalar(type), ...nullDefault(fallback)]);
  }
}

/** A default of null means that a run may pass null. */
function nullDefault(value: unknown): Type[] {
  return value === null ? [fromLiteral(null)] : [];
}

/** The scope in which these names certainly have a value too, and whatever has one where they have one. */
export function withProven<S extends Pick<Scope, 'proven' | 'guards' | 'steps' | 'vars'>>(
  scope: S,
  names: NameSet,
): S {
  let proven = both(scope.proven, names);
  if (proven === scope.proven) return scope;
  for (const name of scope.guards.names.without(names, scope.proven)) {
    const [root, id = ''] = name.split('.');
    // What it proves includes what that proves.
    const proves = (root === 'steps' ? scope.steps : scope.vars).get(id)?.proves;
    if (proves) proven = both(proven, proves);
  }
  return { ...scope, proven };
}

/** Stands for a reference with a problem: nothing is known of it, so no further problem follows. */
export const unresolved: Visible = { code: 'null', ...anything };

// What an expression can refer to at one place of a workflow, and the code that a reference compiles to.
import type { InputDeclaration } from '../../workflow-format/workflow.ts';
import type { Name } from './guards.ts';
import { jsonataLiteral } from './literal.ts';
import type { Template } from './template.ts';
import { anything, fromLiteral, type Known, scalar, type Type, union, unknown } from './types.ts';

/** A reference's code (JSONata as Step Functions runs it) and what is known of its value. */
export interface Visible extends Known {
  readonly code: string;
  /** Why there may be no value, said of a step that may not have run. */
  readonly maybe?: string;
  /** The code gives the step's `default` where it did not run. */
  readonly hasDefault?: true;
  /** What an action or a person gives: where its type has null, there are nulls. */
  readonly isFromOutside?: true;
  /** A step after whose failure the run continues, so that it may have given an error only. */
  readonly mayHaveFailed?: true;
  /** What else has a value wherever this has one: what the step's own `when` made sure of. */
  readonly proves?: ReadonlySet<Name>;
}

export interface Scope {
  readonly workflowId: string;
  /** The address of the API that people reach. */
  readonly apiUrl: string;
  readonly inputs: ReadonlyMap<string, Visible>;
  readonly allInputs: Visible;
  readonly steps: ReadonlyMap<string, Visible>;
  /** Ids of the steps that have not run at this place, with the one that is being compiled. */
  readonly laterSteps: ReadonlySet<string>;
  readonly currentStep: string | undefined;
  /** Steps that cannot be seen at this place wherever they run, with what is said of them. */
  readonly hiddenSteps: ReadonlyMap<string, string>;
  readonly vars: ReadonlyMap<string, Visible>;
  /** The loops around this place, the innermost first. */
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
  /** What surely has a value here, of what may not have run. */
  readonly proven: ReadonlySet<Name>;
  /** Whether a condition anywhere in the workflow asks for what a name (`steps.ask.comment`) stands for. */
  isAsked(name: string): boolean;
  /** The expression is a test, in which nothing counts as false. */
  readonly isTest: boolean;
  /** Finds the expressions in a string. */
  split(text: string): Template;
  /** False when the definition would outgrow Step Functions' limit by this much more code. */
  spend(characters: number): boolean;
}

/** What the steps of a loop see of the iteration that they are in. */
export interface Loop {
  readonly id: string;
  readonly item: Visible;
  readonly index: Visible;
  /** JSONata that gives how many iterations run in this execution, where nested loops have to know. */
  readonly runs?: string | undefined;
  /** The input of the execution tells of the iteration, wherever in the execution. */
  readonly inInput?: boolean;
}

export const INPUT = '$states.context.Execution.Input';

export const EXECUTION_ID = '$states.context.Execution.Id';

const executionFields: ReadonlyMap<string, string> = new Map([
  ['id', EXECUTION_ID],
  ['name', '$states.context.Execution.Name'],
  ['started_at', '$states.context.Execution.StartTime'],
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

/** What JSONata does not read as a name. */
const WORDS = ['and', 'or', 'in', 'true', 'false', 'null', 'function'];

/** A name as JSONata reads it in a path. */
export function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !WORDS.includes(name) ? name : `\`${name}\``;
}

/** Inputs are read where they are used: no state copies them. */
export function inputScope(
  declarations: Readonly<Record<string, InputDeclaration>>,
): Pick<Scope, 'inputs' | 'allInputs'> {
  const inputs = new Map<string, Visible>();
  const defaults: Record<string, unknown> = {};
  for (const [name, declaration] of Object.entries(declarations)) {
    const path = `${INPUT}.${quoted(name)}`;
    const type = inputType(declaration);
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
  const code = Object.keys(defaults).length === 0 ? INPUT : `$merge([${jsonataLiteral(defaults)}, ${INPUT}])`;
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

/** A default of null says that null may be given. */
function nullDefault(value: unknown): Type[] {
  return value === null ? [fromLiteral(null)] : [];
}

/** The scope where more is sure to have a value. */
export function withProven<S extends Pick<Scope, 'proven' | 'steps' | 'vars'>>(
  scope: S,
  names: ReadonlySet<Name>,
): S {
  if (names.size === 0) return scope;
  const proven = new Set(scope.proven);
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (proven.has(name)) continue;
    proven.add(name);
    const [root, id = ''] = name.split('.');
    open.push(...((root === 'steps' ? scope.steps : scope.vars).get(id)?.proves ?? []));
  }
  return { ...scope, proven };
}

/** A reference of which nothing is known, so that nothing further is said after a problem. */
export const unresolved: Visible = { code: 'null', ...anything };

// The workflow's `output`: evaluated by the last step's own state where that can give it, otherwise by a state of its own.
import { PAYLOAD } from './asl/lambda.ts';
import { fieldsOf } from './asl/value.ts';
import { boundVariables } from './expressions/bound-variables.ts';
import { holdsFailing } from './expressions/can-fail.ts';
import { isFunction } from './expressions/functions.ts';
import { parseExpression } from './expressions/parse-expression.ts';
import type { Scope } from './expressions/scope.ts';
import { unknown } from './expressions/types.ts';
import { isChangingValue, resolveValue, typeOf, type Value } from './expressions/value.ts';
import { valueCode } from './expressions/value-code.ts';
import { setVariable, stepVariable } from './expressions/variables.ts';
import { kindOf, resultCode, variablesOf } from './kinds.ts';
import type { Report } from './problems/problem.ts';
import type { Block, ResolvedStep } from './tree/resolved.ts';

/** The variables and inputs that expressions refer to. */
interface Reads {
  /** Those that a later state reads. */
  readonly read: Set<string>;
  /** All. */
  readonly used: Set<string>;
}

/**
 * @param given the workflow's `output`
 * @param block its steps, resolved
 * @param reads what the output refers to is added
 */
export function resolveOutput(
  given: unknown,
  block: Block,
  scope: Scope,
  { read, used }: Reads,
  report: Report,
): { readonly value: Value; readonly byLastStep: boolean } | undefined {
  if (given === undefined) return undefined;
  const readByOutput = new Set<string>();
  const outputScope: Scope = {
    ...scope,
    read: (name, visible) => {
      readByOutput.add(name);
      return visible;
    },
  };
  const value = resolveValue(given, '/output', outputScope, report);
  for (const name of readByOutput) used.add(name);
  const last = block.steps.at(-1);
  const own = last ? ownVariables(last) : [];
  const readsLast = own.some((name) => readByOutput.has(name));
  // A value that changes with each evaluation is evaluated once, so the output reads the variable; and of one that
  // fails the expression is told that was written, not one in which another's stands.
  const readsVariable =
    readsLast && last && (isChanging(last) || isMixed(last, value) || bindsFunctionName(value));
  const byLastStep = last !== undefined && givesOutput(last, value) && !readsVariable;
  for (const name of readByOutput) if (!byLastStep || !own.includes(name)) read.add(name);
  if (!byLastStep || !last) return { value, byLastStep: false };
  const { parsed } = last;
  if (kindOf(parsed).isAlwaysEvaluated?.(parsed.step)) read.add(stepVariable(parsed.step.id));
  return { value: resolveValue(given, '/output', scopeOfLastState(scope, last), () => {}), byLastStep: true };
}

/**
 * Whether the step's own state can give the workflow's output, as the only one that the flow can end with after it. Where the
 * output cannot be evaluated the error is the workflow's and not the step's, and neither a retry nor a redrive is to run the
 * step again.
 */
function givesOutput(last: ResolvedStep, output: Value): boolean {
  const { parsed, condition, hasTryState, deadline } = last;
  const { step } = parsed;
  const isCaught = 'on_error' in step && step.on_error !== undefined;
  // The Output of a step with a deadline fails when it was not in time.
  if (condition !== undefined || isCaught || hasTryState || deadline || holdsFailing(output)) return false;
  return kindOf(parsed).canGiveOutput?.(last) ?? true;
}

/** Whether the expression binds a variable with the name of a function: code put into its scope could mean the function. */
function bindsFunctionName(value: Value): boolean {
  const parsed = parseExpression(valueCode(value));
  return !('ast' in parsed) || [...boundVariables(parsed.ast).keys()].some(isFunction);
}

function isChanging({ parsed, value }: ResolvedStep): boolean {
  return kindOf(parsed).givesItsValue === true && isChangingValue(value);
}

/** Whether the output would hold an expression of the step's that can fail, with something besides. */
function isMixed({ parsed, value }: ResolvedStep, output: Value): boolean {
  const isAlone = output.kind === 'expression' && output.code === `$${stepVariable(parsed.step.id)}`;
  return kindOf(parsed).givesItsValue === true && holdsFailing(value) && !isAlone;
}

/** The ASL variables that a step's own state assigns. */
function ownVariables({ parsed }: ResolvedStep): string[] {
  return [stepVariable(parsed.step.id), ...variablesOf(parsed).map(setVariable)];
}

/** A state's Output cannot read what the same state assigns: references to the last step get its value itself. */
function scopeOfLastState(scope: Scope, last: ResolvedStep): Scope {
  const { step } = last.parsed;
  const known = scope.steps.get(step.id) ?? { type: unknown, certain: false };
  const result = resultCode(last);
  const code = result === PAYLOAD ? result : `(${result})`;
  const steps = new Map(scope.steps).set(step.id, { code, type: known.type, certain: known.certain });
  const vars = new Map(scope.vars);
  if (variablesOf(last.parsed).length > 0)
    for (const [name, value] of fieldsOf(last.value))
      vars.set(name, { code: `(${valueCode(value)})`, ...typeOf(value) });
  return { ...scope, steps, vars, read: (_, visible) => visible };
}

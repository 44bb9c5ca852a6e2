// Second pass: names and scopes. Every expression is parsed, its references found, typed and rewritten.
import type { CatalogueAction } from '../actions/catalogue.ts';
import type { RetryPolicy } from '../workflow-format/retry-policy.ts';
import { isExpress } from '../workflow-format/workflow.ts';
import { PAYLOAD } from './asl/lambda.ts';
import { fieldsOf } from './asl/value.ts';
import { boundVariables } from './expressions/bound-variables.ts';
import { isFunction } from './expressions/functions.ts';
import { testedNames } from './expressions/nullable.ts';
import { parseExpression } from './expressions/parse-expression.ts';
import { inputScope, type Scope, type Visible } from './expressions/scope.ts';
import { templateSplitter } from './expressions/template.ts';
import { anything, unknown } from './expressions/types.ts';
import { isChangingValue, resolveValue, typeOf, type Value } from './expressions/value.ts';
import { valueCode } from './expressions/value-code.ts';
import { FAILURE, setVariable, stepVariable } from './expressions/variables.ts';
import { hasTryState, kindOf, resultCode, variablesOf } from './kinds.ts';
import type { Report } from './problems/problem.ts';
import type { Place } from './resolve/context.ts';
import { loopPlans, type StepFacts } from './resolve/loop-plans.ts';
import { FAILED_ERROR } from './resolve/results.ts';
import { VisibleNames } from './resolve/visible-names.ts';
import { StepResolver, variablesSet } from './resolve-block.ts';
import { allSteps, type Parsed, type ParsedStep } from './tree/parsed.ts';
import type { Block, ResolvedStep, ResolvedWorkflow } from './tree/resolved.ts';

/**
 * @param apiUrl see Scope.apiUrl
 * @param spend see Scope.spend
 */
export function resolve(
  parsed: Parsed,
  actions: ReadonlyMap<string, CatalogueAction>,
  apiUrl: string,
  spend: Scope['spend'],
  report: Report,
): ResolvedWorkflow {
  const { workflow } = parsed;
  const broken = new Map<string, Visible>(
    [...parsed.brokenSteps].map((id) => [id, { code: '(null)', ...anything }]),
  );
  const all = [...allSteps(parsed.steps), ...allSteps(parsed.onFailure)];
  const names = new VisibleNames(broken, new Set(all.map(({ step }) => step.id)));
  const read = new Set<string>();
  const used = new Set<string>();
  let tested: ReadonlySet<string> | undefined;
  const scope: Scope = {
    workflowId: workflow.id,
    apiUrl,
    ...inputScope(workflow.inputs ?? {}),
    steps: names.steps,
    laterSteps: names.later,
    hiddenSteps: names.hidden,
    vars: names.vars,
    loops: [],
    error: undefined,
    approval: undefined,
    currentStep: undefined,
    proven: new Set(),
    isTested: (name) => {
      tested ??= testedNames(workflow.steps, workflow.on_failure, workflow.output);
      return tested.has(name);
    },
    isTest: false,
    split: templateSplitter(),
    read: (name, visible) => {
      read.add(name);
      used.add(name);
      return visible;
    },
    spend,
  };
  const factsOf = (step: ParsedStep): StepFacts => ({
    turns: kindOf(step).turns?.(step.step),
    hasTryState: hasTryState(step),
    hasEffect: kindOf(step).hasEffect?.(step.step, actions) ?? false,
  });
  const resolver = new StepResolver(
    names,
    actions,
    loopPlans([...parsed.steps, ...parsed.onFailure], factsOf, isExpress(workflow)),
    report,
  );
  const place: Place = {
    scope,
    // With on_failure the steps stand in a state of their own, around which are the steps of on_failure.
    outerVariables: parsed.onFailure.length > 0 ? [variablesSet(parsed.onFailure)] : [],
    variables: variablesSet(parsed.steps),
    returns: true,
    repeats: false,
  };
  const block = resolver.block(parsed.steps, place);

  const readByOutput = new Set<string>();
  const outputScope: Scope = {
    ...scope,
    read: (name, visible) => {
      readByOutput.add(name);
      return visible;
    },
  };
  const given = workflow.output;
  const value = given === undefined ? undefined : resolveValue(given, '/output', outputScope, report);
  for (const name of readByOutput) used.add(name);
  const output = value && outputOf(block, given, value, scope, readByOutput, read);

  const onFailure =
    parsed.onFailure.length === 0 ? {} : { onFailure: resolveOnFailure(resolver, parsed, scope, names) };
  return {
    parsed,
    workflow,
    block,
    ...onFailure,
    ...(output ? { output: output.value } : {}),
    outputByLastStep: output?.byLastStep ?? false,
    read,
    used,
  };
}

/** Where the workflow's output is evaluated; the variables that it reads are added to `read`. */
function outputOf(
  block: Block,
  given: unknown,
  value: Value,
  scope: Scope,
  readByOutput: ReadonlySet<string>,
  read: Set<string>,
): { value: Value; byLastStep: boolean } {
  const last = block.steps.at(-1);
  const own = last ? ownVariables(last) : [];
  const readsLast = own.some((name) => readByOutput.has(name));
  // A value that changes with each evaluation is evaluated once, so the output reads the variable.
  const byLastStep =
    last !== undefined && givesOutput(last) && !(readsLast && (isChanging(last) || bindsFunctionName(value)));
  for (const name of readByOutput) if (!byLastStep || !own.includes(name)) read.add(name);
  if (!byLastStep || !last) return { value, byLastStep: false };
  const { parsed } = last;
  if (kindOf(parsed).isAlwaysEvaluated?.(parsed.step)) read.add(stepVariable(parsed.step.id));
  return { value: resolveValue(given, '/output', scopeOfLastState(scope, last), () => {}), byLastStep: true };
}

/** Whether the step's own state can give the workflow's output, as the only one that the flow can end with after it. */
function givesOutput({ parsed, condition, hasTryState, deadline }: ResolvedStep): boolean {
  const { step } = parsed;
  const kind = kindOf(parsed);
  const isCaught = 'on_error' in step && step.on_error !== undefined;
  // The Output of a step with a deadline fails when it was not in time.
  if (condition !== undefined || isCaught || hasTryState || deadline) return false;
  if ('retry' in step && retriesEvaluation(step.retry, kind.retriedErrors)) return false;
  return kind.canGiveOutput?.(step) ?? true;
}

/** Whether the state would be tried again, with its effect, because the workflow's output could not be evaluated in it. */
function retriesEvaluation(
  policy: RetryPolicy | undefined,
  ofKind: readonly string[] = ['States.ALL'],
): boolean {
  if (!policy) return false;
  const { on = ofKind } = policy;
  return on.includes('States.ALL') || on.includes('States.QueryEvaluationError');
}

/** Whether the expression binds a variable with the name of a function: code put into its scope could mean the function. */
function bindsFunctionName(value: Value): boolean {
  const parsed = parseExpression(valueCode(value));
  return !('ast' in parsed) || [...boundVariables(parsed.ast).keys()].some(isFunction);
}

function isChanging({ parsed, value }: ResolvedStep): boolean {
  return kindOf(parsed).givesItsValue === true && isChangingValue(value);
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

/** These run wherever the run failed, so that they see no step before them. */
function resolveOnFailure(resolver: StepResolver, parsed: Parsed, scope: Scope, names: VisibleNames): Block {
  names.hideAll('on_failure runs wherever the run failed: it sees error, inputs and execution.');
  const error = { code: `$${FAILURE}`, variable: FAILURE, type: FAILED_ERROR, certain: true };
  return resolver.block(parsed.onFailure, {
    scope: { ...scope, error },
    outerVariables: [],
    variables: variablesSet(parsed.onFailure),
    returns: false,
    repeats: false,
  });
}

// Fourth pass: Amazon States Language. One state a step, named after it, and none for bookkeeping.
import type { CatalogueAction } from '../actions/catalogue.ts';
import type { ActionStep, RetryPolicy } from '../workflow/workflow.ts';
import {
  type Catcher,
  type ChoiceState,
  type Definition,
  type Retrier,
  type State,
  type Template,
  workflowComment,
} from './definition.ts';
import { PAYLOAD, type ResolvedStep, type ResolvedWorkflow } from './resolve.ts';
import { executionFields } from './scope.ts';
import { emitValue, isChangingValue } from './value.ts';

export interface EmitOptions {
  readonly functionArn: (functionName: string) => string;
  readonly version: number;
}

const OUTPUT_STATE = 'workflow.output';

export function emit(resolved: ResolvedWorkflow, options: EmitOptions): Definition {
  const { workflow, steps } = resolved;
  const states: [string, State][] = [];
  steps.forEach((step, index) => {
    const following = steps[index + 1];
    const next = following ? entry(following) : resolved.outputByLastStep ? undefined : OUTPUT_STATE;
    const { id } = step.parsed.step;
    if (step.condition !== undefined)
      states.push([`${id}.when`, choiceState(step, next ?? OUTPUT_STATE, resolved)]);
    states.push([id, stepState(step, next, resolved, options)]);
  });
  const last = steps.at(-1);
  if (!resolved.outputByLastStep && last) {
    const Output = resolved.output ? emitValue(resolved.output) : `{% $step_${last.parsed.step.id} %}`;
    states.push([OUTPUT_STATE, { Type: 'Succeed', Output }]);
  }
  const [first] = steps;
  return {
    Comment: workflowComment(workflow.id, options.version, workflow.description),
    QueryLanguage: 'JSONata',
    StartAt: first ? entry(first) : OUTPUT_STATE,
    States: Object.fromEntries(states),
  };
}

function entry({ parsed, condition }: ResolvedStep): string {
  return condition === undefined ? parsed.step.id : `${parsed.step.id}.when`;
}

/** A skipped step's output is null, and so are the variables that only it would have set. */
function choiceState(step: ResolvedStep, next: string, { read }: ResolvedWorkflow): ChoiceState {
  const { id } = step.parsed.step;
  const skipped = [`step_${id}`, ...step.newVariables.map((name) => `var_${name}`)].filter((name) =>
    read.has(name),
  );
  return {
    Type: 'Choice',
    Choices: [{ Condition: `{% ${step.condition} %}`, Next: id }],
    ...assign(skipped.map((name) => [name, null])),
    Default: next,
  };
}

function stepState(
  resolved: ResolvedStep,
  next: string | undefined,
  workflow: ResolvedWorkflow,
  options: EmitOptions,
): State {
  const { step } = resolved.parsed;
  const comment = step.comment === undefined ? {} : { Comment: step.comment };
  const ending = next === undefined ? { End: true as const } : { Next: next };
  // The workflow's output, where this is the last state and can give it.
  const output = next === undefined && workflow.output ? { Output: emitValue(workflow.output) } : undefined;
  if ('action' in step) {
    if (!resolved.action) throw new Error(`The action ${step.action} was not resolved`);
    return taskState(step, resolved, resolved.action, { comment, ending, output }, workflow, options);
  }
  const value = emitValue(resolved.value);
  const assigned: [string, Template][] = workflow.read.has(`step_${step.id}`)
    ? [[`step_${step.id}`, value]]
    : [];
  if ('set' in step && resolved.value.kind !== 'expression') {
    for (const [name, template] of setVariables(resolved))
      if (workflow.read.has(`var_${name}`)) assigned.push([`var_${name}`, template]);
  }
  // Output would evaluate the value once more, and show another uuid or time than the one that was assigned.
  const twice = assigned.length > 0 && isChangingValue(resolved.value);
  return {
    Type: 'Pass',
    ...comment,
    ...assign(assigned),
    Output: twice ? null : value,
    ...output,
    ...ending,
  };
}

function setVariables({ value }: ResolvedStep): [string, Template][] {
  if (value.kind === 'object') return value.entries.map(([name, child]) => [name, emitValue(child)]);
  if (value.kind !== 'literal') return [];
  return Object.entries(value.value as Record<string, unknown>).map(([name, child]) => [
    name,
    emitValue({ kind: 'literal', value: child }),
  ]);
}

function taskState(
  step: ActionStep,
  resolved: ResolvedStep,
  action: CatalogueAction,
  {
    comment,
    ending,
    output,
  }: { comment: object; ending: { Next: string } | { End: true }; output: { Output: Template } | undefined },
  { workflow, read }: ResolvedWorkflow,
  options: EmitOptions,
): State {
  const variable = `step_${step.id}`;
  const isRead = read.has(variable);
  const payload = `{% ${PAYLOAD} %}`;
  return {
    Type: 'Task',
    ...comment,
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: {
      FunctionName: options.functionArn(action.function_name),
      Payload: {
        input: emitValue(resolved.value),
        ...(step.connection === undefined ? {} : { connection: step.connection }),
        execution: { id: `{% ${executionFields.get('id')} %}`, workflow_id: workflow.id, step_id: step.id },
      },
    },
    TimeoutSeconds: step.timeout_seconds ?? action.timeout_seconds,
    Retry: [lambdaRetrier(action), ...actionRetrier(action, step.retry)],
    ...(step.on_error === 'continue' && 'Next' in ending
      ? { Catch: [catcher(variable, isRead, ending.Next)] }
      : {}),
    ...assign(isRead ? [[variable, payload]] : []),
    // The action's own output, without the SDK's metadata around it.
    Output: payload,
    ...output,
    ...ending,
  };
}

function assign(variables: readonly (readonly [string, Template])[]): { Assign?: Record<string, Template> } {
  return variables.length === 0 ? {} : { Assign: Object.fromEntries(variables) };
}

/**
 * Errors of the call itself. Of these only a throttled call surely did not run: after the others the function may
 * have, or may still be running, and a second call of an action that writes could write twice.
 */
function lambdaRetrier({ effect }: CatalogueAction): Retrier {
  const throttled = ['Lambda.TooManyRequestsException'];
  const unknownOutcome = [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
  ];
  return retrier(effect === 'write' ? throttled : [...unknownOutcome, ...throttled], {});
}

/** What the action says of its errors, or what the step says instead. */
function actionRetrier(action: CatalogueAction, policy: RetryPolicy | undefined): Retrier[] {
  const errors = policy?.on ?? action.retryable_errors;
  return errors.length === 0 || policy?.max_attempts === 1 ? [] : [retrier(errors, policy ?? {})];
}

/** `max_attempts` counts every try, ASL's MaxAttempts those after the first. */
function retrier(errors: readonly string[], policy: RetryPolicy): Retrier {
  const { max_attempts: attempts = 4, interval_seconds: interval = 1, backoff_rate: rate = 2 } = policy;
  const longest = policy.max_interval_seconds ?? Math.max(30, interval);
  return {
    ErrorEquals: errors,
    IntervalSeconds: interval,
    // MaxDelaySeconds has to be greater than IntervalSeconds; where they are equal no interval grows.
    ...(longest > interval ? { BackoffRate: rate, MaxDelaySeconds: longest } : { BackoffRate: 1 }),
    MaxAttempts: attempts - 1,
    JitterStrategy: 'FULL',
  };
}

/**
 * The message of a Lambda's error stands in its Cause, JSON text such as {"errorType": …, "errorMessage": …}; the
 * Cause of other errors is plain text. A failing expression in a Catch fails the run, and JSONata cannot try, so
 * $parse only sees what the pattern proved to be a JSON string. The pattern avoids backslashes before brackets,
 * which jsonata's scanner of regular expressions misreads, and alternatives under a star, which overflow the
 * stack of some engines on long texts.
 */
const MESSAGE = String.raw`($cause := $states.errorOutput.Cause; $text := $exists($cause) ? $cause : ""; $json := $match($text, /^\x7b\s*(?:"errorType":\s*"[^"\x5c]*",\s*)?"errorMessage":\s*"([^"\x5c\x00-\x1f]*(?:\x5c(?:["\x5c\x2fbfnrt]|u[0-9a-fA-F]{4})[^"\x5c\x00-\x1f]*)*)"/); $exists($json) ? $parse('"' & $json.groups[0] & '"') : $text)`;

function catcher(variable: string, isRead: boolean, next: string): Catcher {
  const error = { error: { name: '{% $states.errorOutput.Error %}', message: `{% ${MESSAGE} %}` } };
  return { ErrorEquals: ['States.ALL'], ...assign(isRead ? [[variable, error]] : []), Next: next };
}

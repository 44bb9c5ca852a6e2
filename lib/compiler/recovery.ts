// Retry and Catch: what is tried again, and what becomes of an error.
import type { CatalogueAction } from '../actions/catalogue.ts';
import { CHILD_BEGINS, CHILD_INPUT } from '../executions/child-failure.ts';
import type { RetryPolicy } from '../workflow/workflow.ts';
import type { Assign, Catcher, Retrier, Template } from './definition.ts';
import { jsonataLiteral } from './json.ts';

/**
 * Errors of the call itself. Of these only a throttled call surely did not run: after the others the function may
 * have, or may still be running, and a second call of an action that writes could write twice.
 */
export function lambdaRetrier({ effect }: CatalogueAction): Retrier {
  const throttled = ['Lambda.TooManyRequestsException'];
  const unknownOutcome = [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
  ];
  return retrier(effect === 'write' ? throttled : [...unknownOutcome, ...throttled], {});
}

/** What the action says of its errors, or what the step says instead. */
export function actionRetrier(action: CatalogueAction, policy: RetryPolicy | undefined): Retrier[] {
  const errors = policy?.on ?? action.retryable_errors;
  return errors.length === 0 || policy?.max_attempts === 1 ? [] : [retrier(errors, policy ?? {})];
}

/**
 * A run of another workflow is started anew only where the step says so. What surely started none is tried again
 * anyway; of a lost answer that is not known, and two runs could do twice what the workflow does.
 */
export function childRetrier(policy: RetryPolicy | undefined): Retrier[] {
  const refused = ['StepFunctions.ThrottlingException', 'StepFunctions.ExecutionLimitExceededException'];
  return [retrier(refused, {}), ...(wholeRetrier(policy).Retry ?? [])];
}

/** A loop or parallel step begins anew only where it says so. */
export function wholeRetrier(policy: RetryPolicy | undefined): { Retry?: Retrier[] } {
  if (!policy || policy.max_attempts === 1) return {};
  return { Retry: [retrier(policy.on ?? ['States.ALL'], policy)] };
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
const MESSAGE = String.raw`$json := $match($text, /^\x7b\s*(?:"errorType":\s*"[^"\x5c]*",\s*)?"errorMessage":\s*"([^"\x5c\x00-\x1f]*(?:\x5c(?:["\x5c\x2fbfnrt]|u[0-9a-fA-F]{4})[^"\x5c\x00-\x1f]*)*)"/); $exists($json) ? $parse('"' & $json.groups[0] & '"') : $text`;
const NAME = '$states.errorOutput.Error';
const TEXT = '$cause := $states.errorOutput.Cause; $text := $exists($cause) ? $cause : ""';

const plainError = { name: `{% ${NAME} %}`, message: `{% (${TEXT}; ${MESSAGE}) %}` } as const;

/**
 * Of a workflow that failed the error is States.TaskFailed, and the Cause describes its run: the error that it failed
 * with is found there, and so on through the workflows that it ran.
 */
const FIND = `$run := function($name, $text) {$name = "States.TaskFailed" and $contains($text, /${CHILD_BEGINS}/) and $contains($text, '${CHILD_INPUT}') ? $parse($substringBefore($text, '${CHILD_INPUT}') & "}")}; $ended := function($text, $status) {$contains($text, '"Status":"' & $status & '"')}; $find := function($name, $text) {($of := $run($name, $text); $not($exists($of)) ? {"name": $name, "message": (${MESSAGE})} : $ended($text, "TIMED_OUT") ? {"name": "States.Timeout", "message": "The execution ran into its time limit"} : $exists($of.Error) ? $find($of.Error, $exists($of.Cause) ? $of.Cause : "") : $ended($text, "ABORTED") ? {"name": "Aborted", "message": "The execution was stopped"} : {"name": "Failed", "message": ""})}`;

/** What may have failed where a Catch stands. */
export type Failing =
  | 'actions'
  /** Among others, steps that run other workflows. */
  | 'workflows'
  /** A step that runs this workflow. */
  | { readonly workflow: string };

/**
 * The error that a Catch has, as steps see it.
 * @param added what it has besides name and message
 */
export function caughtError(failing: Failing, added: Readonly<Record<string, Template>> = {}): Template {
  if (failing === 'actions') return { ...plainError, ...added };
  const fields = Object.entries(added).map(([name, value]) => `${jsonataLiteral(name)}: ${codeOf(value)}`);
  const found = `$find(${NAME}, $text)`;
  if (failing === 'workflows') return `{% (${TEXT}; ${FIND}; $merge([${found}, {${fields.join(', ')}}])) %}`;
  const { workflow } = failing;
  const gone = `{"name": ${NAME}, "message": ${jsonataLiteral(`There is no workflow ${workflow} any more`)}}`;
  fields.push(
    `"execution_id": $exists($of) ? ${jsonataLiteral(`${workflow}.`)} & $split($of.ExecutionArn, ":")[-1] : null`,
  );
  return `{% (${TEXT}; ${FIND}; $of := $run(${NAME}, $text); $merge([$contains(${NAME}, /^StepFunctions.StateMachineD/) ? ${gone} : ${found}, {${fields.join(', ')}}])) %}`;
}

/** A template of one expression, or a literal, as JSONata. */
function codeOf(value: Template): string {
  const expression = typeof value === 'string' ? /^\{% (.*) %\}$/s.exec(value)?.[1] : undefined;
  return expression === undefined ? jsonataLiteral(value) : `(${expression})`;
}

/** The Cause as it is, so that the run can fail with the error that it failed with first. */
export const caughtCause = '{% $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : "" %}';

export function catchAll(to: {
  readonly Assign?: Assign;
  readonly Output?: Template;
  readonly Next: string;
}): Catcher {
  return { ErrorEquals: ['States.ALL'], ...to };
}

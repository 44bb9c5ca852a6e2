// The error in a Catch, as the steps after it see it: a name and a readable message.
import { CHILD_BEGINS, CHILD_INPUT } from '../../workflow-format/child-failure.ts';
import { jsonataLiteral } from '../expressions/literal.ts';
import { DATA_LIMIT_ERROR, DATA_LIMIT_MESSAGE } from './data-limit-error.ts';
import type { Template } from './definition.ts';
import { EVALUATION_MESSAGE, IS_EVALUATION } from './evaluation-error.ts';

/**
 * The message of a Lambda's error stands in its Cause, JSON text such as {"errorType": …, "errorMessage": …}; the
 * Cause of other errors is plain text. A failing expression in a Catch fails the run, and JSONata cannot try, so
 * $parse only sees what the pattern proved to be a JSON string. The pattern avoids backslashes before brackets,
 * which jsonata's scanner of regular expressions misreads, and alternatives under a star, which overflow the
 * stack of some engines on long texts.
 */
const MESSAGE = String.raw`$json := $match($text, /^\x7b\s*(?:"errorType":\s*"[^"\x5c]*",\s*)?"errorMessage":\s*"([^"\x5c\x00-\x1f]*(?:\x5c(?:["\x5c\x2fbfnrt]|u[0-9a-fA-F]{4})[^"\x5c\x00-\x1f]*)*)"/); $exists($json) ? $parse('"' & $json.groups[0] & '"') : $text`;
/** JSONata that gives the error's name. */
export const caughtName = '$states.errorOutput.Error';
/** The Cause of a time limit that a Task ran into is empty. */
export const TIMEOUT_MESSAGE = 'The step ran into its time limit';
const TIMEOUT = 'States.Timeout';
const textOf = (name: string): string =>
  `$text := $exists($cause) and $cause != "" ? $cause : ${name} = "${TIMEOUT}" ? "${TIMEOUT_MESSAGE}" : ""`;
const TEXT = `$cause := $states.errorOutput.Cause; ${textOf(caughtName)}`;
/** JSONata that gives the error's message, where no other workflow was run and no expression evaluated. */
export const caughtMessage = `(${TEXT}; ${MESSAGE})`;
const ANY_MESSAGE = `${IS_EVALUATION} ? ${EVALUATION_MESSAGE} : (${MESSAGE})`;

/**
 * Of a workflow that failed the error is States.TaskFailed, and the Cause describes its run: the error that it failed
 * with is found there, and so on through the workflows that it ran.
 */
const FIND = `$run := function($name, $text) {$name = "States.TaskFailed" and $contains($text, /${CHILD_BEGINS}/) and $contains($text, '${CHILD_INPUT}') ? $parse($substringBefore($text, '${CHILD_INPUT}') & "}")}; $textOf := function($name, $cause) {(${textOf('$name')}; $text)}; $ended := function($text, $status) {$contains($text, '"Status":"' & $status & '"')}; $find := function($name, $text) {($of := $run($name, $text); $not($exists($of)) ? {"name": $name, "message": $name = "${DATA_LIMIT_ERROR}" ? ${DATA_LIMIT_MESSAGE} : (${ANY_MESSAGE})} : $ended($text, "TIMED_OUT") ? {"name": "States.Timeout", "message": "The execution ran into its time limit"} : $exists($of.Error) ? $find($of.Error, $textOf($of.Error, $of.Cause)) : $ended($text, "ABORTED") ? {"name": "Aborted", "message": "The execution was stopped"} : {"name": "Failed", "message": ""})}`;

/** What may have failed where a Catch stands. */
export type Failing =
  | 'actions'
  /** Among others, expressions. */
  | 'expressions'
  /** Among others, steps that run other workflows. */
  | 'workflows'
  /** A step that runs this workflow. */
  | { readonly workflow: string };

/** Errors that a time limit caused are described as a timeout. */
export interface TimeoutCondition {
  /** JSONata that gives true or false. */
  readonly condition: string;
  readonly message: string;
}

/** @param added what the error has besides name and message */
export function caughtError(
  failing: Failing,
  added: Readonly<Record<string, Template>> = {},
  timeout?: TimeoutCondition,
): Template {
  if (failing === 'actions' || failing === 'expressions') {
    const message =
      failing === 'actions' ? caughtMessage : `(${TEXT}; $name := ${caughtName}; ${ANY_MESSAGE})`;
    const orElse = (words: string, code: string) =>
      timeout ? `${timeout.condition} ? ${jsonataLiteral(words)} : (${code})` : code;
    return {
      name: `{% ${orElse(TIMEOUT, caughtName)} %}`,
      message: `{% ${orElse(timeout?.message ?? '', message)} %}`,
      ...added,
    };
  }
  const fields = Object.entries(added).map(([name, value]) => `${jsonataLiteral(name)}: ${codeOf(value)}`);
  const found = `$find(${caughtName}, $text)`;
  if (failing === 'workflows') {
    const described = timeout
      ? `${timeout.condition} ? ${jsonataLiteral({ name: TIMEOUT, message: timeout.message })} : ${found}`
      : found;
    return `{% (${TEXT}; ${FIND}; $merge([${described}, {${fields.join(', ')}}])) %}`;
  }
  const { workflow } = failing;
  const notFound = `{"name": ${caughtName}, "message": ${jsonataLiteral(`There is no workflow ${workflow} any more`)}}`;
  fields.push(
    `"execution_id": $exists($of) ? ${jsonataLiteral(`${workflow}.`)} & $split($of.ExecutionArn, ":")[-1] : null`,
  );
  return `{% (${TEXT}; ${FIND}; $of := $run(${caughtName}, $text); $merge([$contains(${caughtName}, /^StepFunctions.StateMachineD/) ? ${notFound} : ${found}, {${fields.join(', ')}}])) %}`;
}

/** The Cause as it is, so that the run can fail with the error that it failed with first. */
export const caughtCause = '{% $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : "" %}';

/** The source of a literal or of a template that is one expression. */
export function codeOf(template: Template): string {
  const expression = typeof template === 'string' ? /^\{% (.*) %\}$/s.exec(template)?.[1] : undefined;
  return expression === undefined ? jsonataLiteral(template) : `(${expression})`;
}

// The error of a value that is too large to be passed on, told with the step that it is of.

export const DATA_LIMIT_ERROR = 'States.DataLimitExceeded';

/**
 * Step Functions' words name a state, such as `a.try`, or in place of a Task's the ARN of what it calls. Each pattern is one
 * for JSONata too.
 */
const NAMED: readonly (readonly [pattern: string, written: string])[] = [
  [String.raw`^The state(?:\x2ftask)? 'workflow\.[^':]*' `, 'The workflow '],
  [String.raw`^The state(?:\x2ftask)? '(\w+)[^':]*' `, 'The step $1 '],
  [String.raw`^The state(?:\x2ftask)? 'arn:[^']*' `, 'A task '],
];

/** The message of the Cause of such an error; the Cause itself when it has another form. */
export function dataLimitMessage(cause: string): string {
  return NAMED.reduce((text, [from, to]) => text.replace(new RegExp(from), to), cause);
}

/** JSONata that gives the same of `$text`. */
export const DATA_LIMIT_MESSAGE = NAMED.reduce(
  (code, [from, to]) => `$replace(${code}, /${from}/, "${to}")`,
  '$text',
);

// Rewrites Step Functions' message about a failed expression in terms of the workflow's own expression.
import { stepOfState } from '../compiler/asl/state-names.ts';

const CAUSE =
  /^An error occurred while executing the state '(.+?)' \(entered at the event id #\d+\)\. The JSONata expression '(.*)' specified for the field '[^']*' (.*)$/s;

/** Longer expressions are truncated. */
const MAX_EXPRESSION = 200;

/** @returns the cause itself when it has another form */
export function evaluationMessage(cause: string): string {
  const [, state, code, what = ''] = CAUSE.exec(cause) ?? [];
  if (state === undefined || code === undefined) return cause;
  const { id } = stepOfState(state);
  const where = id === 'workflow' ? 'of the workflow' : `of the step ${id}`;
  const written = asWritten(code);
  const expression = written.length > MAX_EXPRESSION ? `${written.slice(0, MAX_EXPRESSION - 1)}…` : written;
  return `The expression {{ ${expression} }} ${where} ${what}`;
}

/** The JSONata that references compile to (lib/compiler/expressions/), longest first. */
const REFERENCES: readonly (readonly [RegExp, string])[] = [
  // An iteration of a distributed loop has all of them in its input.
  [/\$(?:states\.input|input_\w+)\.(?=(?:inputs|steps|vars|execution)\.)/g, ''],
  [/\$input_(\w+)\.(item|index)\b/g, 'steps.$1.$2'],
  [/\$states\.context\.Execution\.Input\b/g, 'inputs'],
  [/\$states\.context\.Execution\.Id\b/g, 'execution.id'],
  [/\$states\.context\.Execution\.Name\b/g, 'execution.name'],
  [/\$states\.context\.Execution\.StartTime\b/g, 'execution.started_at'],
  [/\$states\.input\.(item|index)\b/g, '$1'],
  [/\$(item|index)_(\w+)/g, 'steps.$2.$1'],
  [/\$step_(\w+)/g, 'steps.$1'],
  [/\$var_(\w+)/g, 'vars.$1'],
  [/\$(?:error_\w+|failure)\b/g, 'error'],
  // A default, and null for a missing value.
  [/\(\$exists\(([\w.`-]+)\) \? \1 : [^()]*\)/g, '$1'],
  [/\(\$value := (.*?); \$exists\(\$value\) \? \$value : null\)/g, '$1'],
  [/^\$boolean\((.*)\) = true$/g, '$1'],
];

function asWritten(code: string): string {
  return REFERENCES.reduce((text, [pattern, name]) => text.replace(pattern, name), code).trim();
}

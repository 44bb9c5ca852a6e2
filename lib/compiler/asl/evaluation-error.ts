// Step Functions' words about an expression that failed, told in terms of the expression that was written: by the API
// and the log, and within a run by the Catch that takes the error.

/** The error's name. */
export const EVALUATION_ERROR = 'States.QueryEvaluationError';

/**
 * The Cause, as AWS words it: "An error occurred while executing the state 'a' (entered at the event id #4). The JSONata
 * expression '…' specified for the field 'Output' threw an error during evaluation. D3030: …" Of a value of the right type
 * that is none of the right ones it tells the field alone: "… #4). The Timestamp field cannot be parsed as …"
 */
const STATE = "An error occurred while executing the state '";
const ENTERED = '). ';
const CODE = "The JSONata expression '";
const FIELD = "' specified for the field '";
/** What $error and $assert say is all that there is to say: who called them, or the compiler around expressions, wrote it. */
const SAYING = String.raw`\$(error|assert)\x28`;
const SAID = 'D31(37|41): ';

/** Longer expressions are cut. */
const MAX_EXPRESSION = 200;

/**
 * The JSONata that references compile to (lib/compiler/expressions/), and what was written. Each pattern is one for
 * JSONata too, whose scanner misreads brackets after a backslash.
 */
const WRITTEN: readonly (readonly [pattern: string, written: string])[] = [
  // A wait within a time limit.
  [String.raw`^\$max\x28\x5b0, \$min\x28\x5b\x28(.*)\x29, \$ceil\x28.*$`, '$1'],
  [String.raw`^\$fromMillis\x28\$ceil\x28\$min\x28\x5b\$toMillis\x28\x28(.*)\x29\x29, .*$`, '$1'],
  // An iteration of a distributed loop has all of them in its input.
  [String.raw`\$(states\.input|input_\w+)\.(inputs|steps|vars|execution)\.`, '$2.'],
  [String.raw`\$input_(\w+)\.(item|index)\b`, 'steps.$1.$2'],
  [String.raw`\$states\.context\.Execution\.Input\b`, 'inputs'],
  [String.raw`\$states\.context\.Execution\.Id\b`, 'execution.id'],
  [String.raw`\$states\.context\.Execution\.Name\b`, 'execution.name'],
  [String.raw`\$states\.context\.Execution\.StartTime\b`, 'execution.started_at'],
  [String.raw`\$states\.input\.(item|index)\b`, '$1'],
  [String.raw`\$(item|index)_(\w+)`, 'steps.$2.$1'],
  [String.raw`\$step_(\w+)`, 'steps.$1'],
  [String.raw`\$var_(\w+)`, 'vars.$1'],
  [String.raw`\$(error_\w+|failure)\b`, 'error'],
  // A default, and null for a missing value.
  [String.raw`\x28\$exists\x28([\w.\x60-]+)\x29 \? \1 : [^\x28\x29]*\x29`, '$1'],
  [String.raw`\x28\$value := ([^;]*(;[^;]*)*?); \$exists\x28\$value\x29 \? \$value : null\x29`, '$1'],
  [String.raw`^\$boolean\x28(.*)\x29 = true$`, '$1'],
];

/** Step Functions' words, and those that the workflow's author knows. */
const WORDS: readonly (readonly [theirs: string, ours: string])[] = [
  ['The Seconds field must be between 0 and 99999999 but was:', 'a wait has 0 to 99999999 seconds, not'],
  [
    'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string:',
    '"until" is not a time such as "2026-03-01T09:00:00Z":',
  ],
  ['returned an unsupported result type', 'gives what JSON does not have, such as a function'],
];

/** The message of the Cause of such an error; the Cause itself when it has another form. */
export function evaluationMessage(cause: string): string {
  if (!cause.startsWith(STATE) || !cause.includes(ENTERED)) return cause;
  const step = before(after(cause, STATE), "'").split('.')[0] ?? '';
  const where = step === 'workflow' ? 'the workflow' : `the step ${step}`;
  if (!cause.includes(FIELD)) return `In ${where}: ${inOurWords(after(cause, ENTERED))}`;
  const failed = after(cause, CODE);
  const code = before(failed, FIELD);
  const what = after(after(failed, FIELD), "' ");
  if (new RegExp(SAYING).test(code) && new RegExp(SAID).test(what))
    return `In ${where}: ${after(after(what, 'D31'), ': ')}`;
  const written = WRITTEN.reduce((text, [from, to]) => text.replace(new RegExp(from, 'g'), to), code).trim();
  const letters = [...written];
  const shown =
    letters.length > MAX_EXPRESSION ? `${letters.slice(0, MAX_EXPRESSION - 1).join('')}…` : written;
  return `The expression {{ ${shown} }} of ${where} ${inOurWords(what)}`;
}

function inOurWords(text: string): string {
  return WORDS.reduce((words, [theirs, ours]) => words.replaceAll(theirs, ours), text);
}

const before = (text: string, part: string): string => text.split(part, 1)[0] ?? text;
const after = (text: string, part: string): string =>
  text.includes(part) ? text.slice(text.indexOf(part) + part.length) : text;

const quoted = (text: string): string => JSON.stringify(text).replaceAll('}', String.raw`\u007d`);

/** JSONata that gives the text of `code` in the author's words. */
function inOurWordsCode(code: string): string {
  return WORDS.reduce(
    (words, [theirs, ours]) => `$replace(${words}, ${quoted(theirs)}, ${quoted(ours)})`,
    code,
  );
}

/** JSONata that gives the same of `$text`, the Cause of an error of that name. */
export const EVALUATION_MESSAGE = [
  `($failed := $substringAfter($text, ${quoted(CODE)})`,
  `$code := $substringBefore($failed, ${quoted(FIELD)})`,
  `$what := $substringAfter($substringAfter($failed, ${quoted(FIELD)}), "' ")`,
  `$of := $split($substringBefore($substringAfter($text, ${quoted(STATE)}), "'"), ".")[0]`,
  '$where := $of = "workflow" ? "the workflow" : "the step " & $of',
  `$written := $trim($code${WRITTEN.map(([from, to]) => ` ~> $replace(/${from}/, ${quoted(to)})`).join('')})`,
  [
    `$not($contains($text, ${quoted(FIELD)})) ? "In " & $where & ": " & ${inOurWordsCode(`$substringAfter($text, ${quoted(ENTERED)})`)}`,
    `$contains($code, /${SAYING}/) and $contains($what, /${SAID}/) ? "In " & $where & ": " & $substringAfter($substringAfter($what, "D31"), ": ")`,
    `"The expression {{ " & ($length($written) > ${MAX_EXPRESSION} ? $substring($written, 0, ${MAX_EXPRESSION - 1}) & "…" : $written) & " \\u007d\\u007d of " & $where & " " & ${inOurWordsCode('$what')})`,
  ].join(' : '),
].join('; ');

/** JSONata: whether `$text` is the Cause of a failed evaluation, of the error `$name`. */
export const IS_EVALUATION = `$name = "${EVALUATION_ERROR}" and $contains($text, ${quoted(STATE)}) and $contains($text, ${quoted(ENTERED)})`;

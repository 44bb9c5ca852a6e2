// What is said of mistakes in expressions, each whole: its column, its words, what would be right, and what mends it.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: JavaScript’s templates are among the mistakes
import { expect, test } from 'vitest';
import { around, told } from '../testing/compile.ts';

/** What is said of the expression; of what else the workflow around it has nothing is. */
function said(expression: string): string[] {
  return told(around(expression)).flatMap((found) =>
    found.startsWith('/steps/3/transform') ? [found.replace(/^\/steps\/3\/transform(?:, column )?/, '')] : [],
  );
}

test.each<[string, readonly string[]]>([
  [
    '{{ inputs.nme }}',
    [
      '11: There is no input nme [unknown-reference]\n    Did you mean name? Inputs: name, count, data, optional, with-hyphen.\n    text +3 -> name',
    ],
  ],
  [
    '{{ name }}',
    [
      '4: There is no name here [unknown-reference]\n    Did you mean inputs.name? Expressions begin with inputs, steps, vars, execution.\n    text +4 -> inputs.name',
    ],
  ],
  [
    '{{ with-hyphen }}',
    [
      '4: There is no with here [unknown-reference]\n    Expressions begin with inputs, steps, vars, execution. Texts are written in quotes.',
      '9: There is no hyphen here [unknown-reference]\n    Expressions begin with inputs, steps, vars, execution. Texts are written in quotes.',
    ],
  ],
  [
    '{{ input.name }}',
    [
      '4: There is no input here [unknown-reference]\n    Did you mean inputs? Expressions begin with inputs, steps, vars, execution.\n    text +5 -> inputs',
    ],
  ],
  [
    '{{ steps.fech }}',
    [
      '10: There is no step fech [unknown-reference]\n    Did you mean fetch? Steps before this one: fetch, skipped, v.\n    text +4 -> fetch',
    ],
  ],
  [
    '{{ fech }}',
    [
      '4: There is no fech here [unknown-reference]\n    Did you mean steps.fetch? Expressions begin with inputs, steps, vars, execution.\n    text +4 -> steps.fetch',
    ],
  ],
  [
    '{{ steps }}',
    [
      '4: steps is not a value by itself [unknown-reference]\n    Name a step: steps.<id>. Steps before this one: fetch, skipped, v.',
    ],
  ],
  [
    '{{ vars }}',
    [
      '4: vars is not a value by itself [unknown-reference]\n    Name a variable: vars.<name>. Variables: total.',
    ],
  ],
  [
    '{{ vars.totl }}',
    [
      '9: No step before this one sets the variable totl [unknown-reference]\n    Did you mean total? Variables: total.\n    text +4 -> total',
    ],
  ],
  [
    '{{ vars.nowhere }}',
    ['9: No step before this one sets the variable nowhere [unknown-reference]\n    Variables: total.'],
  ],
  [
    '{{ execution.ID }}',
    [
      '14: execution has no ID [unknown-reference]\n    Did you mean id? Fields of execution: id, name, started_at, workflow_id.\n    text +2 -> id',
    ],
  ],
  [
    '{{ execution[id = "x"].nme }}',
    [
      '24: There is no field nme here [unknown-field]\n    Did you mean name? Fields: id, name, started_at, workflow_id.\n    text +3 -> name',
    ],
  ],
  [
    '{{ execution.id.x }}',
    ['17: There is no field x here: a string has no fields [unknown-field]\n    Leave it out.'],
  ],
  [
    '{{ item.x }}',
    [
      '4: There is no item here [unknown-reference]\n    Only the steps of a for_each have it. Here expressions begin with inputs, steps, vars, execution.',
    ],
  ],
  [
    '{{ error.name }}',
    [
      '4: There is no error here [unknown-reference]\n    Only the steps of on_error and on_failure have it. Here expressions begin with inputs, steps, vars, execution.',
    ],
  ],
  [
    '{{ approval.url }}',
    [
      '4: There is no approval here [unknown-reference]\n    Only the params of notify have it. Here expressions begin with inputs, steps, vars, execution.',
    ],
  ],
  [
    '{{ nothing_like_it }}',
    [
      '4: There is no nothing_like_it here [unknown-reference]\n    Expressions begin with inputs, steps, vars, execution. Texts are written in quotes.',
    ],
  ],
  [
    '{{ steps.value }}',
    [
      '10: The step value cannot use its own output [later-step]\n    Use an earlier step, an input or a variable.',
    ],
  ],
  [
    '{{ steps.fetch.messages[0].body }}',
    [
      '28: There is no field body here [unknown-field]\n    Did you mean body_text? Fields: id, subject, from, body_text, unread, attachments, reply_to.\n    text +4 -> body_text',
    ],
  ],
  [
    '{{ steps.fetch.messages[0].body_ }}',
    [
      '28: There is no field body_ here [unknown-field]\n    Fields: id, subject, from, body_text, unread, attachments, reply_to.',
    ],
  ],
  [
    '{{ steps.fetch.messages[0].su_x }}',
    [
      '28: There is no field su_x here [unknown-field]\n    Fields: id, subject, from, body_text, unread, attachments, reply_to.',
    ],
  ],
  [
    '{{ steps.fetch.messages[0].length }}',
    [
      '28: There is no field length here [unknown-field]\n    $count(…) counts the items of a list, $length(…) the letters of a text. Fields: id, subject, from, body_text, unread, attachments, reply_to.',
    ],
  ],
  [
    '{{ steps.fetch.messages[0].subject.x }}',
    ['36: There is no field x here: a string has no fields [unknown-field]\n    Leave it out.'],
  ],
  [
    '{{ steps.fetch.messages[subject = inputs.name] }}',
    [
      '35: The value before it, in which inputs is looked up, has no field inputs [unknown-field]\n    Write $$.inputs.name for the root.',
    ],
  ],
  [
    '{{ steps.fetch.messages.{"t": item.x, "n": execution.id} }}',
    [
      '31: There is no field item here [unknown-field]\n    Fields: id, subject, from, body_text, unread, attachments, reply_to.',
      '44: The value before it, in which execution is looked up, has no field execution [unknown-field]\n    Write $$.execution.id for the root.',
    ],
  ],
  ['{{ inputs.data[x = inputs.name] }}', []],
  [
    '{{ $$ }}',
    [
      '4: $$ is not a value by itself [not-allowed]\n    Name a root after it: $$.inputs, $$.steps, $$.vars or $$.execution.',
    ],
  ],
  [
    '{{ $$[0].inputs.name }}',
    [
      '4: $$ is not a value by itself [not-allowed]\n    Name a root after it: $$.inputs, $$.steps, $$.vars or $$.execution.',
    ],
  ],
  [
    '{{ $eval("1") }}',
    [
      '4: Step Functions has no $eval [not-allowed]\n    Data never becomes a program; $parse reads JSON text.',
    ],
  ],
  [
    '{{ $uppercas("x") }}',
    [
      '4: There is no function or variable $uppercas [unknown-function]\n    Did you mean $uppercase?\n    text +9 -> $uppercase',
    ],
  ],
  [
    '{{ $nowhere() }}',
    [
      '4: There is no function or variable $nowhere [unknown-function]\n    Functions: see the JSONata 2.0.6 documentation; variables are bound with :=.',
    ],
  ],
  [
    '{{ uppercase("x") }}',
    [
      '4: There is no function uppercase [unknown-function]\n    Did you mean $uppercase?\n    text +9 -> $uppercase',
    ],
  ],
  [
    '{{ inputs.name.nowhere() }}',
    ['16: There is no field nowhere here: a string has no fields [unknown-field]\n    Leave it out.'],
  ],
  [
    '{{ $states.input }}',
    ['4: Workflows cannot use $states [not-allowed]\n    Use inputs, steps and execution.'],
  ],
  [
    '{{ ($var_total := 1; vars.total) }}',
    [
      '5: An expression cannot bind $var_total, which the compiled workflow uses [reserved-name]\n    Use another name, such as $my_var_total.',
    ],
  ],
  [
    '{{ {"hasOwnProperty": 1} }}',
    ['5: An object cannot have the key hasOwnProperty [forbidden-key]\n    Give it another name.'],
  ],
  [
    '{{ * }}',
    ['4: * has nothing to look into here [not-allowed]\n    Begin with inputs, steps, vars or execution.'],
  ],
  [
    '{{ steps.fetch.messages[0].unread in ["a", "b"] }}',
    [
      '35: This is always false: a boolean is never among what is a string [unlikely-comparison]\n    $string(…) makes text of a value, $number(…) a number; $contains(…) looks for a text in a text.',
    ],
  ],
  [
    '{{ inputs.name in [1, 2] }}',
    [
      '16: This is always false: a string is never among what is an integer [unlikely-comparison]\n    $string(…) makes text of a value, $number(…) a number; $contains(…) looks for a text in a text.',
    ],
  ],
  [
    '{{ steps.skipped.model in ["a", inputs.count] }}',
    [
      '10: The step skipped may not have run: its "when" may not be true [may-not-have-run]\n    Guard it, as in {{ steps.skipped ? … : … }} or "when": "{{ $exists(steps.skipped) }}", or give that step a "default".',
    ],
  ],
  [
    '{{ inputs.count in steps.fetch.messages.subject }}',
    [
      '17: This is always false: an integer is never among what is a string [unlikely-comparison]\n    $string(…) makes text of a value, $number(…) a number; $contains(…) looks for a text in a text.',
    ],
  ],
  ['{{ inputs.name in ["a", "b"] }}', []],
  [
    '{{ inputs.name - 1 }}',
    [
      '16: - is for numbers, but one side is a string [type-mismatch]\n    $number(…) makes a number of a value.',
    ],
  ],
  [
    '{{ 1 - inputs.name }}',
    [
      '6: - is for numbers, but one side is a string [type-mismatch]\n    $number(…) makes a number of a value.',
    ],
  ],
  [
    '{{ steps.fetch + 1 }}',
    [
      '16: + is for numbers, but one side is an object [type-mismatch]\n    $number(…) makes a number of a value.',
    ],
  ],
  [
    '{{ inputs.count + "x" }}',
    [
      '17: + is for numbers, but one side is a string [type-mismatch]\n    & joins texts; $number(…) reads a number from one.\n    text +1 -> &',
    ],
  ],
  [
    '{{ inputs.name + inputs.name }}',
    [
      '16: + is for numbers, but one side is a string [type-mismatch]\n    & joins texts; $number(…) reads a number from one.',
    ],
  ],
  [
    '{{ inputs.count > "3" }}',
    [
      '17: > cannot compare an integer with a string [type-mismatch]\n    $number(…) reads a number from a text, $count(…) counts the items of a list.',
    ],
  ],
  [
    '{{ steps.fetch >= 1 }}',
    [
      '16: >= compares numbers or texts, not an object [type-mismatch]\n    $number(…) reads a number from a text, $count(…) counts the items of a list.',
    ],
  ],
  [
    '{{ inputs.count = "3" }}',
    [
      '17: This is always false: an integer is never equal to a string [unlikely-comparison]\n    $string(…) makes text of a value, $number(…) a number; numbers, true and false are written without quotes.',
    ],
  ],
  [
    '{{ 3 != inputs.name }}',
    [
      '6: This is always true: an integer is never equal to a string [unlikely-comparison]\n    $string(…) makes text of a value, $number(…) a number; numbers, true and false are written without quotes.',
    ],
  ],
  [
    '{{ 1 null }}',
    ['10: Syntax error: null [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes.'],
  ],
  [
    '{{ 1 true }}',
    ['10: Syntax error: true [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes.'],
  ],
  [
    '{{ 1 false }}',
    ['11: Syntax error: false [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes.'],
  ],
  [
    '{{ inputs.name "xyz" }}',
    ['18: Syntax error: "xyz" [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes.'],
  ],
  [
    '{{ inputs.name 1234 }}',
    ['20: Syntax error: 1234 [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes.'],
  ],
  [
    '{{ inputs.true }}',
    [
      '11: The literal value true cannot be used as a step within a path expression [expression-syntax]\n    A name that is also a value needs backticks: `true`.',
    ],
  ],
  [
    '{{ true inputs }}',
    [
      '9: Syntax error: "inputs" [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes.',
    ],
  ],
  [
    '{{ inputs.name ( }}',
    [
      '18: Expected ")" before end of expression [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes.',
    ],
  ],
  [
    '{{ "abc }}',
    [
      '9: String literal must be terminated by a matching quote [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes.',
    ],
  ],
  [
    '{{ 1 + }} x }}',
    [
      '8: Unexpected end of expression [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes.',
    ],
  ],
  [
    'a {{ b',
    [
      '3: {{ is never closed by }} [expression-unclosed]\n    Close it with }}. To write the two braces themselves: {{ "{{" }}.',
    ],
  ],
  [
    '{{ }}',
    [
      '4: There is no expression between {{ and }} [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes.',
    ],
  ],
  [
    '{{ /[/ }}',
    [
      '8: No terminating / in regular expression [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes.',
    ],
  ],
  ['{{ inputs.count{"a": 1}[0] }}', []],
  ['{{ steps.fetch.messages[0].% }}', []],
  [
    '{{ 12345678901234567890 }}',
    [
      '4: 12345678901234567890 has more digits than an expression keeps: it is read as 12345678901234567168 [inexact-literal]\n    Write it as a text, "12345678901234567890", and compare it with $string(…) of the other.',
    ],
  ],
  [
    '{{ $hash("a", "x") }}',
    [
      '4: The second argument of $hash is none of those that it takes: "x" [type-mismatch]\n    Possible values: "MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512".',
    ],
  ],
  [
    '{{ $range(1) }}',
    [
      '4: $range takes at least 3 arguments, and gets 1 [type-mismatch]\n    It is called as $range(a number; a number; a number).',
    ],
  ],
  [
    '{{ $uuid(1) }}',
    ['4: $uuid takes at most no arguments, and gets 1 [type-mismatch]\n    It is called as $uuid().'],
  ],
  [
    '{{ $exists() }}',
    [
      '4: $exists takes at least 1 argument, and gets 0 [type-mismatch]\n    It is called as $exists(a value).',
    ],
  ],
  [
    '{{ $substring(1, 2) }}',
    [
      '4: The first argument of $substring has to be a string, and it is an integer [type-mismatch]\n    $string(…) makes text of a value.',
    ],
  ],
  [
    '{{ $substring("a", "b") }}',
    [
      '4: The second argument of $substring has to be a number, and it is a string [type-mismatch]\n    $number(…) reads a number from a text, $count(…) counts the items of a list.',
    ],
  ],
  [
    '{{ $pad("a", 1, 2) }}',
    [
      '4: The third argument of $pad has to be a string, and it is an integer [type-mismatch]\n    $string(…) makes text of a value.',
    ],
  ],
  [
    '{{ $replace("a", "b") }}',
    [
      '4: $replace takes at least 3 arguments, and gets 2 [type-mismatch]\n    It is called as $replace(a string; a string or a regular expression; a string or a regular expression; a number, or nothing).',
    ],
  ],
  [
    '{{ $contains("a") }}',
    [
      '4: $contains takes at least 2 arguments, and gets 1 [type-mismatch]\n    It is called as $contains(a string; a string or a regular expression).',
    ],
  ],
  [
    '{{ inputs.data.l.$contains() }}',
    [
      '18: $contains takes at least 1 argument, and gets 0 [type-mismatch]\n    It is called as $contains(a string; a string or a regular expression).',
    ],
  ],
  [
    '{{ $replace("a", "b", "c", "d") }}',
    [
      '4: The fourth argument of $replace has to be a number, and it is a string [type-mismatch]\n    $number(…) reads a number from a text, $count(…) counts the items of a list.',
    ],
  ],
  [
    '{{ $sum(inputs.name) }}',
    [
      '4: The argument of $sum has to be a list of numbers, and it is a string [type-mismatch]\n    $number(…) reads a number from a text.',
    ],
  ],
  [
    '{{ $sum(steps.fetch.messages.subject) }}',
    [
      '4: The argument of $sum has to be a list of numbers, and its items are: a string [type-mismatch]\n    $number(…) reads a number from a text.',
    ],
  ],
  [
    '{{ $join([1]) }}',
    [
      '4: The first argument of $join has to be a list of strings, and its items are: an integer [type-mismatch]\n    $string(…) makes text of a value.',
    ],
  ],
  [
    '{{ $join(["a"], 1) }}',
    [
      '4: The second argument of $join has to be a string, and it is an integer [type-mismatch]\n    $string(…) makes text of a value.',
    ],
  ],
  [
    '{{ $merge([1]) }}',
    [
      '4: The argument of $merge has to be a list of objects, and its items are: an integer [type-mismatch]\n    It takes a list of objects.',
    ],
  ],
  [
    '{{ $length(inputs.count) }}',
    [
      '4: The argument of $length has to be a string, and it is an integer [type-mismatch]\n    $string(…) makes text of a value.',
    ],
  ],
  [
    '{{ $abs(inputs.name) }}',
    [
      '4: The argument of $abs has to be a number, and it is a string [type-mismatch]\n    $number(…) reads a number from a text, $count(…) counts the items of a list.',
    ],
  ],
  [
    '{{ $floor(["a"]) }}',
    [
      '4: The argument of $floor has to be a number, and it is an array [type-mismatch]\n    Take one item of the list ([0]), or go through all of them with $map(…).',
    ],
  ],
  [
    '{{ $map([1], 2) }}',
    [
      '4: The second argument of $map has to be a function, and it is an integer [type-mismatch]\n    It takes a function.',
    ],
  ],
  [
    '{{ $contains("a", 1) }}',
    [
      '4: The second argument of $contains has to be a string or a regular expression, and it is an integer [type-mismatch]\n    $string(…) makes text of a value.',
    ],
  ],
  [
    '{{ $number({}) }}',
    [
      '4: The argument of $number has to be a number or a string or a boolean, and it is an object [type-mismatch]\n    $string(…) makes text of a value.',
    ],
  ],
  [
    '{{ $number([1]) }}',
    [
      '4: The argument of $number has to be a number or a string or a boolean, and it is an array [type-mismatch]\n    Take one item of the list ([0]), or go through all of them with $map(…).',
    ],
  ],
  [
    '{{ $string(1, 2) }}',
    [
      '4: The second argument of $string has to be a boolean, and it is an integer [type-mismatch]\n    It takes a boolean.',
    ],
  ],
  [
    '{{ $clone(1) }}',
    [
      '4: The argument of $clone has to be an object or an array, and it is an integer [type-mismatch]\n    It takes an object or an array.',
    ],
  ],
  [
    '{{ $zip() }}',
    ['4: $zip takes at least 1 argument, and gets 0 [type-mismatch]\n    It is called as $zip(a value).'],
  ],
  [
    '{{ $lookup(steps.fetch, "nope") }}',
    ['11: There is no field nope here [unknown-field]\n    Fields: messages, result_size_estimate.'],
  ],
  [
    '{{ inputs.count ~> $uppercase }}',
    [
      '20: The argument of $uppercase has to be a string, and it is an integer [type-mismatch]\n    $string(…) makes text of a value.',
    ],
  ],
  [
    '{{ inputs.name ~> $nowhere }}',
    [
      '19: There is no function or variable $nowhere [unknown-function]\n    Functions: see the JSONata 2.0.6 documentation; variables are bound with :=.',
    ],
  ],
  [
    '{{ $fromMillis(1, "x") }}',
    [
      '4: "x" has no part of a time in it [unlikely-format]\n    A picture names its parts in brackets: "[Y0001]-[M01]-[D01] [H01]:[m01]".',
    ],
  ],
  [
    '{{ $toMillis("a", "[Y0001") }}',
    [
      '4: "[Y0001" has no part of a time in it [unlikely-format]\n    A picture names its parts in brackets: "[Y0001]-[M01]-[D01] [H01]:[m01]".',
    ],
  ],
  [
    '{{ steps.fetch.messages.length }}',
    [
      '25: There is no field length here [unknown-field]\n    $count(…) counts the items of a list, $length(…) the letters of a text. Fields: id, subject, from, body_text, unread, attachments, reply_to.\n    text 4+27 -> $count(steps.fetch.messages)',
    ],
  ],
  [
    '{{ inputs.name.length }}',
    [
      '16: There is no field length here: a string has no fields [unknown-field]\n    $count(…) counts the items of a list, $length(…) the letters of a text.\n    text 4+18 -> $length(inputs.name)',
    ],
  ],
  [
    '{{ inputs.name.length.x }}',
    [
      '16: There is no field length here: a string has no fields [unknown-field]\n    $count(…) counts the items of a list, $length(…) the letters of a text.',
    ],
  ],
  [
    '{{ inputs.name === "x" }}',
    [
      '17: The symbol "=" cannot be used as a unary operator [expression-syntax]\n    JSONata compares with = and !=. Write {{ inputs.name = "x" }}.\n    text 4+19 -> inputs.name = "x"',
    ],
  ],
  [
    '{{ inputs.name && inputs.count }}',
    [
      '17: The symbol "&" cannot be used as a unary operator [expression-syntax]\n    In JSONata it is written and; & joins texts.',
    ],
  ],
  [
    '{{ inputs.name ?? "x" }}',
    [
      '17: The symbol "?" cannot be used as a unary operator [expression-syntax]\n    In JSONata: inputs.x != null ? inputs.x : "otherwise". Write {{ (inputs.name != null ? inputs.name : "x") }}.\n    text 4+18 -> (inputs.name != null ? inputs.name : "x")',
    ],
  ],
  [
    '{{ inputs.name.toUpperCase() }}',
    [
      '16: There is no function toUpperCase [unknown-function]\n    In JSONata: $uppercase(text). Write {{ $uppercase(inputs.name) }}.\n    text 4+25 -> $uppercase(inputs.name)',
    ],
  ],
  [
    '{{ steps.fetch.messages.map(m => m.subject) }}',
    [
      '32: The symbol ">" cannot be used as a unary operator [expression-syntax]\n    In JSONata: function($x) { … }. Write {{ $map(steps.fetch.messages, function($m) { $m.subject }) }}.\n    text 4+40 -> $map(steps.fetch.messages, function($m) { $m.subject })',
    ],
  ],
  [
    '{{ steps.fetch.messages.map(m => [m.subject, (m.from)]) }}',
    [
      '32: The symbol ">" cannot be used as a unary operator [expression-syntax]\n    In JSONata: function($x) { … }. Write {{ $map(steps.fetch.messages, function($m) { [$m.subject, ($m.from)] }) }}.\n    text 4+52 -> $map(steps.fetch.messages, function($m) { [$m.subject, ($m.from)] })',
    ],
  ],
  [
    '{{ steps.fetch.messages.map((m, i) => ({ x: m })) }}',
    [
      '31: Expected ")", got "," [expression-syntax]\n    Expressions are JSONata 2.0.6, with texts in quotes. Write {{ $map(steps.fetch.messages, function($m, $i) { ({ "x": $m }) }) }}.\n    text 4+46 -> $map(steps.fetch.messages, function($m, $i) { ({ "x": $m }) })',
    ],
  ],
  [
    '{{ !inputs.name }}',
    [
      '4: Unknown operator: "!" [expression-syntax]\n    In JSONata it is written $not(…). Write {{ $not(inputs.name) }}.\n    text 4+12 -> $not(inputs.name)',
    ],
  ],
  [
    '{{ inputs.name.slice(5, 2) }}',
    ['16: There is no function slice [unknown-function]\n    In JSONata: $substring(text, start, length).'],
  ],
  [
    '{{ inputs.name.slice(2, 5) }}',
    [
      '16: There is no function slice [unknown-function]\n    In JSONata: $substring(text, start, length). Write {{ $substring(inputs.name, 2, 3) }}.\n    text 4+23 -> $substring(inputs.name, 2, 3)',
    ],
  ],
  [
    '{{ Math.max(inputs.count, 2, 3) }}',
    [
      '4: There is no Math here [unknown-reference]\n    Expressions begin with inputs, steps, vars, execution. Texts are written in quotes.',
      '9: There is no function max [unknown-function]\n    Did you mean $max? Write {{ $max([inputs.count, 2, 3]) }}.\n    text 4+28 -> $max([inputs.count, 2, 3])',
      '13: inputs is looked up in the value before it here, not among the roots [root-in-path]\n    Write $$.inputs.count for the root.',
    ],
  ],
  [
    '{{ [1, 2].concat([3]) }}',
    [
      '11: There is no function concat [unknown-function]\n    In JSONata: a & b for texts, $append(list, list) for lists. Write {{ $append([1, 2], [3]) }}.\n    text 4+18 -> $append([1, 2], [3])',
    ],
  ],
  [
    '{{ ["a"].concat("b") }}',
    [
      '10: There is no function concat [unknown-function]\n    In JSONata: a & b for texts, $append(list, list) for lists.',
    ],
  ],
  [
    '{{ inputs.name.trim() }}',
    ['16: There is no function trim [unknown-function]\n    Did you mean $trim?\n    text +4 -> $trim'],
  ],
  [
    '{{ `Hello ${inputs.name}` }}',
    [
      '4: A text between backticks is a name here, and there is none [unknown-reference]\n    In JSONata texts are joined with &. Write {{ "Hello " & inputs.name }}.\n    text +22 -> ("Hello " & inputs.name)',
    ],
  ],
  [
    '${{ github.sha }}',
    ['5: There is no github here [unknown-reference]\n    To write it as text: ${{ "{{" }} github.sha }}.'],
  ],
  [
    '{{ steps.skipped.text & "x" }}',
    [
      '10: The step skipped may not have run: its "when" may not be true [may-not-have-run]\n    Guard it, as in {{ steps.skipped ? … : … }} or "when": "{{ $exists(steps.skipped) }}", or give that step a "default".',
    ],
  ],
  [
    'Text {{ steps.skipped.text }}',
    [
      '15: The step skipped may not have run: its "when" may not be true [may-not-have-run]\n    Guard it, as in {{ steps.skipped ? … : … }} or "when": "{{ $exists(steps.skipped) }}", or give that step a "default".',
    ],
  ],
  ['{{ inputs.optional & "x" }}', []],
  ['Text {{ inputs.optional }}', []],
  [
    '$.inputs.name',
    [': "$.inputs.name" is taken as text [json-path]\n    For the value: {{ inputs.name }}.'],
  ],
  ['$.other', []],
])('%s', (expression, expected) => {
  expect(said(expression)).toEqual(expected);
});

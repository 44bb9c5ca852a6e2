// The arguments of built-in functions: what is reported is what jsonata refuses, no more and no less.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { around, codes, problems, result } from '../testing/compile.ts';
import { argumentProblem } from './call-arguments.ts';
import { functionNames } from './functions.ts';
import { fromLiteral, unknown } from './types.ts';

/** JSONata, with a value of its type; a function's type is not known. */
const samples = [
  ['"x"', 'x'],
  ['1.5', 1.5],
  ['true', true],
  ['null', null],
  ['{"a": 1}', { a: 1 }],
  ['[1, 2]', [1, 2]],
  ['["x"]', ['x']],
  ['[{"a": 1}]', [{ a: 1 }]],
  ['$f', undefined],
] as const;
type Sample = (typeof samples)[number];

function* combinations(length: number): Generator<readonly Sample[]> {
  if (length === 0) yield [];
  else for (const rest of combinations(length - 1)) for (const sample of samples) yield [...rest, sample];
}

/** Those that Step Functions adds are not jsonata's, and neither is their `$random`. */
const own = new Set(['partition', 'range', 'hash', 'uuid', 'parse', 'random', 'now']);

async function isRefused(name: string, given: readonly Sample[]): Promise<boolean> {
  const code = `($f := function($x) { 1 }; $${name}(${given.map(([text]) => text).join(', ')}))`;
  try {
    await jsonata(code).evaluate(undefined);
    return false;
  } catch (error) {
    return ['T0410', 'T0411', 'T0412'].includes((error as { code: string }).code);
  }
}

test.each(functionNames.filter((name) => !own.has(name)))('$%s', async (name) => {
  for (const length of [0, 1, 2, 3, 4]) {
    // One more than any takes is refused like all others; most take two at most.
    if (length === 4 && !/replace|reduce/.test(name)) continue;
    if (length === 3 && !/substring$|pad|match|replace|split|reduce|Millis|format|zip/.test(name)) continue;
    for (const given of combinations(length)) {
      const found = argumentProblem(
        name,
        given.map(([, value]) => ({
          node: undefined,
          known: { type: value === undefined ? unknown : fromLiteral(value), certain: true },
        })),
      );
      // Of a function nothing is known, so that it passes for everything.
      if (found === undefined && given.some(([, value]) => value === undefined)) continue;
      const call = `$${name}(${given.map(([text]) => text).join(', ')})`;
      expect([call, found !== undefined]).toEqual([call, await isRefused(name, given)]);
    }
  }
});

test.each([
  [
    '{{ $sum(steps.fetch.messages.subject) }}',
    'The argument of $sum has to be a list of numbers, and its items are: a string',
  ],
  ['{{ $sum(inputs.name) }}', 'The argument of $sum has to be a list of numbers, and it is a string'],
  [
    '{{ $substring(inputs.count, 0, 1) }}',
    'The first argument of $substring has to be a string, and it is an integer',
  ],
  [
    '{{ $substring(inputs.name, "0") }}',
    'The second argument of $substring has to be a number, and it is a string',
  ],
  ['{{ $uppercase(inputs.names) }}', 'The argument of $uppercase has to be a string, and it is an array'],
  [
    '{{ $toMillis(inputs.count) }}',
    'The first argument of $toMillis has to be a string, and it is an integer',
  ],
  [
    '{{ $map(inputs.names, inputs.name) }}',
    'The second argument of $map has to be a function, and it is a string',
  ],
  [
    '{{ inputs.count ~> $uppercase() }}',
    'The argument of $uppercase has to be a string, and it is an integer',
  ],
  ['{{ inputs.count ~> $uppercase }}', 'The argument of $uppercase has to be a string, and it is an integer'],
  [
    '{{ $sum($split(inputs.name, ",")) }}',
    'The argument of $sum has to be a list of numbers, and its items are: a string',
  ],
  ['{{ $parse(inputs.count) }}', 'The argument of $parse has to be a string, and it is an integer'],
  [
    '{{ $partition(inputs.names, "2") }}',
    'The second argument of $partition has to be a number, and it is a string',
  ],
  ['{{ $range(1, 5) }}', '$range takes at least 3 arguments, and gets 2'],
  ['{{ $uuid(inputs.name) }}', '$uuid takes at most no arguments, and gets 1'],
  [
    '{{ $hash(inputs.name, "sha256") }}',
    'The second argument of $hash is none of those that it takes: "sha256"',
  ],
  // At the beginning of an expression there is no value to take.
  [
    '{{ $fromMillis(inputs.name) }}',
    'The first argument of $fromMillis has to be a number, and it is a string',
  ],
  [
    '{{ $reduce(steps.fetch.messages, function($sum, $m) { $sum + $m.subject }, 0) }}',
    '+ is for numbers, but one side is a string',
  ],
  [
    '{{ $each({"a": 1, "b": 2}, function($v) { $uppercase($v) }) }}',
    'The argument of $uppercase has to be a string, and it is an integer',
  ],
  ['{{ $sift({"a": "x"}, function($v, $k) { $k > 5 }) }}', '> cannot compare a string with an integer'],
  ['{{ $lookup(steps.fetch.messages[0], "unread") + 1 }}', '+ is for numbers, but one side is a boolean'],
  ['{{ $merge([{"a": 1}, {"b": "x"}]).b * 2 }}', '* is for numbers, but one side is a string'],
  [
    '{{ steps.fetch.messages.$length(unread) }}',
    'The argument of $length has to be a string, and it is a boolean',
  ],
])('%s', (value, message) => {
  const document = { ...around(value), inputs: { ...inputs, name: { type: 'string' } } };
  const found = problems(document).filter(({ code }) => code === 'type-mismatch');
  expect(found.map((problem) => problem.message)).toEqual([message]);
});

const inputs = {
  count: { type: 'integer', default: 3 },
  names: { type: 'array' },
  name: { type: 'string' },
};

test.each([
  '{{ $sum(steps.fetch.messages.attachments.size) }}',
  '{{ $join(steps.fetch.messages.subject, ", ") }}',
  '{{ $uppercase(steps.fetch.messages[0].subject) }}',
  '{{ steps.fetch.messages.$substring(0, 5) }}',
  '{{ steps.fetch.messages.subject.$substring(0, 5) }}',
  '{{ steps.fetch.messages.subject ~> $join(", ") }}',
  '{{ $string(inputs.count) & $number(inputs.name) }}',
  '{{ $hash(inputs.name, "SHA-256") }}',
  '{{ $max([inputs.count, 1]) }}',
  '{{ $count(inputs.name) }}',
  '{{ ($sum := function($x) { $x }; $sum(inputs.name)) }}',
  '{{ $replace(inputs.name, /a/, function($m) { $m.match }) }}',
  '{{ $uppercase(inputs.optional) }}',
  '{{ steps.fetch.messages.attachments.size.$fromMillis("[Y]") }}',
  '{{ $reduce([1, 2], function($sum, $n) { $sum + $n }) }}',
  '{{ $reduce(steps.fetch.messages, function($all, $m) { $all & $m.subject }, "") }}',
  '{{ $lookup({"a": 1}, inputs.name) + 1 }}',
  '{{ $merge([{"a": 1}, inputs.optional]).x * 2 }}',
  '{{ $merge(inputs.names).x * 2 }}',
])('no false alarm: %s', (value) => {
  const document = { ...around(value), inputs: { ...inputs, optional: { type: 'string', required: false } } };
  expect(codes(document).filter((code) => code.startsWith('type-mismatch'))).toEqual([]);
});

test.each([
  [
    '{{ $type(inputs.count) = "integer" }}',
    'unlikely-comparison',
    'This is always false: "integer" is none of the texts that the other side can be',
  ],
  ['{{ $type(inputs.count) in ["integer", "number"] }}', undefined, undefined],
  [
    '{{ $type(inputs.count) in ["integer", "text"] }}',
    'unlikely-comparison',
    'This is always false: the left side can be none of "integer", "text"',
  ],
  ['{{ inputs.name in ["integer", "text"] }}', undefined, undefined],
  ['{{ $type(inputs.count) in ["integer", inputs.name] }}', undefined, undefined],
  ['{{ $type(inputs.count) in [] }}', undefined, undefined],
  [
    '{{ inputs.count in ["1", "2"] }}',
    'unlikely-comparison',
    'This is always false: an integer is never among what is a string',
  ],
  [
    '{{ "x" in steps.fetch.messages.unread }}',
    'unlikely-comparison',
    'This is always false: a string is never among what is a boolean',
  ],
  ['{{ "open" in steps.fetch.messages.subject }}', undefined, undefined],
  ['{{ inputs.count in inputs.names }}', undefined, undefined],
  ['{{ $lookup(steps.fetch.messages[0], "subjct") }}', 'unknown-field', 'There is no field subjct here'],
  ['{{ $merge([{"a": 1}, {"b": 2}]).c }}', 'unknown-field', 'There is no field c here'],
])('%s: %s', (value, code, message) => {
  const document = { ...around(value), inputs: { ...inputs, name: { type: 'string' } } };
  const compiled = result(document);
  const found = [...(compiled.ok ? [] : compiled.problems), ...compiled.warnings].filter((one) =>
    ['unlikely-comparison', 'unknown-field', 'type-mismatch'].includes(one.code),
  );
  expect(found.map((one) => [one.code, one.message])).toEqual(code === undefined ? [] : [[code, message]]);
});

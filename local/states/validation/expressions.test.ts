// Diagnostics of expressions, with AWS's messages.
import { expect, test } from 'vitest';
import { validateDefinition } from './definition.ts';

const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' } };
const found = (...states: object[]) =>
  validateDefinition(
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'E',
      States: { E: states[0], ...(states[1] && { F: states[1] }) },
    }),
  ).map(({ code, message, location }) => `${code}: ${message} at ${location}`);
const output = (text: string) => found({ Type: 'Pass', Output: { v: `{% ${text} %}` }, End: true });
const topLevel = (name: string, place: string) =>
  `UNSUPPORTED_JSONATA_EXPRESSION: Reference to '${name}' at the top level is not supported. at ${place}`;

test.each([
  ['a[1,2)', 'Expected "]", got ","'],
  ['"unterminated', 'String literal must be terminated by a matching quote'],
  ['1 +', 'Unexpected end of expression'],
  ['{"a":}', 'The symbol "}" cannot be used as a unary operator'],
  ['$match("a", /abc', 'No terminating / in regular expression'],
  ['', 'Unexpected end of expression'],
])('%s cannot be read', (text, message) => {
  expect(output(text)).toEqual([`INVALID_JSONATA_EXPRESSION: ${message} at /States/E/Output/v`]);
});

test.each([
  ['phone', ['phone']],
  ['phone[0]', ['phone']],
  ['aaa + bbb', ['aaa', 'bbb']],
  ['$.phone', ['$']],
  ['$sum(phone.n)', ['phone']],
  ['{"a": phone}', ['phone']],
  ['$map([1], function($v) { $v + phone })', ['phone']],
  ['$x := phone', ['phone']],
  ['phone ? 1 : other', ['phone', 'other']],
])('%s refers to what is not there', (text, names) => {
  expect(output(text)).toEqual(names.map((name) => topLevel(name, '/States/E/Output/v')));
});

test.each([
  '$states.input.phone',
  '$states.input.items[phone > 3].{"p": phone}',
  '$states.input.items^(>phone){kind: $sum(n)}',
  '$map($states.input.a, function($x) { $x.phone })',
  '$phone',
  '($f := function($n) { $n.a }; $f($states.input))',
  '$states.input ~> | items | {"n": phone} |',
  '$states',
])('%s is fine', (text) => {
  expect(output(text)).toEqual([]);
});

test('the location is the path of the field', () => {
  expect(found({ Type: 'Pass', Assign: { Next: '{% a %}' }, Output: { b: ['{% b %}'] }, End: true })).toEqual(
    [topLevel('a', '/States/E/Assign/Next'), topLevel('b', '/States/E/Output/b[0]')],
  );
  const Choices = [{ Condition: '{% c = 1 %}', Next: 'F' }];
  expect(found({ Type: 'Choice', Choices }, { Type: 'Succeed' })).toEqual([
    topLevel('c', '/States/E/Choices[0]/Condition'),
  ]);
  const Catch = [{ ErrorEquals: ['{% d %}', 'States.ALL'].slice(0, 1), Output: '{% e %}', Next: 'F' }];
  expect(found({ ...task, Catch, Comment: '{% f %}', End: true }, { Type: 'Succeed' })).toEqual([
    topLevel('e', '/States/E/Catch[0]/Output'),
  ]);
});

test('$$, and fields of $states that do not exist there', () => {
  const missing = (field: string, place: string) =>
    `UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.${field}' does not exist. at ${place}`;
  expect(output('$$')).toEqual([
    "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported. at /States/E/Output/v",
  ]);
  expect(output('$states.errorOutput')).toEqual([missing('errorOutput', '/States/E/Output/v')]);
  expect(output('$states.result.a')).toEqual([missing('result', '/States/E/Output/v')]);
  const Arguments = { FunctionName: '{% $states.result %}' };
  const Catch = [
    { ErrorEquals: ['A'], Assign: { e: '{% $states.errorOutput.Error %}' }, Next: 'F' },
    { ErrorEquals: ['B'], Output: '{% $states.result %}', Next: 'F' },
  ];
  const Output = '{% $states.result.Payload %}';
  expect(found({ ...task, Arguments, Output, Catch, End: true }, { Type: 'Succeed' })).toEqual([
    missing('result', '/States/E/Arguments/FunctionName'),
    missing('result', '/States/E/Catch[1]/Output'),
  ]);
});

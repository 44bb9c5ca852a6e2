// Diagnostics of definitions: codes, locations and messages.
import { expect, test } from 'vitest';
import { validateDefinition } from './definition.ts';
import { invalidDefinition } from './diagnostics.ts';

const machine = (States: object, top: object = {}) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0] ?? 'A', States, ...top });
const found = (text: string) =>
  validateDefinition(text).map(({ code, message, location }) => `${code}: ${message} at ${location}`);
const schema = (text: string) => `SCHEMA_VALIDATION_FAILED: ${text}`;

const end = { End: true };
const task = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f' },
  ...end,
};

test('a definition with every state type is valid', () => {
  const flow = { StartAt: 'X', States: { X: { Type: 'Pass', End: true } } };
  const states = {
    T: {
      ...task,
      End: undefined,
      Next: 'W',
      Retry: [{ ErrorEquals: ['A'] }, { ErrorEquals: ['States.ALL'] }],
    },
    W: { Type: 'Wait', Timestamp: '2026-01-01T00:00:00+02:00', Next: 'C' },
    C: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'M' }], Default: 'F' },
    M: { Type: 'Map', ItemProcessor: flow, Next: 'P' },
    P: { Type: 'Parallel', Branches: [{ StartAt: 'Y', States: { Y: { Type: 'Succeed' } } }], Next: 'S' },
    S: { Type: 'Succeed' },
    F: { Type: 'Fail', Error: '{% "x" %}' },
  };
  expect(found(machine(states, { TimeoutSeconds: 60, Comment: 'all' }))).toEqual([]);
});

test.each<[string, object, string]>([
  ['no type', { A: { ...end } }, schema('These fields are required: [Type] at /States/A')],
  [
    'another type',
    { A: { Type: 'Loop' } },
    schema(
      'Value should be one of the following: [Task, Pass, Choice, Wait, Succeed, Fail, Map, Parallel] at /States/A/Type',
    ),
  ],
  [
    'an unknown field',
    { A: { Type: 'Pass', Foo: 1, ...end } },
    schema("Field 'Foo' is not supported at /States/A"),
  ],
  [
    'Next and End',
    { A: { Type: 'Pass', Next: 'A', ...end } },
    schema("Exactly one of the fields 'Next' and 'End' must be set at /States/A"),
  ],
  [
    'neither Next nor End',
    { A: { Type: 'Pass' } },
    schema("Exactly one of the fields 'Next' and 'End' must be set at /States/A"),
  ],
  [
    'a target that does not exist',
    {
      A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'C' }], Default: 'B' },
      C: { Type: 'Succeed' },
    },
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Default",
  ],
  [
    'no state that ends it, which hides that one is never reached',
    { A: { Type: 'Pass', Next: 'A' }, B: { Type: 'Pass', Next: 'A' } },
    'MISSING_END_STATE: Workflow has no terminal state at undefined',
  ],
  [
    'an end that is never reached',
    { A: { Type: 'Pass', Next: 'A' }, B: { Type: 'Pass', ...end } },
    'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
  ],
  [
    'a state that is never reached',
    { A: { Type: 'Pass', ...end }, B: { Type: 'Pass', ...end } },
    'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
  ],
  [
    'one name twice',
    { A: { Type: 'Parallel', Branches: [{ StartAt: 'A', States: { A: { Type: 'Succeed' } } }], ...end } },
    'DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A/Branches[0]/States/A',
  ],
  [
    'a resource that is not served',
    { A: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', ...end } },
    schema(
      'The resource provided arn:aws:states:::sqs:sendMessage is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/A/Resource',
    ),
  ],
  [
    'a resource that is no ARN',
    { A: { ...task, Resource: 'createToken' } },
    schema('Value is not a valid resource ARN at /States/A/Resource'),
  ],
  [
    'lambda:invoke without a function',
    { A: { ...task, Arguments: { Payload: 1 } } },
    schema("The field 'FunctionName' is required but was missing at /States/A/Arguments"),
  ],
  [
    'a field of JSONPath',
    { A: { Type: 'Pass', ResultPath: '$.x', ...end } },
    schema(
      "The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' QueryLanguage at /States/A",
    ),
  ],
  [
    'States.ALL before another',
    { A: { ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] } },
    schema('States.ALL must appear alone and at the end of the list at /States/A/Retry[0]/ErrorEquals'),
  ],
  [
    'Catch without Next',
    { A: { ...task, Catch: [{ ErrorEquals: ['X'] }] } },
    schema('These fields are required: [Next] at /States/A/Catch[0]'),
  ],
  [
    'a wait for nothing',
    { A: { Type: 'Wait', ...end } },
    schema("Exactly one of the fields 'Seconds' and 'Timestamp' must be set at /States/A"),
  ],
  [
    'a day that does not exist',
    { A: { Type: 'Wait', Timestamp: '2026-02-30T00:00:00Z', ...end } },
    schema('String does not match RFC3339 timestamp at /States/A/Timestamp'),
  ],
  [
    'a variable named states',
    { A: { Type: 'Pass', Assign: { states: 1 }, ...end } },
    schema("'states' is not a valid variable name at /States/A/Assign/states"),
  ],
  [
    'an expression that cannot be read',
    { A: { Type: 'Pass', Output: { a: ['{% 1 + %}'] }, ...end } },
    'INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/A/Output/a[0]',
  ],
  [
    'a type with a name that every object has',
    { A: { Type: 'constructor', ...end } },
    schema(
      'Value should be one of the following: [Task, Pass, Choice, Wait, Succeed, Fail, Map, Parallel] at /States/A/Type',
    ),
  ],
  [
    'a field of another type',
    { A: { Type: 'Pass', Next: 5 } },
    schema('Expected value of type [STRING] at /States/A/Next'),
  ],
  [
    'a number that is too small',
    { A: { ...task, TimeoutSeconds: 0 } },
    schema('Minimum value is 1 at /States/A/TimeoutSeconds'),
  ],
  [
    'an error that is no text',
    { A: { Type: 'Fail', Error: 1 } },
    schema('Expected value of type [STRING] at /States/A/Error'),
  ],
  [
    'a choice without rules',
    { A: { Type: 'Choice', Choices: [], Default: 'A' } },
    schema('Array must have at least 1 item at /States/A/Choices'),
  ],
])('%s', (_what, states, text) => {
  expect(found(machine(states))).toEqual([text]);
});

test('all errors are reported at once', () => {
  expect(found(machine({ A: { Type: 'Pass', Next: 'B' }, C: { Type: 'Wait', ...end } }))).toHaveLength(3);
  expect(found(machine({ A: { Type: 'Pass', Next: 'B' } }))).toEqual([
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next",
    'MISSING_END_STATE: Workflow has no terminal state at undefined',
  ]);
});

test('a branch or an item processor may loop for ever', () => {
  const loop = { StartAt: 'X', States: { X: { Type: 'Pass', Next: 'X' } } };
  expect(found(machine({ M: { Type: 'Map', ItemProcessor: loop, ...end } }))).toEqual([]);
});

test('an empty location is reported as AWS does', () => {
  const { message } = invalidDefinition(validateDefinition(machine({ A: { Type: 'Pass', Next: 'A' } })));
  expect(message).toBe(
    "Invalid State Machine Definition: 'MISSING_END_STATE: Workflow has no terminal state at null'",
  );
});

// Which language a state is in, and what is said of fields of the other one (https://github.com/floci-io/floci/issues/2968).
const oneOf = schema('Value should be one of the following: [JSONPath, JSONata] at');
const onlyFor = (language: string, field: string, other: string) =>
  schema(
    `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage at`,
  );
const mixed = schema(
  "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/X",
);

test.each<[string, object, object, string[]]>([
  [
    'JSONPath in JSONata',
    {},
    { QueryLanguage: 'JSONPath', Output: 1, Foo: 2 },
    [mixed, schema("Field 'Foo' is not supported at /States/X")],
  ],
  ['jsonpath in JSONata', {}, { QueryLanguage: 'jsonpath', Output: 1 }, [`${oneOf} /States/X/QueryLanguage`]],
  [
    'jsonata in JSONPath',
    { QueryLanguage: undefined },
    { QueryLanguage: 'jsonata', Output: 1, InputPath: '$.a' },
    [`${onlyFor('JSONata', 'InputPath', 'JSONPath')} /States/X`, `${oneOf} /States/X/QueryLanguage`],
  ],
  [
    'a number',
    { QueryLanguage: undefined },
    { QueryLanguage: 5, Output: 1 },
    [schema('Expected value of type [STRING] at /States/X/QueryLanguage')],
  ],
  [
    'another word for all',
    { QueryLanguage: 'foo' },
    { InputPath: '$.a' },
    [`${oneOf} /QueryLanguage`, `${onlyFor('JSONata', 'InputPath', 'JSONPath')} /States/X`],
  ],
  [
    'Output in JSONPath',
    { QueryLanguage: undefined },
    { Output: 1 },
    [`${onlyFor('JSONPath', 'Output', 'JSONata')} /States/X`],
  ],
])('%s', (_what, top, fields, texts) => {
  expect(found(machine({ X: { Type: 'Pass', ...end, ...fields } }, top))).toEqual(texts);
});

test('an item processor has no language of its own', () => {
  const ItemProcessor = { QueryLanguage: 'JSONata', StartAt: 'P', States: { P: { Type: 'Pass', ...end } } };
  expect(found(machine({ M: { Type: 'Map', ItemProcessor, ...end } }))).toEqual([
    schema("Field 'QueryLanguage' is not supported at /States/M/ItemProcessor"),
  ]);
});

test.each([
  [
    '{"StartAt": "A",}',
    "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
    17,
  ],
  [
    '{"StartAt" 1}',
    "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
    12,
  ],
  ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 4],
])('%s is refused with the place', (text, message, column) => {
  const [diagnostic] = validateDefinition(text);
  expect(diagnostic?.code).toBe('INVALID_JSON_DESCRIPTION');
  expect(diagnostic?.message).toContain(message);
  expect(diagnostic?.location).toContain(`line: 1, column: ${column}]`);
});

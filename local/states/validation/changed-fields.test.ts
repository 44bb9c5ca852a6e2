// What is said of definitions in which one value was changed: every field of every type of state, by every kind of value.
//
// Kept in `changed-fields/`, a line for each answer: the place, the answer, the values that it is given for.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { validateDefinition, validateSingleState } from './definition.ts';

type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

const retry = {
  ErrorEquals: ['States.Timeout', 'Mine'],
  IntervalSeconds: 2,
  MaxAttempts: 3,
  BackoffRate: 1.5,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
};
const handlers = {
  Retry: [retry, { ErrorEquals: ['States.ALL'] }],
  Catch: [
    { ErrorEquals: ['Mine'], Next: 'End', Assign: { e: '{% $states.errorOutput %}' }, Output: {} },
    { ErrorEquals: ['States.ALL'], Next: 'End', Comment: 'rest' },
  ],
};
const exit = { Assign: { v: '{% $states.input.a %}', w: [1] }, Output: { o: ['{% $v %}'] }, Next: 'End' };
const inner = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } };
const reader = (config: Record<string, Value>) => ({
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: config,
  Arguments: { Bucket: 'b', Key: '{% $states.input.key %}' },
});
const distributed = {
  Type: 'Map',
  Label: 'each',
  ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }, ...inner },
  End: true,
};
const states: Record<string, Record<string, Value>> = {
  task: {
    Type: 'Task',
    Comment: 'a',
    QueryLanguage: 'JSONata',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
    TimeoutSeconds: 5,
    HeartbeatSeconds: '{% 3 %}',
    Credentials: { RoleArn: 'arn:aws:iam::000000000000:role/r' },
    ...handlers,
    ...exit,
  },
  pass: { Type: 'Pass', ...exit },
  choice: {
    Type: 'Choice',
    Choices: [
      { Condition: '{% $states.input.a = 1 %}', Next: 'End', Assign: { c: 1 }, Output: 1, Comment: 'c' },
    ],
    Default: 'End',
    Assign: { d: 1 },
    Output: '{% $d %}',
  },
  'wait-seconds': { Type: 'Wait', Seconds: 5, End: true },
  'wait-timestamp': { Type: 'Wait', Timestamp: '2026-01-01T00:00:00Z', End: true },
  succeed: { Type: 'Succeed', Output: { o: '{% $states.input %}' } },
  fail: { Type: 'Fail', Error: 'E', Cause: '{% "c" %}' },
  parallel: { Type: 'Parallel', Branches: [inner], Arguments: { a: '{% 1 %}' }, End: true },
  map: {
    Type: 'Map',
    Items: '{% $states.input.items %}',
    ItemSelector: { i: '{% $states.context.Map.Item.Index %}' },
    MaxConcurrency: 3,
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, Comment: 'p', ...inner },
    End: true,
  },
  distributed: {
    ...distributed,
    Items: [1],
    ItemBatcher: { MaxItemsPerBatch: 5, MaxInputBytesPerBatch: 1000, BatchInput: { a: 1 } },
    ToleratedFailureCount: 1,
    ToleratedFailurePercentage: 5.5,
  },
  'csv-reader': {
    ...distributed,
    ItemReader: reader({
      ...{
        InputType: 'CSV',
        CSVHeaderLocation: 'GIVEN',
        CSVHeaders: ['a', 'b'],
        CSVDelimiter: 'PIPE',
        MaxItems: 9,
      },
    }),
    ResultWriter: {
      Resource: 'arn:aws:states:::s3:putObject',
      Arguments: { Bucket: 'b', Prefix: 'p' },
      WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSONL' },
    },
  },
  'json-reader': { ...distributed, ItemReader: reader({ InputType: 'JSON', ItemsPointer: '/a/b' }) },
};
const LONG = 'n'.repeat(81);
const VALUES: readonly Value[] = [
  ...[null, true, 0, -1, 1, 1.5, 101, '', 'x', 'a b', LONG, 'States.ALL'],
  ...['{% 1 %}', '{% a.b %}', '{% 1 + %}', '{% $states.result %}', '{% $states.errorOutput %}'],
  ...[[], [1], ['x'], [{}], {}, { 'x.$': '$.a' }],
];

/** Every definition with one value removed, replaced, or added to, below `value`. */
function* changed(
  value: Value,
  place = '',
): Generator<readonly [place: string, change: string, value: Value]> {
  if (place !== '')
    for (const other of VALUES) yield [place, JSON.stringify(other).replace(LONG, 'n×81'), other];
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) {
    for (const extra of ['Extra', 'InputPath', 'Output', 'Condition', 'Label', 'Seconds', 'Iterator', LONG]) {
      if (!(extra in value)) yield [place, `+${extra}`.replace(LONG, 'n×81'), { ...value, [extra]: 1 }];
    }
  }
  for (const [key, part] of Object.entries(value)) {
    const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    if (!Array.isArray(value)) yield [`${place}/${key}`, 'none', rest];
    for (const [where, change, inside] of changed(part, `${place}/${key}`)) {
      const whole = Array.isArray(value) ? value.with(Number(key), inside) : { ...value, [key]: inside };
      yield [where, change, whole];
    }
  }
}

const said = (diagnostics: ReturnType<typeof validateDefinition>) =>
  diagnostics.map(({ code, message, location }) => `${code}: ${message} at ${location}`).join(' | ') ||
  'right';

/** A line for each place and answer, with the changes that have it. */
function lines(all: Iterable<readonly [place: string, change: string, answer: string]>): string {
  const found = new Map<string, string[]>();
  for (const [place, change, answer] of all) {
    const line = `${place} ${answer.replaceAll(LONG, 'n×81')}`;
    found.set(line, [...(found.get(line) ?? []), change]);
  }
  return [...found].map(([line, changes]) => `${line} <- ${changes.join(' ')}\n`).join('');
}

const fileOf = (name: string) => fileURLToPath(new URL(`changed-fields/${name}.txt`, import.meta.url));

test.for(Object.entries(states))('%s', async ([name, state]) => {
  const answers = function* () {
    for (const [place, change, other] of [['', 'as it is', state] as const, ...changed(state)]) {
      // The other state is reached only by those that have a Next.
      const rest = JSON.stringify(state).includes('"Next"') ? { End: { Type: 'Succeed' } } : {};
      const definition = { QueryLanguage: 'JSONata', StartAt: 'S', States: { S: other, ...rest } };
      yield [place, change, said(validateDefinition(JSON.stringify(definition)))] as const;
    }
  };
  await expect(lines(answers())).toMatchFileSnapshot(fileOf(name));
});

test('the definition itself, in both languages and types, and a state by itself', async () => {
  const definition = {
    Comment: 'c',
    QueryLanguage: 'JSONata',
    Version: '1.0',
    TimeoutSeconds: 9,
    StartAt: 'S',
    States: { S: { Type: 'Pass', Next: 'E' }, E: { Type: 'Succeed' } },
  };
  const answers = function* () {
    for (const [place, change, other] of changed(definition)) {
      yield [place, change, said(validateDefinition(JSON.stringify(other)))] as const;
    }
    for (const [name, state] of Object.entries(states)) {
      const top = { StartAt: 'S', States: { S: state, End: { Type: 'Succeed' } } };
      const express = JSON.stringify({ QueryLanguage: 'JSONata', ...top });
      yield [name, 'EXPRESS', said(validateDefinition(express, 'EXPRESS'))] as const;
      yield [name, 'JSONPath', said(validateDefinition(JSON.stringify(top)))] as const;
      yield [
        name,
        'by itself',
        said(validateSingleState(JSON.stringify({ ...state, QueryLanguage: 'JSONata' }))),
      ] as const;
      yield [name, 'by itself in JSONPath', said(validateSingleState(JSON.stringify(state)))] as const;
    }
  };
  await expect(lines(answers())).toMatchFileSnapshot(fileOf('definition'));
});

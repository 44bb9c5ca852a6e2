// What a run has left: the visits that count, and the iterations that are read one by one.
import { type ExecutionStatus, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, expect, test } from 'vitest';
import { entered, exited, history } from '../testing/rows.ts';
import { readRecordedRun } from './recorded-run.ts';

const MAP_RUN = 'arn:mapRun';
const child = (index: number) => `arn:child:${index}`;

interface Child {
  readonly status: ExecutionStatus;
  readonly output?: unknown;
  readonly events?: readonly HistoryEvent[];
}
let children: readonly Child[] = [];
let asked: string[] = [];
beforeEach(() => {
  asked = [];
});
const sfn = new SFNClient({ region: 'us-east-1' });
sfn.middlewareStack.add(
  (_, { commandName = '' }) =>
    async ({ input }) => {
      const { executionArn }: { executionArn: string } = Object.assign({ executionArn: '' }, input);
      const index = Number(executionArn.split(':').at(-1));
      const found = children[index];
      if (executionArn !== '') asked.push(`${commandName.replace('Command', '')} ${index}`);
      const told = JSON.stringify(found?.output);
      const outputs: Readonly<Record<string, object>> = {
        ListExecutionsCommand: {
          executions: children.map(({ status }, at) => ({ executionArn: child(at), status })),
        },
        DescribeExecutionCommand: { input: JSON.stringify({ index }), output: told },
        GetExecutionHistoryCommand: {
          events: [
            {
              id: 1,
              type: 'ExecutionStarted',
              executionStartedEventDetails: { input: JSON.stringify({ index }) },
            },
            ...(found?.events ?? []),
            ...(found?.status === 'SUCCEEDED'
              ? [{ id: 9, type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: told } }]
              : []),
          ],
        },
      };
      return { response: undefined, output: { $metadata: {}, ...outputs[commandName] } };
    },
  { step: 'initialize' },
);

const loop = [
  ['ExecutionStarted', 0],
  ['MapStateEntered', 1, entered('each')],
  ['MapRunStarted', 2, { mapRunStartedEventDetails: { mapRunArn: MAP_RUN } }],
] as const;
const read = (events: readonly HistoryEvent[], isNamed = false) =>
  readRecordedRun(events, sfn, () => isNamed);
const iterationsOf = async (...parameters: Parameters<typeof read>) =>
  (await read(...parameters)).iterations.get(MAP_RUN)?.map(({ index, ended, run }) => ({
    ...{ index, ended },
    states: run.visits.map(({ state }) => state),
  }));

test('of iterations that succeeded their output is read; their history where it is a failure, or they did not', async () => {
  const failure = { error: { name: 'Bad', message: 'x', index: 1 } };
  const events = [
    { id: 2, previousEventId: 1, timestamp: new Date(0), type: 'PassStateEntered', ...entered('in') },
  ] as const;
  children = [
    { status: 'SUCCEEDED', output: 'ok' },
    { status: 'SUCCEEDED', output: failure, events: [...events] },
    { status: 'FAILED', events: [...events] },
  ];
  expect(await iterationsOf(history(...loop))).toEqual([
    { index: 0, ended: { output: 'ok' }, states: [] },
    { index: 1, ended: { output: failure }, states: ['in'] },
    { index: 2, ended: undefined, states: ['in'] },
  ]);
  expect(asked).toEqual([
    ...['DescribeExecution 0', 'DescribeExecution 1', 'GetExecutionHistory 2', 'GetExecutionHistory 1'],
  ]);
});

test('a loop that the run has left behind is read only when the rerun goes on at it or in it', async () => {
  children = [{ status: 'SUCCEEDED', output: 1 }];
  const left = history(
    ...loop,
    ['MapStateExited', 3, exited('each', [1])],
    ['PassStateEntered', 4, entered('after')],
  );
  expect(await iterationsOf(left)).toBeUndefined();
  expect(await iterationsOf(left, true)).toHaveLength(1);
  // Its failure was caught: what comes after is run again, and the loop goes on.
  const caught = history(
    ...loop,
    ['MapRunFailed', 3, { mapRunFailedEventDetails: { error: 'Bad' } }],
    ['MapStateFailed', 4],
    ['MapStateExited', 4, exited('each', {})],
    ['PassStateEntered', 6, entered('handler')],
  );
  expect(await iterationsOf(caught)).toHaveLength(1);
  const compared = history(
    ...loop,
    ['MapStateExited', 3, exited('each', [1])],
    ['ChoiceStateEntered', 4, entered('each.tolerance')],
  );
  expect(await iterationsOf(compared)).toHaveLength(1);
});

test('what comes after a loop is looked for in its own iteration', async () => {
  children = [{ status: 'SUCCEEDED', output: 1 }];
  const events = history(
    ['ExecutionStarted', 0],
    ['MapStateEntered', 1, entered('outer')],
    ['MapStateStarted', 2],
    ['MapIterationStarted', 3, { mapIterationStartedEventDetails: { name: 'outer', index: 0 } }],
    ['MapStateEntered', 4, entered('each')],
    ['MapRunStarted', 5, { mapRunStartedEventDetails: { mapRunArn: MAP_RUN } }],
    ['MapStateExited', 6, exited('each', [1])],
    ['MapIterationStarted', 3, { mapIterationStartedEventDetails: { name: 'outer', index: 1 } }],
    ['PassStateEntered', 8, entered('after')],
  );
  expect(await iterationsOf(events)).toHaveLength(1);
});

test('four hundred iterations are read, and not one more', async () => {
  children = Array.from({ length: 400 }, () => ({ status: 'SUCCEEDED' as const, output: 1 }));
  expect(await iterationsOf(history(...loop))).toHaveLength(400);
  children = [...children, { status: 'SUCCEEDED', output: 1 }];
  await expect(read(history(...loop))).rejects.toMatchObject({ problems: [{ code: 'too-many-iterations' }] });
});

test('what a retry of the state around it began anew is no visit', async () => {
  const { visits } = await read(
    history(
      ['ExecutionStarted', 0],
      ['ParallelStateEntered', 1, entered('both')],
      ['ParallelStateStarted', 2],
      ['PassStateEntered', 3, entered('first')],
      ['ParallelStateFailed', 4],
      ['ParallelStateStarted', 5],
      ['PassStateEntered', 6, entered('second')],
    ),
  );
  expect(visits.map(({ state }) => state)).toEqual(['both', 'second']);
});

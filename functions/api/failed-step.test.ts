// The step that an execution failed in, over real HTTP: in answers and in the log.
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExecution } from '../../lib/executions/read.ts';
import { recordEnd } from '../../lib/executions/record.ts';
import { type ApiStack, executionCalls, startApiStack, waiting } from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());

const { start, get, until } = executionCalls(() => api);

async function save(id: string, workflow: object): Promise<void> {
  const { status, text } = await api.request('POST', '/workflows', { body: { id, ...workflow } });
  expect([status, status === 201 ? '' : text]).toEqual([201, '']);
}

const arnOf = (id: string) =>
  `arn:aws:states:us-east-1:000000000000:execution:ai-orchestra-local-${id.replace('.', ':')}`;

/** The log's error, once it has been written. */
async function loggedError(id: string): Promise<unknown> {
  await recordEnd(arnOf(id));
  return (await api.request('GET', `/executions/${id}/log`)).body.error;
}

const bad = { error: 'Bad', cause: 'so' };
const fail = (id: string) => ({ id, fail: bad });
const set = (id: string) => ({ id, set: { [id]: 1 } });
const BAD = { name: 'Bad', message: 'so' };
let count = 0;
const after = [set('told'), { id: 'both', parallel: { a: [set('b')], c: [set('d')] } }, set('last')];

test.each([
  ['a step', { steps: [set('first'), fail('second')] }, { ...BAD, step_id: 'second' }],
  [
    'a step in a branch, whose other branches are stopped',
    {
      steps: [{ id: 'both', parallel: { a: [{ id: 'long', wait: 'PT1H' }], b: [set('x'), fail('inner')] } }],
    },
    { ...BAD, step_id: 'inner' },
  ],
  [
    'a step in an iteration',
    {
      steps: [{ id: 'each', for_each: [1, 2, 3], steps: [{ ...fail('inner'), when: '{{ item = 2 }}' }] }],
    },
    { ...BAD, step_id: 'inner' },
  ],
  [
    'a loop within a branch',
    {
      steps: [
        {
          id: 'both',
          parallel: { a: [{ id: 'each', for_each: [1], steps: [fail('deep')] }], b: [set('x')] },
        },
      ],
    },
    { ...BAD, step_id: 'deep' },
  ],
  [
    'a loop whose iterations are executions of their own',
    { steps: [{ id: 'each', for_each: [1], mode: 'distributed', steps: [fail('deep')] }] },
    {
      name: 'States.ExceedToleratedFailureThreshold',
      message: 'The specified tolerated failure threshold was exceeded',
      step_id: 'each',
    },
  ],
  [
    'a step after others that failed and were handled',
    {
      steps: [
        { id: 'tried', parallel: { a: [fail('x')], b: [fail('y')] }, on_error: 'continue' },
        { id: 'handled', parallel: { a: [fail('z')], b: [set('v')] }, on_error: [set('w')] },
        fail('end'),
      ],
    },
    { ...BAD, step_id: 'end' },
  ],
  [
    'a step whose on_error fails',
    { steps: [{ id: 'tried', parallel: { a: [fail('x')], b: [set('v')] }, on_error: [fail('again')] }] },
    { ...BAD, step_id: 'again' },
  ],
  [
    'a step that is tried again as a whole',
    {
      steps: [
        {
          id: 'both',
          parallel: { a: [fail('inner')], b: [set('v')] },
          retry: { max_attempts: 2, on: ['Bad'] },
        },
      ],
    },
    { ...BAD, step_id: 'inner' },
  ],
  [
    'the first failure, before on_failure',
    { steps: [fail('cause')], on_failure: after },
    { ...BAD, step_id: 'cause' },
  ],
  [
    'the first failure, in a branch, when on_failure fails as well',
    {
      steps: [{ id: 'both', parallel: { a: [set('x'), fail('inner')], b: [set('y')] } }],
      on_failure: [set('told'), { id: 'worse', parallel: { a: [fail('e')], b: [set('f')] } }],
    },
    { ...BAD, step_id: 'inner' },
  ],
  [
    'a step of on_failure that fails on purpose',
    {
      steps: [fail('cause')],
      on_failure: [{ id: 'worse', when: '{{ error.name = "Bad" }}', fail: { error: 'Worse', cause: 'yet' } }],
    },
    { name: 'Worse', message: 'yet', step_id: 'worse' },
  ],
  [
    'a step that on_failure always ends with',
    {
      steps: [fail('cause')],
      on_failure: [set('told'), { id: 'worse', fail: { error: 'Worse', cause: 'yet' } }],
    },
    { name: 'Worse', message: 'yet', step_id: 'worse' },
  ],
  [
    'the first failure, where an earlier step of on_failure fails',
    {
      steps: [fail('cause')],
      on_failure: [
        { id: 'both', parallel: { a: [fail('e')], b: [set('f')] } },
        { id: 'worse', fail: { error: 'Worse', cause: 'yet' } },
      ],
    },
    { ...BAD, step_id: 'cause' },
  ],
  [
    'the first failure, more than a page of events before the end',
    {
      steps: [fail('cause')],
      on_failure: [
        { id: 'many', for_each: Array.from({ length: 60 }, (_, n) => n), steps: [set('one')] },
        set('told'),
      ],
    },
    { ...BAD, step_id: 'cause' },
  ],
  [
    'an expression',
    { steps: [set('first'), { id: 'sum', transform: '{{ $error("no") }}' }] },
    { name: 'States.QueryEvaluationError', message: 'In the step sum: no', step_id: 'sum' },
  ],
  [
    'an expression before on_failure',
    { steps: [{ id: 'sum', transform: '{{ $error("no") }}' }], on_failure: after },
    { name: 'States.QueryEvaluationError', message: 'In the step sum: no', step_id: 'sum' },
  ],
  [
    'a `when`',
    { steps: [{ id: 'asked', when: '{{ $error("no") }}', set: { x: 1 } }] },
    { name: 'States.QueryEvaluationError', message: 'In the step asked: no', step_id: 'asked' },
  ],
  [
    'the output of the workflow, which is no step',
    { steps: [{ ...set('x'), when: '{{ execution.name = "x" }}' }], output: '{{ $error("no") }}' },
    { name: 'States.QueryEvaluationError', message: 'In the workflow: no', step_id: null },
  ],
  [
    'a loop whose results are too large',
    {
      steps: [
        { id: 'each', for_each: [1, 2], steps: [{ id: 'large', transform: '{{ $pad("", 150000, "x") }}' }] },
        { id: 'length', transform: '{{ $count(steps.each) }}' },
      ],
    },
    {
      name: 'States.DataLimitExceeded',
      message:
        'The step each returned a result with a size exceeding the maximum number of bytes service limit.',
      step_id: 'each',
    },
  ],
])('%s', async (_, workflow, error) => {
  count += 1;
  const workflowId = `failing_${count}`;
  await save(workflowId, workflow);
  const { status, body } = await start({}, { prefer: 'wait=20' }, workflowId);
  expect([status, body.status, body.error]).toEqual([200, 'failed', error]);
  expect((await get(body.id)).error).toEqual(error);
  expect(await loggedError(body.id)).toEqual(error);
});

test('an action that fails at last, and once more after a redrive', async () => {
  await save('acting', {
    steps: [
      set('first'),
      {
        id: 'both',
        parallel: {
          a: [{ ...waiting.steps[0], id: 'called', retry: { max_attempts: 2, on: ['Refused'] } }],
          b: [set('x')],
        },
      },
    ],
  });
  const answer = start({}, { prefer: 'wait=20' }, 'acting');
  for (let attempt = 0; attempt < 2; attempt += 1)
    await api.answerAction({ error: 'Refused', message: 'Not this' });
  const { body } = await answer;
  const error = { name: 'Refused', message: 'Not this', step_id: 'called' };
  expect([body.status, body.error]).toEqual(['failed', error]);
  const redriven = await api.request('POST', `/executions/${body.id}/redrive`);
  expect(redriven.body.error).toBeNull();
  for (let attempt = 0; attempt < 2; attempt += 1)
    await api.answerAction({ error: 'Refused', message: 'Not this' });
  await until(body.id, 'failed');
  expect((await get(body.id)).error).toEqual(error);
  expect(await loggedError(body.id)).toEqual(error);
});

test('the time limit of a step is its error, and that of the execution is no step’s', async () => {
  await save('slow_step', {
    steps: [
      set('first'),
      { id: 'pause', parallel: { a: [{ id: 'inner', wait: 'PT1H' }], b: [set('x')] }, timeout_seconds: 1 },
    ],
  });
  const ofStep = (await start({}, { prefer: 'wait=20' }, 'slow_step')).body;
  expect([ofStep.status, ofStep.error.name, ofStep.error.step_id]).toEqual([
    'failed',
    'States.Timeout',
    'pause',
  ]);
  expect(await loggedError(ofStep.id)).toEqual(ofStep.error);
  await save('slow_run', { timeout_seconds: 1, steps: [{ id: 'pause', wait: 'PT1H' }] });
  const ofRun = (await start({}, { prefer: 'wait=20' }, 'slow_run')).body;
  const error = { name: 'States.Timeout', message: 'The execution ran into its time limit', step_id: null };
  expect([ofRun.status, ofRun.error]).toEqual(['timed_out', error]);
  expect(await loggedError(ofRun.id)).toEqual(error);
});

test('a workflow that another one runs: the step that runs it', async () => {
  await save('inner_one', { steps: [fail('deep')] });
  await save('outer_one', { steps: [set('first'), { id: 'run', workflow: 'inner_one', input: {} }] });
  const { body } = await start({}, { prefer: 'wait=20' }, 'outer_one');
  expect([body.error.name, body.error.step_id]).toEqual(['Bad', 'run']);
  expect(await loggedError(body.id)).toEqual(body.error);
});

test('of an Express workflow the step whose expression failed, and no other', async () => {
  await save('quick_sum', { type: 'express', steps: [{ id: 'sum', transform: '{{ $error("no") }}' }] });
  const sum = (await start({}, {}, 'quick_sum')).body;
  expect(sum.error).toEqual({
    name: 'States.QueryEvaluationError',
    message: 'In the step sum: no',
    step_id: 'sum',
  });
  await save('quick_fail', { type: 'express', steps: [fail('only')] });
  const other = (await start({}, {}, 'quick_fail')).body;
  expect(other.error).toEqual({ ...BAD, step_id: null });
  for (const { id, error } of [sum, other]) {
    expect((await get(id)).error).toEqual(error);
    expect((await api.request('GET', `/executions/${id}/log`)).body.error).toEqual(error);
  }
});

test('the history is read only of a run that failed in a state that its error does not name', async () => {
  const calls: string[] = [];
  const sfn = new SFNClient({});
  sfn.middlewareStack.add(
    (next, context) => (args) => {
      calls.push(`${context.commandName}`.replace('Command', ''));
      return next(args);
    },
    { step: 'initialize' },
  );
  const described = ['DescribeExecution', 'DescribeStateMachineForExecution'];
  for (const [steps, more] of [
    [[set('x')], []],
    [[{ id: 'sum', transform: '{{ $error("no") }}' }], []],
    [[fail('x')], ['GetExecutionHistory']],
  ] as const) {
    await save('counted', { steps });
    const { id } = (await start({}, { prefer: 'wait=20' }, 'counted')).body;
    calls.length = 0;
    await readExecution(id, { sfn });
    expect(calls.toSorted()).toEqual([...described, ...more]);
    await api.request('DELETE', '/workflows/counted', { headers: { 'if-match': '*' } });
  }
});

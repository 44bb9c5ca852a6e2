// What TestState is asked for a step, and what its answer becomes.
import { SFNClient, type TestStateInput, type TestStateOutput } from '@aws-sdk/client-sfn';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { catalogue } from '../../compiler/testing/catalogue.ts';
import { result } from '../../compiler/testing/compile.ts';
import { ApiProblem } from '../../problem.ts';
import { testStepBody } from '../../schemas/test-step.ts';
import type { Workflow } from '../../workflow-format/workflow.ts';
import { testStep } from './test-step.ts';

beforeAll(() => {
  process.env['STATE_MACHINE_ARN_PREFIX'] = 'arn:aws:states:eu-west-1:1:stateMachine:p-';
  process.env['STATE_MACHINE_ROLE_ARN'] = 'arn:aws:iam::1:role/machines';
});

let asked: TestStateInput[] = [];
let answers: Partial<TestStateOutput>[] = [];
beforeEach(() => {
  asked = [];
});
const sfn = new SFNClient({ region: 'eu-west-1' });
sfn.middlewareStack.add(
  () =>
    async ({ input }) => {
      asked.push(Object.assign({ definition: '' }, input));
      const answer = answers.shift();
      if (!answer) throw new TypeError('Nothing more is expected to be asked');
      return { response: undefined, output: { $metadata: {}, ...answer } };
    },
  { step: 'initialize' },
);

const echo = { id: 'read', action: 'gmail.list_messages', when: '{{ inputs.name = "x" }}' };
const workflow: Workflow = {
  id: 'w',
  inputs: { name: { type: 'string' } },
  steps: [
    echo,
    { id: 'tries', transform: '{{ $number(inputs.name) }}', on_error: [{ id: 'other', transform: 1 }] },
    { id: 'which', switch: [{ when: '{{ inputs.name = "x" }}', steps: [{ id: 'in', transform: 1 }] }] },
    { id: 'solve', agent: { goal: 'Do it', tools: ['gmail.list_messages'] } },
    { id: 'each', for_each: [1], steps: [{ id: 'inner', transform: 1 }] },
    { id: 'child', workflow: 'digest' },
  ],
};
const compiled = result(workflow, new Map([['digest', { inputs: {}, calls: [], isExpress: false }]]));
const run = (step: string, given: Partial<TestStateOutput>[], more: object = {}) => {
  answers = given;
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const body = testStepBody.parse({ workflow: {}, step, input: { name: 'x' }, ...more });
  return testStep({ workflow, definition: compiled.definition }, body, undefined, { catalogue, sfn });
};
const problemOf = (tested: Promise<unknown>) =>
  tested.then(
    () => undefined,
    (error: unknown) => (error instanceof ApiProblem ? `${error.type}: ${error.message}` : error),
  );

const none = { input: null, output: null, next: null, error: null, duration_ms: expect.any(Number) };
const sent = JSON.stringify({ FunctionName: 'f', Payload: { input: { query: 'q' } } });

test('a call is asked for after its condition, as the role of the state machines, and its input is told', async () => {
  const tested = await run('read', [
    { status: 'SUCCEEDED', nextState: 'read' },
    { status: 'SUCCEEDED', output: '{"messages":[]}', inspectionData: { afterArguments: sent } },
  ]);
  expect(tested).toEqual({
    ...{ ...none, step: 'read', status: 'succeeded' },
    ...{ input: { query: 'q' }, output: { messages: [] } },
  });
  expect(asked.map(({ definition: text }) => JSON.parse(text ?? '').Type)).toEqual(['Choice', 'Task']);
  for (const one of asked)
    expect(one).toMatchObject({
      ...{ roleArn: 'arn:aws:iam::1:role/machines', inspectionLevel: 'DEBUG', input: '{"name":"x"}' },
      variables: expect.stringContaining('"tested_execution"'),
    });
});

test('a condition that leads elsewhere skips the step, and one that fails is the failure of the step', async () => {
  const skipped = await run('read', [{ status: 'SUCCEEDED', nextState: 'tries' }]);
  expect(skipped).toEqual({ ...none, step: 'read', status: 'skipped' });
  const cause = "An error occurred while executing the state 'StateName'. It is no truth";
  const failed = await run('read', [{ status: 'FAILED', error: 'States.QueryEvaluationError', cause }]);
  expect(failed).toMatchObject({ ...none, status: 'failed', error: { name: 'States.QueryEvaluationError' } });
  expect(failed.error?.message).toBe(cause.replace('StateName', 'read'));
});

test('a call that fails tells what it was sent', async () => {
  const failed = await run('read', [
    { status: 'SUCCEEDED', nextState: 'read' },
    { status: 'FAILED', error: 'NotFound', cause: 'No', inspectionData: { afterArguments: sent } },
  ]);
  expect(failed).toEqual({
    ...{ ...none, step: 'read', status: 'failed', input: { query: 'q' } },
    error: { name: 'NotFound', message: 'No' },
  });
});

test('a switch tells the step that it leads to, none where that is the end, and gives nothing', async () => {
  const next = async (nextState: string | undefined) => {
    const tested = await run('which', [
      { status: 'SUCCEEDED', output: '{"name":"x"}', ...(nextState && { nextState }) },
    ]);
    return [tested.status, tested.next, tested.output];
  };
  expect([await next('in'), await next('which.end'), await next('nowhere'), await next(undefined)]).toEqual([
    ['succeeded', 'in', null],
    ['succeeded', 'which', null],
    ['succeeded', null, null],
    ['succeeded', null, null],
  ]);
});

test.each([
  ['solve', 'The turns of an agent are run only by a whole run.'],
  ['child', 'Another workflow is run only by a whole run.'],
  ['each', 'A loop is run only by a whole run.'],
])('%s cannot be tested alone', async (step, why) => {
  expect(await problemOf(run(step, []))).toContain(why);
  expect(asked).toEqual([]);
});

test('a step that is not there is told with those there are', async () => {
  expect(await problemOf(run('nothing_like_it', []))).toBe(
    'invalid-body: The workflow has no step nothing_like_it',
  );
  const hint = await run('nothing_like_it', []).catch((error: ApiProblem) => error.problems?.[0]?.hint);
  expect(hint).toBe('its steps: read, tries, other, which, in, solve, each, inner, child');
});

test('what Step Functions does not answer is no failure of the step', async () => {
  await expect(run('which', [])).rejects.toThrow('Nothing more is expected');
});

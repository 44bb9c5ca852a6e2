// What a tested step is given: of the request, else of the run; and what is missing.
import { beforeAll, expect, test } from 'vitest';
import { ApiProblem } from '../../problem.ts';
import type { ExecutionLog, StepLog } from '../../schemas/execution-log.ts';
import { testStepBody } from '../../schemas/test-step.ts';
import type { Workflow } from '../../workflow-format/workflow.ts';
import { givenFor, type Tested } from './given.ts';

beforeAll(() => {
  process.env['STATE_MACHINE_ARN_PREFIX'] = 'arn:aws:states:eu-west-1:1:stateMachine:p-';
});

const workflow: Workflow = {
  id: 'w',
  inputs: { name: { type: 'string' }, times: { type: 'integer', default: 2 } },
  steps: [{ id: 'a', transform: 1 }],
};
const now = new Date('2026-03-01T00:00:00Z');
const given = (
  expressions: readonly string[],
  body: object = {},
  more: Partial<Tested> = {},
  log?: ExecutionLog,
) =>
  givenFor(
    testStepBody.parse({ workflow: {}, step: 'a', ...body }),
    log,
    { workflow, steps: ['a', 'b', 'each'], loop: undefined, expressions, ...more },
    now,
  );
/** `<code> <pointer>` of what is refused. */
const refused = (...parameters: Parameters<typeof given>): unknown => {
  try {
    return given(...parameters);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    return [error.type, ...(error.problems ?? []).map(({ code, pointer }) => `${code} ${pointer}`)];
  }
};

const step = (id: string, output: unknown, more: Partial<StepLog> = {}): StepLog => ({
  id,
  action: 'transform',
  status: 'succeeded',
  attempts: 0,
  started_at: '2026-03-01T00:00:00.000Z',
  ended_at: '2026-03-01T00:00:01.000Z',
  input: null,
  output,
  error: null,
  usage: null,
  ...more,
});
const log: ExecutionLog = {
  execution_id: 'w.1',
  workflow_id: 'w',
  workflow_version: 1,
  status: 'running',
  started_at: '2026-03-01T00:00:00.000Z',
  ended_at: null,
  redrive_count: 0,
  rerun_of: null,
  trigger: null,
  input: { name: 'of the run', times: 9 },
  output: null,
  error: null,
  usage: null,
  steps: [
    step('a', 'of the run'),
    step('counted', { n: 1, kept: 'old' }, { action: 'set' }),
    step('again', { n: 2 }, { action: 'set' }),
    step('other', { n: 'of no set step' }),
    step('b', 'of an iteration', { index: [0], loop: 'each' }),
    step('each', null, { ended_at: null, status: 'running' }),
  ],
};
const all = ['{% [$step_a, $var_n, $var_kept] %}'];

test('the run gives what the request does not, of the steps outside of loops that have ended', () => {
  const { input, variables } = given(all, {}, {}, log);
  expect(input).toEqual({ name: 'of the run', times: 9 });
  expect(variables).toMatchObject({ step_a: 'of the run', var_n: 2, var_kept: 'old' });
  expect(refused(['{% $step_b & $step_each %}'], {}, {}, log)).toEqual([
    'invalid-body',
    'missing /outputs/b',
    'missing /outputs/each',
  ]);
});

test('the request counts more than the run', () => {
  const own = { input: { name: 'mine' }, outputs: { a: 'mine' }, vars: { n: 'mine' } };
  const { input, variables } = given(all, own, {}, log);
  expect(input).toEqual({ name: 'mine', times: 9 });
  expect(variables).toMatchObject({ step_a: 'mine', var_n: 'mine', var_kept: 'old' });
});

test('a step is given what it reads, and the run that it seems to be of', () => {
  const { variables } = given(all, {
    ...{ input: { name: 'x' }, outputs: { a: 1, b: 2 }, vars: { n: 3, kept: 4, more: 5 } },
  });
  const { tested_execution, ...rest } = { tested_execution: {}, ...variables };
  expect(rest).toEqual({ step_a: 1, var_n: 3, var_kept: 4 });
  expect(tested_execution).toEqual({
    Id: expect.stringMatching(/^arn:aws:states:eu-west-1:1:execution:p-w:test-[\da-f-]{36}$/),
    Name: expect.stringMatching(/^test-[\da-f-]{36}$/),
    StartTime: '2026-03-01T00:00:00.000Z',
    Input: { name: 'x' },
    RedriveCount: 0,
  });
});

test('a step in a loop is given the item, its index and that there is one, by whichever name it reads them', () => {
  const loop = {
    loop: 'each',
    expressions: ['{% [$item_each, $index_each, $step_a, $states.input.steps.a] %}'],
  };
  const body = { item: 'it', index: 4, outputs: { a: 1 }, input: { name: 'x' } };
  const { input, variables } = given(loop.expressions, body, loop);
  const iteration = {
    ...{ item: 'it', index: 4, runs: 1, inputs: { name: 'x', times: 2 }, steps: { a: 1 }, vars: {} },
    error: undefined,
    execution: expect.objectContaining({ started_at: '2026-03-01T00:00:00.000Z' }),
  };
  expect(input).toEqual(iteration);
  expect(variables).toMatchObject({
    ...{ item_each: 'it', index_each: 4, runs_each: 1, input_each: iteration, step_a: 1 },
  });
  for (const expression of loop.expressions.concat('{% $states.input.item %}', '{% $input_each.`index` %}'))
    expect(refused([expression], { outputs: { a: 1 } }, { ...loop, expressions: [expression] })).toEqual([
      'invalid-body',
      'missing /item',
    ]);
});

test.each([
  [['{% $failure.name %}'], 'missing /error'],
  [['{% $error_a.message %}'], 'missing /error'],
  [['{% $states.input.error %}'], 'missing /error'],
  [['{% $states.input.vars.n %}'], 'missing /vars/n'],
  [['{% $states.input.steps.`b`.x %}'], 'missing /outputs/b'],
])('%j reads what is not given: %s', (expressions, missing) => {
  expect(refused(expressions)).toEqual(['invalid-body', missing]);
});

test('an error is given under the name of every step, and variables of an expression’s own are none', () => {
  const error = { name: 'Boom', message: 'gone' };
  expect(given(['{% $error_b %}'], { error }).variables).toMatchObject({
    ...{ failure: error, error_a: error, error_b: error, error_each: error },
  });
  expect(given(['{% ($step_mine := 1; $item_mine := 2; $failures := 3; $step_mine) %}']).variables).toEqual({
    tested_execution: expect.anything(),
  });
});

test('a value of the run that its log has cut is asked for', () => {
  const cut = { truncated: true, size_bytes: 50_000, preview: '"xx' };
  expect(refused(['{% $step_a %}'], {}, {}, { ...log, steps: [step('a', cut)] })).toEqual([
    'invalid-body',
    'cut-output /outputs/a',
  ]);
});

test.each([
  [['{% $tested_execution.Input.name %}'], 'missing-input /input/name'],
  [['{% $tested_execution.Input.`name` %}'], 'missing-input /input/name'],
  [['{% $states.input.inputs.name %}'], 'missing-input /input/name'],
  [['{% $tested_execution.Input %}'], 'missing-input /input/name'],
])('%j reads an input that is not given', (expressions, missing) => {
  expect(refused(expressions)).toEqual(['invalid-input', missing]);
});

test('an input that the step does not read may be left out, and a wrong one not be given', () => {
  expect(given(['{% $tested_execution.Input.names %}']).input).toEqual({});
  expect(refused([], { input: { name: 1, nme: 'x' } })).toEqual([
    'invalid-input',
    'wrong-type /input/name',
    'unknown-input /input/nme',
  ]);
});

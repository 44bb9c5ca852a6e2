// One step of a draft, tested over real HTTP by the local Step Functions.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncStatesClient } from '../../lib/aws-clients.ts';
import { testStep as testStepOf } from '../../lib/executions/test-step/test-step.ts';
import { testStepBody } from '../../lib/schemas/test-step.ts';
import { compiledOrProblem } from '../../lib/workflows/compile.ts';
import { type ApiStack, echo, startApiStack } from '../../test/support/api-stack.ts';
import type { Answer } from '../../test/support/checked-request.ts';

let api: ApiStack;
beforeAll(async () => {
  const write = {
    ...echo,
    id: 'test.write',
    function_name: 'test-write',
    effect: 'write',
    once: 'marker',
  } as const;
  const set = { ...write, id: 'test.set', function_name: 'test-set', once: 'native' } as const;
  api = await startApiStack({ records: true, actions: [echo, write, set] });
});
afterAll(() => api.close());

const draft = (...steps: object[]) => ({
  id: 'draft',
  inputs: { name: { type: 'string' }, times: { type: 'integer', default: 2 }, other: { type: 'string' } },
  steps,
});
const testStep = (workflow: object, step: string, given: object = {}) =>
  api.request('POST', '/workflows/test-step', { body: { workflow, step, ...given } });
const outcome = ({ body }: Answer) => {
  const { duration_ms, ...rest } = body;
  expect(duration_ms).toBeGreaterThanOrEqual(0);
  return rest;
};
const gives = (step: string, output: unknown, more: object = {}) => ({
  ...{ step, status: 'succeeded', input: null, output, next: null, error: null },
  ...more,
});
const problems = ({ status, body }: Answer) => [
  status,
  body.type,
  ...(body.problems ?? []).map(({ code, pointer }: Record<string, string>) => `${code} ${pointer}`),
];
const echoes = { id: 'echo', action: 'test.echo', params: { text: '{{ steps.text }}' } };
const text = { id: 'text', transform: 'Hello {{ inputs.name }}, {{ inputs.times }} times' };

test('a transform gives its value, with the defaults of the inputs, and inputs that it does not read are left out', async () => {
  const tested = await testStep(draft(text, echoes), 'text', { input: { name: 'Ada' } });
  expect(outcome(tested)).toEqual(gives('text', 'Hello Ada, 2 times'));
  // The last step's state gives the workflow's output.
  const last = { ...draft(text), output: { all: '{{ steps.text }}' } };
  expect(outcome(await testStep(last, 'text', { input: { name: 'Bo', times: 3 } }))).toEqual(
    gives('text', 'Hello Bo, 3 times'),
  );
  expect(problems(await testStep(draft(text), 'text'))).toEqual([
    422,
    '/docs#invalid-input',
    'missing-input /input/name',
  ]);
  expect(problems(await testStep(draft(text), 'text', { input: { name: 1, nme: 2 } }))).toEqual([
    422,
    '/docs#invalid-input',
    'wrong-type /input/name',
    'unknown-input /input/nme',
  ]);
});

test('an action is called with what earlier steps are said to have given', async () => {
  const workflow = { ...draft(text, echoes), output: { said: '{{ steps.echo.text }}' } };
  const tested = testStep(workflow, 'echo', { outputs: { text: 'pinned' } });
  await api.answerAction({ output: { text: 'echoed' } });
  expect(outcome(await tested)).toEqual(gives('echo', { text: 'echoed' }, { input: { text: 'pinned' } }));
});

test('what fails fails in our words, and is not tried again or handled', async () => {
  const handled = { ...echoes, on_error: 'continue' };
  const tested = testStep(draft(text, handled), 'echo', { outputs: { text: 'x' } });
  await api.answerAction({ error: 'RateLimited', message: 'Wait a minute' });
  expect(outcome(await tested)).toEqual(
    gives('echo', null, {
      status: 'failed',
      input: { text: 'x' },
      error: { name: 'RateLimited', message: 'Wait a minute' },
    }),
  );
  const wrong = draft({ id: 'sum', transform: '{{ $number(inputs.name) }}' });
  const failed = await testStep(wrong, 'sum', { input: { name: 'no number' } });
  expect(outcome(failed)).toMatchObject({ status: 'failed', error: { name: 'States.QueryEvaluationError' } });
  expect(failed.body.error.message).toContain('no number');
  expect(failed.body.error.message).toContain('of the step sum ');
  const grows = draft({ id: 'grows', transform: '{{ $pad(inputs.name, 300000) }}' });
  expect((await testStep(grows, 'grows', { input: { name: 'x' } })).body.error).toEqual({
    name: 'States.DataLimitExceeded',
    message:
      'The step grows returned a result with a size exceeding the maximum number of bytes service limit.',
  });
  const tried = draft({ id: 'sum', transform: '{{ $number(inputs.name) }}', on_error: 'continue' }, text);
  expect((await testStep(tried, 'sum', { input: { name: '7' } })).body.output).toBe(7);
});

test('what the step reads and is not given is told, all of it', async () => {
  const reads = {
    id: 'reads',
    transform: { a: '{{ steps.text }}', b: '{{ steps.echo.text }}', c: '{{ vars.n }}' },
  };
  const workflow = draft(text, echoes, { id: 'count', set: { n: 1 } }, reads);
  expect(problems(await testStep(workflow, 'reads', { outputs: { text: 'x' } }))).toEqual([
    422,
    '/docs#invalid-body',
    'missing /outputs/echo',
    'missing /vars/n',
  ]);
  const given = { outputs: { text: 'x', echo: { text: 'y' } }, vars: { n: 5 } };
  expect((await testStep(workflow, 'reads', given)).body.output).toEqual({ a: 'x', b: 'y', c: 5 });
  expect((await testStep(workflow, 'count')).body.output).toEqual({ n: 1 });
});

test('a run gives what is not given', async () => {
  const workflow = draft({ id: 'count', set: { n: '{{ inputs.times * 2 }}' } }, text, echoes);
  await api.request('POST', '/workflows', { body: workflow });
  const started = api.request('POST', '/workflows/draft/executions', {
    body: { input: { name: 'Ada', other: 'x' } },
    headers: { prefer: 'wait=20' },
  });
  await api.answerAction({ output: { text: 'echoed' } });
  const { id } = (await started).body;
  const after = draft(...workflow.steps, {
    id: 'after',
    transform: '{{ [steps.echo.text, vars.n, inputs.name, steps.text] }}',
  });
  while ((await api.request('GET', `/executions/${id}/log`)).status !== 200);
  const { body } = await testStep(after, 'after', { execution_id: id, outputs: { text: 'mine' } });
  expect(body.output).toEqual(['echoed', 4, 'Ada', 'mine']);
  expect((await testStep(after, 'after', { execution_id: 'draft.none' })).status).toBe(404);
});

test('a large value of a run is not taken for the whole one', async () => {
  const large = { id: 'large', transform: '{{ $join([1..20000].$string()) }}' };
  const workflow = { ...draft(large), id: 'large', inputs: {} };
  await api.request('POST', '/workflows', { body: workflow });
  const { body } = await api.request('POST', '/workflows/large/executions', {
    body: {},
    headers: { prefer: 'wait=20' },
  });
  while ((await api.request('GET', `/executions/${body.id}/log`)).status !== 200);
  const after = { ...workflow, steps: [large, { id: 'size', transform: '{{ $length(steps.large) }}' }] };
  expect(problems(await testStep(after, 'size', { execution_id: body.id }))).toEqual([
    422,
    '/docs#invalid-body',
    'cut-output /outputs/large',
  ]);
});

test('an effect outside takes place only when that is confirmed', async () => {
  const workflow = draft({ id: 'write', action: 'test.write', params: { text: 'x' } });
  const refused = await testStep(workflow, 'write');
  expect(problems(refused)).toEqual([409, '/docs#effect-unconfirmed']);
  expect(refused.body.detail).toBe(
    'write calls test.write, which has an effect outside: the test would do it in earnest',
  );
  // What may run twice has an effect all the same.
  const sets = draft({ id: 'set', action: 'test.set', params: { text: 'x' } });
  expect(problems(await testStep(sets, 'set'))).toEqual([409, '/docs#effect-unconfirmed']);
  const tested = testStep(workflow, 'write', { confirm_effects: true });
  await api.answerAction({ output: { text: 'written' } });
  expect(outcome(await tested)).toMatchObject({ status: 'succeeded', output: { text: 'written' } });
});

test('a step whose condition is not true is skipped; a switch tells where it leads', async () => {
  const when = { ...echoes, when: '{{ steps.text = "go" }}' };
  const skipped = await testStep(draft(text, when), 'echo', { outputs: { text: 'stop' } });
  expect(outcome(skipped)).toEqual(gives('echo', null, { status: 'skipped' }));
  const choice = {
    id: 'which',
    switch: [{ when: '{{ inputs.times > 1 }}', steps: [{ id: 'many', transform: 'many' }] }],
    else: [{ id: 'few', transform: 'few' }],
  };
  const next = async (times: number) =>
    (await testStep(draft(choice), 'which', { input: { times } })).body.next;
  expect([await next(5), await next(1)]).toEqual(['many', 'few']);
  const stops = draft({ id: 'stop', fail: { error: 'Enough', cause: 'No more of {{ inputs.name }}' } });
  expect(outcome(await testStep(stops, 'stop', { input: { name: 'this' } }))).toMatchObject({
    status: 'failed',
    error: { name: 'Enough', message: 'No more of this' },
  });
});

test.each([{}, { mode: 'distributed' }])('a step in a loop is tested with an item: %j', async (more) => {
  const line = { id: 'line', transform: '{{ $string(index) & item.word & steps.text }}' };
  const last = { id: 'last', transform: '{{ steps.line & item.word & $string(inputs.times) }}' };
  const loop = { id: 'each', for_each: '{{ steps.words }}', steps: [line, last], ...more };
  const workflow = draft(text, { id: 'words', transform: [{ word: 'a' }] }, loop);
  expect(problems(await testStep(workflow, 'line', { outputs: { text: '!' } }))).toEqual([
    422,
    '/docs#invalid-body',
    'missing /item',
  ]);
  const item = { item: { word: 'b' }, index: 3, outputs: { text: '!', line: 'x' } };
  expect((await testStep(workflow, 'line', item)).body.output).toBe('3b!');
  expect((await testStep(workflow, 'last', item)).body.output).toBe('xb2');
  expect(problems(await testStep(workflow, 'each'))).toEqual([422, '/docs#not-testable']);
});

test('a step that handles an error is tested with one', async () => {
  const failing = {
    ...echoes,
    on_error: [{ id: 'tell', transform: '{{ error.name & ": " & error.message }}' }],
  };
  const workflow = draft(text, failing);
  expect(problems(await testStep(workflow, 'tell'))).toEqual([422, '/docs#invalid-body', 'missing /error']);
  const error = { name: 'Boom', message: 'gone' };
  expect((await testStep(workflow, 'tell', { error })).body.output).toBe('Boom: gone');
});

test('of what a large run gave only what the step reads is given, and more than a test takes is refused', async () => {
  const large = 'x'.repeat(262_144);
  const workflow = draft(text, { id: 'other', transform: 1 }, { id: 'again', transform: '{{ steps.text }}' });
  const tested = await testStep(workflow, 'again', {
    outputs: { text: 'short', other: large },
    vars: { kept: large },
  });
  expect(outcome(tested)).toEqual(gives('again', 'short'));
  for (const given of [{ outputs: { text: large } }, { input: { name: large } }]) {
    const { status, body } = await testStep(workflow, 'input' in given ? 'text' : 'again', given);
    expect([status, body.type]).toEqual([413, '/docs#body-too-large']);
    expect(body.detail).toMatch(/^What the step reads has 262\d{3} bytes; a test can be given 262144\./);
  }
});

test.each([
  ['ask', { approval: { message: 'Go on?' } }, 'Nobody is asked by a test.'],
  [
    'both',
    { parallel: { a: [{ id: 'x', transform: 1 }], b: [{ id: 'y', transform: 2 }] } },
    'Branches are run',
  ],
  ['pause', { wait: { seconds: 5 } }, 'There is nothing to test in a wait but its time.'],
])('%s cannot be tested alone, and says what can', async (id, step, why) => {
  const { status, body } = await testStep(draft({ id, ...step }), id);
  expect([status, body.type]).toEqual([422, '/docs#not-testable']);
  expect(body.detail).toContain(why);
});

test('a test that takes too long is given up, and says so', async () => {
  const compiled = await compiledOrProblem(draft(text, echoes), 1);
  const body = testStepBody.parse({ workflow: {}, step: 'echo', outputs: { text: 'x' } });
  const sfn = syncStatesClient();
  const tested = await testStepOf(compiled, body, undefined, { catalogue: [echo], sfn, limitMs: 50 });
  expect(tested).toMatchObject({
    status: 'failed',
    error: {
      name: 'States.Timeout',
      message:
        'The step took longer than 0.05 s, for which a test is waited for; what it does may still take place',
    },
  });
});

test('a draft with mistakes and a step that is not there are refused, and viewers may not test', async () => {
  const wrong = draft({ id: 'a', transform: '{{ steps.b }}' });
  expect(problems(await testStep(wrong, 'a'))).toEqual([
    422,
    '/docs#invalid-workflow',
    'unknown-reference /steps/0/transform',
  ]);
  const { body } = await testStep(draft(text), 'txt');
  expect(body.problems).toEqual([
    {
      code: 'unknown-step',
      pointer: '/step',
      message: 'The workflow has no step txt',
      hint: 'did you mean `text`?',
    },
  ]);
  const viewed = await api.request('POST', '/workflows/test-step', {
    role: 'viewer',
    body: { workflow: draft(text), step: 'text' },
  });
  expect(viewed.status).toBe(403);
});

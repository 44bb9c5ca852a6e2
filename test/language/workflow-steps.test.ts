// Workflows that run other workflows, over HTTP: what the one gets of the other, whatever becomes of either.
import { DeleteStateMachineAliasCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endedRuns, logOf, startTestStack, type TestStack } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

const workflow = (id: string, ...steps: object[]) => ({ id, steps });
const text = (id: string, value: unknown) => ({ id, transform: value });
const runs = (called: string, rest: object = {}) => ({ id: 'sub', workflow: called, ...rest });
const idle = (id: string, rest: object = {}) => ({
  ...workflow(id, { id: 'pause', wait: 'PT10M' }),
  ...rest,
});

async function save(...documents: { id: string }[]) {
  for (const body of documents) {
    const { status, body: answer } = await stack.call('POST', '/workflows', { body });
    expect(status, JSON.stringify(answer)).toBe(201);
  }
}
async function replace(body: { id: string }) {
  const headers = { 'if-match': '*' };
  const { status, body: answer } = await stack.call('PUT', `/workflows/${body.id}`, { body, headers });
  expect(status, JSON.stringify(answer)).toBe(200);
}
/** Runs it to its end. */
async function run(id: string, input: object = {}) {
  const headers = { prefer: 'wait=20' };
  const { body } = await stack.call('POST', `/workflows/${id}/executions`, { body: { input }, headers });
  expect(body.status).not.toBe('running');
  return body;
}
/** Starts it and waits until the workflow that it runs is running. */
async function runningChild(parent: string, child: string): Promise<{ parent: string; child: string }> {
  const started = await stack.call('POST', `/workflows/${parent}/executions`, { body: {} });
  return until(async () => {
    const { body } = await stack.call('GET', `/executions?workflow_id=${child}&status=running`);
    const [found] = body.items;
    if (found) return { parent: started.body.id, child: found.id };
    throw new Error(`no run of ${child}`);
  });
}
const execution = async (id: string) => (await stack.call('GET', `/executions/${id}`)).body;
const problems = async (body: object) =>
  (await stack.call('POST', '/workflows/validate', { body })).body.problems;

describe('a workflow that is waited for', () => {
  test('gives its output, runs with the input, and has an execution and a log of its own', async () => {
    await save(
      {
        ...workflow('greet', text('hello', 'Hello {{ inputs.name }}')),
        inputs: { name: { type: 'string' } },
      } as { id: string },
      {
        ...workflow('greets', {
          id: 'each',
          for_each: ['Ada', 'Grace'],
          steps: [runs('greet', { input: { name: '{{ item }}' } })],
        }),
        output: '{{ steps.each }}',
      } as { id: string },
    );
    const done = await run('greets');
    expect(done).toMatchObject({ status: 'succeeded', output: ['Hello Ada', 'Hello Grace'] });
    const { steps } = await logOf(stack, done.id);
    const subs = steps.filter(({ id }: { id: string }) => id === 'sub');
    expect(subs).toMatchObject([
      { action: 'workflow', status: 'succeeded', index: [0], input: { name: 'Ada' }, output: 'Hello Ada' },
      {
        action: 'workflow',
        status: 'succeeded',
        index: [1],
        input: { name: 'Grace' },
        output: 'Hello Grace',
      },
    ]);
    const children = await endedRuns(stack.call, 'greet', 2);
    expect(children.map(({ id }) => id).toSorted()).toEqual(
      subs.map((sub: { execution_id: string }) => sub.execution_id).toSorted(),
    );
    expect(await logOf(stack, subs[0].execution_id)).toMatchObject({
      workflow_id: 'greet',
      input: { name: 'Ada' },
      output: 'Hello Ada',
    });
  });

  test('so it is in iterations that are executions of their own', async () => {
    const refuse = {
      id: 'no',
      when: '{{ inputs.name = "Grace" }}',
      fail: { error: 'NoGrace', cause: 'not today' },
    };
    await save(
      {
        ...workflow('hail', refuse, text('hail', 'Hail {{ inputs.name }}')),
        inputs: { name: {} },
      } as { id: string },
      workflow('hails', {
        id: 'each',
        for_each: ['Ada', 'Grace'],
        mode: 'distributed',
        on_item_error: 'continue',
        steps: [runs('hail', { input: { name: '{{ item }}' } })],
      }),
    );
    const done = await run('hails');
    const failed = { error: { name: 'NoGrace', message: 'not today', index: 1 } };
    expect(done.output).toEqual(['Hail Ada', failed]);
    const { steps } = await logOf(stack, done.id);
    const sub = (index: number) =>
      steps.find((step: { id: string; index?: number[] }) => step.id === 'sub' && step.index?.[0] === index);
    expect(sub(0)).toMatchObject({ action: 'workflow', output: 'Hail Ada' });
    expect(sub(1)).toMatchObject({ status: 'caught', error: { name: 'NoGrace' } });
    expect((await execution(sub(1).execution_id)).error).toEqual({
      name: 'NoGrace',
      message: 'not today',
      step_id: 'no',
    });
  });

  test('fails the step with its own error, through as many workflows as there are', async () => {
    await save(
      workflow('fails', { id: 'no', fail: { error: 'NoMail', cause: 'the "box" is empty' } }),
      workflow('fails_too', runs('fails')),
      workflow('fails_three', runs('fails_too')),
      workflow('catches', runs('fails_too', { on_error: [text('told', '{{ error }}')] })),
      workflow(
        'continues',
        runs('fails', { on_error: 'continue' }),
        text('why', '{{ steps.sub.error.name }}'),
      ),
    );
    const failed = await run('fails_three');
    const [two] = await endedRuns(stack.call, 'fails_too', 1);
    const [one] = await endedRuns(stack.call, 'fails', 1);
    const message = `Execution ${two?.id} failed: Execution ${one?.id} failed: the "box" is empty`;
    expect(failed).toMatchObject({ status: 'failed', error: { name: 'NoMail', message } });
    const log = await logOf(stack, failed.id);
    expect(log.error).toEqual({ name: 'NoMail', message, step_id: 'sub' });
    expect(log.steps).toMatchObject([
      { status: 'failed', error: { name: 'NoMail', message }, execution_id: two?.id },
    ]);

    const { output } = await run('catches');
    expect(output).toEqual({
      name: 'NoMail',
      message: 'the "box" is empty',
      step: 'sub',
      execution_id: expect.stringMatching(/^fails_too\./),
    });
    expect((await run('continues')).output).toBe('NoMail');
  });

  test('fails what it is in and the run after on_failure with its own error', async () => {
    const told = text('told', '{{ error.name }}: {{ error.message }}');
    await save(
      workflow('breaks', { id: 'no', fail: { error: 'Broken', cause: 'quite' } }),
      {
        ...workflow('around', {
          id: 'both',
          parallel: { left: [runs('breaks')], right: [text('fine', 1)] },
          on_error: [told],
        }),
      },
      { ...workflow('finally', runs('breaks')), on_failure: [told] } as { id: string },
    );
    expect((await run('around')).output).toBe('Broken: quite');
    await save(
      workflow('each_of', {
        id: 'each',
        for_each: ['x', 'y'],
        on_item_error: 'continue',
        steps: [{ ...runs('breaks'), when: '{{ item = "y" }}' }],
      }),
    );
    expect((await run('each_of')).output).toEqual([
      null,
      { error: { name: 'Broken', message: 'quite', index: 1 } },
    ]);
    const failed = await run('finally');
    expect(failed.error.name).toBe('Broken');
    expect(failed.error.message).toMatch(/^Execution breaks\.[-\w]+ failed: quite$/);
    const { steps } = await logOf(stack, failed.id);
    expect(steps.map(({ id, output }: { id: string; output: unknown }) => [id, output])).toEqual([
      ['sub', null],
      ['told', 'Broken: quite'],
    ]);
  });

  test('is told of when its time was over, its own or that of the step', async () => {
    await save(
      idle('slow', { timeout_seconds: 1 }),
      idle('long'),
      workflow('waits', runs('slow', { on_error: [text('told', '{{ error.name }}: {{ error.message }}')] })),
      workflow('hurries', runs('long', { timeout_seconds: 1, on_error: [text('told', '{{ error }}')] })),
      workflow('fails_slow', runs('slow')),
      workflow('loops', {
        id: 'each',
        for_each: [1],
        timeout_seconds: 1,
        steps: [runs('long')],
        on_error: [text('told', '{{ error.name }}: {{ error.message }}')],
      }),
    );
    const [hurries, waits, fails, loops] = await Promise.all([
      run('hurries'),
      run('waits'),
      run('fails_slow'),
      run('loops'),
    ]);
    expect(waits.output).toBe('States.Timeout: The execution ran into its time limit');
    expect(fails.error).toEqual({
      name: 'States.Timeout',
      message: expect.stringMatching(/^Execution slow\.[-\w]+ ran into its time limit$/),
      step_id: 'sub',
    });
    expect(hurries.output).toMatchObject({ name: 'States.Timeout', step: 'sub', execution_id: null });
    expect(loops.output).toBe('States.Timeout: The step each ran into its time limit of 1 seconds');
    const stopped = await endedRuns(stack.call, 'long', 2);
    expect(stopped.map(({ status }) => status)).toEqual(['aborted', 'aborted']);
    const [step] = (await logOf(stack, hurries.id)).steps;
    expect(step).toMatchObject({
      status: 'caught',
      error: { name: 'States.Timeout', message: 'The step ran into its time limit' },
    });
    expect(stopped.map(({ id }) => id)).toContain(step.execution_id);
  });

  test('is stopped with the run that waits for it, and fails that when it is stopped itself', async () => {
    await save(idle('sleeps'), workflow('sits', runs('sleeps')));
    const first = await runningChild('sits', 'sleeps');
    await stack.call('POST', `/executions/${first.parent}/stop`, { body: { reason: 'enough' } });
    await endedRuns(stack.call, 'sleeps', 1);
    expect((await execution(first.child)).status).toBe('aborted');
    const second = await runningChild('sits', 'sleeps');
    await stack.call('POST', `/executions/${second.child}/stop`, { body: { reason: 'enough' } });
    await endedRuns(stack.call, 'sits', 2);
    expect((await execution(second.parent)).error).toEqual({
      name: 'Stopped',
      message: `Execution ${second.child} was stopped: Stopped by demo: enough`,
      step_id: 'sub',
    });
  });
});

test('a workflow that is only started goes on when the run that started it has ended', async () => {
  await save(idle('goes_on'), workflow('starts', runs('goes_on', { wait_for_result: false })));
  const done = await run('starts');
  expect(done).toMatchObject({
    status: 'succeeded',
    output: { execution_id: expect.stringMatching(/^goes_on\./) },
  });
  expect((await execution(done.output.execution_id)).status).toBe('running');
  const { steps } = await logOf(stack, done.id);
  expect(steps).toMatchObject([{ output: done.output, execution_id: done.output.execution_id, attempts: 1 }]);
  await stack.call('POST', `/executions/${done.output.execution_id}/stop`, { body: {} });
});

test('the next run is of the version that is saved by then', async () => {
  await save(workflow('changes', text('a', 'one')), workflow('follows', runs('changes')));
  expect((await run('follows')).output).toBe('one');
  await replace(workflow('changes', text('a', 'two')));
  expect((await run('follows')).output).toBe('two');
  const [latest] = await until(async () => {
    const { items } = (await stack.call('GET', '/executions?workflow_id=changes')).body;
    expect(items).toHaveLength(2);
    return items;
  });
  expect((await execution(latest.id)).workflow_version).toBe(2);
});

test('one that was deleted fails the step in words, and is found again once it is saved again', async () => {
  await save(workflow('comes', text('a', 1)), workflow('needs', runs('comes')));
  await stack.call('DELETE', '/workflows/comes', { headers: { 'if-match': '*' } });
  expect((await run('needs')).error.message).toBe('There is no workflow comes any more');
  expect(await problems(workflow('needs', runs('comes')))).toMatchObject([{ code: 'unknown-workflow' }]);
  await save(workflow('comes', text('a', 2)));
  expect((await run('needs')).output).toBe(2);
});

test('saving says what is wrong with what is run, and with the input', async () => {
  const inputs = { name: { type: 'string' }, times: { type: 'integer', default: 1 } };
  await save({ ...workflow('checked', text('a', '{{ inputs.name & inputs.times }}')), inputs } as {
    id: string;
  });
  const found = await problems(
    workflow(
      'checks',
      runs('chekced'),
      { ...runs('checked', { input: { nam: 'x', times: 1.5 } }), id: 'b' },
      { ...runs('checked', { input: { name: '{{ {"a": 1} }}', times: '{{ execution.name }}' } }), id: 'c' },
      { ...runs('nothing_like_it'), id: 'd' },
    ),
  );
  expect(found.map(({ code, pointer, hint }: Record<string, string>) => [code, pointer, hint])).toEqual([
    ['unknown-workflow', '/steps/0/workflow', 'Did you mean checked?'],
    ['workflow-input', '/steps/1/input', 'name: string'],
    ['workflow-input', '/steps/1/input/nam', 'Did you mean name? Inputs: name, times.'],
    ['workflow-input', '/steps/1/input/times', undefined],
    ['workflow-input', '/steps/2/input/name', undefined],
    ['workflow-input', '/steps/2/input/times', undefined],
    ['unknown-workflow', '/steps/3/workflow', 'Save that one first.'],
  ]);
});

describe('no workflow runs itself', () => {
  test('a cycle is a problem on saving, with the way that it goes', async () => {
    await save(
      workflow('ring_c', text('a', 1)),
      workflow('ring_b', runs('ring_c')),
      workflow('ring_a', runs('ring_b')),
    );
    const headers = { 'if-match': '*' };
    const body = workflow('ring_c', { id: 'each', for_each: [1], steps: [runs('ring_a')] });
    const answer = await stack.call('PUT', '/workflows/ring_c', { body, headers });
    expect([answer.status, answer.body.problems]).toEqual([
      422,
      [
        expect.objectContaining({
          code: 'workflow-cycle',
          pointer: '/steps/0/steps/0/workflow',
          message: 'The workflow would run itself: ring_c -> ring_a -> ring_b -> ring_c',
        }),
      ],
    ]);
    expect((await stack.call('GET', '/workflows/ring_c')).body.version).toBe(1);
    expect(await problems(workflow('alone', runs('alone')))).toMatchObject([
      { code: 'workflow-cycle', message: 'The workflow would run itself: alone -> alone' },
    ]);
  });

  test('also when two are saved at once that only make one together', async () => {
    await save(workflow('twin_a', text('a', 1)), workflow('twin_b', text('a', 1)));
    for (let round = 0; round < 5; round++) {
      const put = (id: string, called: string) =>
        stack.call('PUT', `/workflows/${id}`, {
          body: workflow(id, runs(called)),
          headers: { 'if-match': '*' },
        });
      const answers = await Promise.all([put('twin_a', 'twin_b'), put('twin_b', 'twin_a')]);
      const saved = answers.filter(({ status }) => status === 200);
      expect(saved.length).toBeLessThanOrEqual(1);
      for (const { status, body } of answers)
        if (status !== 200) expect(body.problems).toMatchObject([{ code: 'workflow-cycle' }]);
      // Whatever was refused is as it was, and so runs.
      for (const id of ['twin_a', 'twin_b']) expect((await run(id)).output).toBe(1);
      for (const id of ['twin_a', 'twin_b']) await replace(workflow(id, text('a', 1)));
    }
  });
});

test('a workflow of which only the alias is missing can be run by the next one that is saved', async () => {
  await save(workflow('older', text('a', 1)));
  const stateMachineAliasArn = `${stack.stack.settings.STATE_MACHINE_ARN_PREFIX}older:live`;
  await new SFNClient(stack.stack.clientConfig).send(
    new DeleteStateMachineAliasCommand({ stateMachineAliasArn }),
  );
  await save(workflow('newer', runs('older')));
  expect((await run('newer')).output).toBe(1);
});

// Reruns over real HTTP in unusual states: two at once, interrupted ones, lost records, large and odd values.
import { CopyObjectCommand, DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '../../lib/compiler/testing/catalogue.ts';
import { recordEnd, recordExecution } from '../../lib/executions/record.ts';
import { type ApiStack, echo as echoAction, startApiStack } from '../../test/support/api-stack.ts';
import { arnOf, echo, rerunCalls, threeSteps } from '../../test/support/reruns.ts';

let api: ApiStack;
beforeAll(async () => {
  const turn = catalogue.filter(({ id }) => id === 'openai.agent_turn');
  api = await startApiStack({ actions: [echoAction, ...turn] });
});
afterAll(() => api.close());

const { start, get, until, answer, ended, rerun, ran, mended, callsOf, eventsOf } = rerunCalls(() => api);

test('with the same key two requests at once start one run; another request under it starts none', async () => {
  const id = await ran({ ...threeSteps, id: 'at_once' }, ['first', '!']);
  const key = { 'idempotency-key': 'twice' };
  const both = await Promise.all([rerun(id, {}, key), rerun(id, {}, key), rerun(id, { from: 'one' }, key)]);
  const started = both.filter(({ status }) => status === 202).map(({ body }) => body.id);
  expect(new Set(started).size).toBe(1);
  expect(both.filter(({ status }) => status !== 202).map(({ body }) => body.type)).toEqual(
    started.length === 2 ? ['/docs#idempotency-key-reused'] : Array(2).fill('/docs#idempotency-key-reused'),
  );
  expect((await get(id)).reruns).toEqual([started[0]]);
  await answer('!');
  await ended(started[0]);
});

test('a rerun that was interrupted before its start is named nowhere, and its key can be used again', async () => {
  const id = await ran({ ...threeSteps, id: 'interrupted' }, ['first', '!']);
  const key = { 'idempotency-key': 'cut short' };
  const first = (await rerun(id, {}, key)).body.id;
  await answer('second', 'third');
  await until(first, 'succeeded');
  // As when the function ends between its record and the start.
  const s3 = new S3Client({ forcePathStyle: true });
  const Bucket = 'ai-orchestra-local-logs';
  const record = { Bucket, Key: `reruns/interrupted/${id.split('.')[1]}/${first.split('.')[1]}.json` };
  const Key = record.Key.replace(first.split('.')[1] ?? '', 'never-started');
  await s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${record.Key}` }));
  expect((await get(id)).reruns).toEqual([first]);
  // As when it ends between the start and the note of it.
  await s3.send(new DeleteObjectCommand({ Bucket, Key: `${record.Key}.started` }));
  expect((await get(id)).reruns).toEqual([first]);
  expect((await rerun(id, {}, key)).body.id).toBe(first);
  // The record is lost: neither steps nor effects are made twice by mistake.
  await s3.send(new DeleteObjectCommand(record));
  for (const body of [{ from: 'two' }, { from: 'start' }, { from: 'two', workflow: 'current' }]) {
    const { status, body: problem } = await rerun(first, body);
    expect([status, problem.problems[0].code]).toEqual([409, 'record-lost']);
  }
  const anew = await rerun(first, { from: 'start', workflow: 'current' });
  expect(anew.status).toBe(202);
  await answer('!');
  await ended(anew.body.id);
});

test('where a step is called start, "start" does not run all of it again by mistake', async () => {
  const id = await ran(
    { id: 'step_start', steps: [echo('one', 'x'), echo('start', '{{ steps.one.text }}')] },
    ['first', '!'],
  );
  const { status, body } = await rerun(id, { from: 'start' });
  expect([status, body.problems[0].code]).toEqual([409, 'start-is-a-step']);
  const again = (await rerun(id)).body.id;
  await answer('second');
  await until(again, 'succeeded');
});

test('a run of an older version takes other input by what that version declared', async () => {
  const workflow = { ...threeSteps, id: 'older_inputs' };
  const id = await ran(workflow, ['first', '!'], { word: 'old' });
  const [, ...others] = workflow.steps;
  const steps = [echo('one', '{{ $string(inputs.word) }}'), ...others];
  await mended({ ...workflow, steps, inputs: { word: { type: 'integer', default: 1 } } });
  const { status, body } = await rerun(id, { from: 'start', input: { word: 'other' } });
  expect([status, body.workflow_version, body.input]).toEqual([202, 1, { word: 'other' }]);
  await answer('!');
  await ended(body.id);
  const wrong = await rerun(id, { from: 'start', input: { word: 5 } });
  expect([wrong.status, wrong.body.problems[0].pointer]).toEqual([422, '/input/word']);
});

test('a distributed loop of any length that the run has left behind is carried as it is', async () => {
  const id = await ran(
    {
      id: 'left_behind',
      steps: [
        {
          id: 'each',
          for_each: '{{ [1..450] }}',
          mode: 'distributed',
          steps: [{ id: 'item', transform: '{{ item }}' }],
        },
        echo('after', '{{ $string($sum(steps.each)) }}'),
      ],
      output: '{{ [$count(steps.each), steps.after.text] }}',
    },
    ['!'],
  );
  const { body } = await rerun(id);
  await answer('sum');
  await until(body.id, 'succeeded');
  expect((await get(body.id)).output).toEqual([450, 'sum']);
  const refused = await rerun(id, { from: 'each' });
  expect([refused.status, refused.body.problems[0].code]).toEqual([409, 'too-many-iterations']);
});

test('a rerun of a redriven rerun keeps what all of them did', async () => {
  const id = await ran({ ...threeSteps, id: 'redriven' }, ['first', '!']);
  const second = (await rerun(id)).body.id;
  await answer('!');
  await until(second, 'failed');
  await api.request('POST', `/executions/${second}/redrive`);
  await answer('second', '!');
  await until(second, 'failed');
  const third = (await rerun(second)).body;
  expect(third.rerun_of).toBe(second);
  await answer('third');
  await until(third.id, 'succeeded');
  expect((await get(third.id)).output).toEqual(['first', 5, 'second', 'third']);
});

test('a run that was stopped goes on at the step in which it was', async () => {
  const workflow = { ...threeSteps, id: 'stopped' };
  await api.request('POST', '/workflows', { body: workflow });
  const { id } = (await start({}, {}, 'stopped')).body;
  await answer('first');
  for (;;) if ((await callsOf(id)).has('two')) break;
  await api.request('POST', `/executions/${id}/stop`);
  await until(id, 'aborted');
  await answer('too late');
  const again = (await rerun(id)).body.id;
  await answer('second', 'third');
  await until(again, 'succeeded');
  expect((await get(again)).output).toEqual(['first', 5, 'second', 'third']);
});

test('values with the characters of expressions, with NUL, and of 60 KB each are carried as they were', async () => {
  const id = await ran(
    {
      id: 'large_values',
      inputs: { text: { type: 'string' } },
      steps: [
        { id: 'one', transform: { a: '{{ inputs.text }}', b: '{{ $string(inputs.text) }}' } },
        { id: 'two', set: { copy: '{{ steps.one.a }}', again: '{{ inputs.text }}' } },
        echo('last', 'x'),
      ],
      output: '{{ [steps.one.a = vars.copy, steps.one.b = inputs.text, $length(vars.again)] }}',
    },
    ['!'],
    { text: `${'{% "\\ $states.input %}'.repeat(2000)}\u0000\u2028😀` },
  );
  const { status, body } = await rerun(id);
  expect([status, body.problems]).toEqual([202, undefined]);
  await answer('done');
  expect(await ended(body.id)).toBe('succeeded');
  expect((await get(body.id)).output).toEqual([true, true, 44_003]);
});

test('the steps and iterations that were carried are shown with those of the rerun', async () => {
  const id = await ran(
    {
      id: 'shown',
      steps: [
        echo('before', 'x'),
        { id: 'each', for_each: ['a', 'b'], max_concurrency: 1, steps: [echo('item', '{{ item }}')] },
      ],
    },
    ['x', 'a', '!'],
  );
  const again = (await rerun(id)).body.id;
  await answer('b');
  await until(again, 'succeeded');
  await recordExecution({ executionArn: arnOf(again) });
  const { items } = (await api.request('GET', `/executions/${again}/steps`)).body;
  expect(
    items.map((step: Record<string, unknown>) => [step['id'], step['status'], step['carried_from']]),
  ).toEqual([
    ['before', 'succeeded', id],
    ['item', 'succeeded', id],
    ['each', 'succeeded', undefined],
    ['item', 'succeeded', undefined],
  ]);
  const iterations = (await api.request('GET', `/executions/${again}/iterations?loop=each`)).body;
  expect(iterations.items.map(({ index, status }: Record<string, unknown>) => [index, status])).toEqual([
    [0, 'succeeded'],
    [1, 'succeeded'],
  ]);
});

test.each(['inline', 'distributed'])(
  'from an %s loop that has ended and let items fail only these run again',
  async (mode) => {
    const id = await ran(
      {
        id: `let_fail_${mode}`,
        steps: [
          {
            id: 'each',
            for_each: ['a', 'b', 'c'],
            mode,
            max_concurrency: 1,
            on_item_error: 'continue',
            steps: [echo('item', '{{ item }}')],
          },
          { id: 'after', transform: '{{ $count(steps.each) }}' },
        ],
        output: '{{ steps.each }}',
      },
      ['a', '!', 'c'],
    );
    expect((await get(id)).status).toBe('succeeded');
    const { body } = await rerun(id, { from: 'each' });
    await answer('b');
    expect(await ended(body.id)).toBe('succeeded');
    expect((await get(body.id)).output).toEqual([{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
  },
);

test('an agent goes on with the conversation that it had, and one that has answered is not asked again', async () => {
  const tools = ['test.echo'];
  const workflow = {
    id: 'agents',
    steps: [{ id: 'solve', agent: { goal: 'Say it', tools } }, echo('last', '{{ steps.solve.text }}')],
    output: '{{ [steps.solve.text, steps.last.text] }}',
  };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const conversation = { messages: [], turns: 1, tool_calls: 1, usage, corrected: false };
  const call = { id: 'call_1', tool: 'test.echo', arguments: { text: 'hello' } };
  const turn = { done: false, text: '', tool_calls: [call], refused_calls: [], model: 'm', usage };
  const answered = { text: 'Said.', turns: 2, tool_calls: 1, usage };
  await api.request('POST', '/workflows', { body: workflow });
  const { id } = (await start({}, {}, 'agents')).body;
  await api.answerAction({ output: { ...turn, conversation } });
  // The call of the tool, and the second turn.
  await answer('hello', '!');
  expect(await ended(id)).toBe('failed');
  const second = (await rerun(id)).body.id;
  await api.answerAction({ output: { ...turn, done: true, answer: answered, tool_calls: [], conversation } });
  await answer('!');
  expect(await ended(second)).toBe('failed');
  const event = (await callsOf(second)).get('solve');
  expect(event?.input).toMatchObject({
    conversation,
    results: [{ id: 'call_1', content: '{"text":"hello"}' }],
  });
  const third = (await rerun(second)).body.id;
  await answer('done');
  expect(await ended(third)).toBe('succeeded');
  expect((await get(third)).output).toEqual(['Said.', 'done']);
  expect([...(await callsOf(third)).keys()]).toEqual(['last']);
});

test('an agent in the background has a call of its own in each turn, and a redrive and a rerun begin it anew', async () => {
  const solve = { id: 'solve', agent: { goal: 'Say it', tools: ['test.echo'] }, background: true };
  await api.request('POST', '/workflows', { body: { id: 'thinks', steps: [solve] } });
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const conversation = { messages: [], turns: 1, tool_calls: 1, usage, corrected: false };
  const turn = { done: false, text: '', refused_calls: [], model: 'm', usage, conversation };
  const calls = [{ id: 'call_1', tool: 'test.echo', arguments: { text: 'hello' } }];
  const begun = (id: string) => ({ since: 1, calls: [{ of: 'm', id }] });
  const running = (id: string) =>
    api.answerAction({
      error: 'StillRunning',
      message: JSON.stringify({ seconds: 0, ongoing: begun(id) }),
    });
  const { id } = (await start({}, {}, 'thinks')).body;
  await running('first');
  await api.answerAction({ output: { ...turn, tool_calls: calls } });
  await answer('hello');
  await running('second');
  await answer('!');
  expect(await ended(id)).toBe('failed');
  expect((await api.request('POST', `/executions/${id}/redrive`)).status).toBe(202);
  await running('third');
  await answer('!');
  expect(await ended(id)).toBe('failed');
  const again = (await rerun(id)).body.id;
  await running('fourth');
  const answered = { text: 'Said.', turns: 2, tool_calls: 1, usage };
  await api.answerAction({ output: { ...turn, done: true, tool_calls: [], answer: answered } });
  expect([await ended(again), (await get(again)).output]).toEqual(['succeeded', answered]);
  const ongoing = async (run: string) =>
    (await eventsOf(run)).flatMap(({ background }) => (background ? [background.ongoing] : []));
  expect([await ongoing(id), await ongoing(again)]).toEqual([
    [null, begun('first'), null, begun('second'), null, begun('third')],
    [null, begun('fourth')],
  ]);
  await recordEnd(arnOf(id));
  const { body } = await api.request('GET', `/executions/${id}/log`);
  expect(body.steps).toMatchObject([{ id: 'solve', turns: [{ attempts: 1 }, { attempts: 2 }] }]);
});

test('a run that was stopped while a provider let it wait goes on with the call, at once', async () => {
  await api.request('POST', '/workflows', { body: { ...threeSteps, id: 'waited' } });
  const { id } = (await start({}, {}, 'waited')).body;
  await answer('first');
  await api.answerAction({ error: 'RetryAfter', message: '300' });
  for (;;) {
    const { steps } = (await api.request('GET', `/executions/${id}/log`)).body;
    if (steps.at(-1).rate_limit_waits) break;
  }
  await api.request('POST', `/executions/${id}/stop`);
  await until(id, 'aborted');
  const again = (await rerun(id)).body.id;
  await answer('second', 'third');
  await until(again, 'succeeded');
  expect((await get(again)).output).toEqual(['first', 5, 'second', 'third']);
});

test.each(['inline', 'distributed'])(
  'whole numbers of 64 bits are carried with all their digits, in an %s loop too',
  async (mode) => {
    const workflow = {
      id: `digits_${mode}`,
      inputs: { number: { type: 'integer' } },
      steps: [
        { id: 'one', transform: { same: '{{ inputs.number }}', lists: ['{{ [[inputs.number]] }}'] } },
        { id: 'kept', set: { copy: '{{ steps.one.same }}' } },
        {
          id: 'each',
          for_each: [1, 2],
          mode,
          max_concurrency: 1,
          steps: [echo('asked', 'x'), { id: 'given', transform: { number: '{{ inputs.number }}' } }],
        },
      ],
      output: '{{ [steps.one.same, steps.one.lists, vars.copy, steps.each.number] }}',
    };
    await api.request('POST', '/workflows', { body: workflow });
    const raw = '{"input":{"number":9223372036854775807}}';
    const headers = { 'content-type': 'application/json' };
    const { id } = (await api.request('POST', `/workflows/${workflow.id}/executions`, { raw, headers })).body;
    await answer('a', '!');
    expect(await ended(id)).toBe('failed');
    for (const how of ['recorded', 'current']) {
      const again = (await rerun(id, { workflow: how })).body.id;
      await answer('b');
      expect(await ended(again)).toBe('succeeded');
      const { text } = await api.request('GET', `/executions/${again}`);
      const number = '9223372036854775807';
      expect(text).toContain(`"output":[${number},[[${number}]],${number},${number},${number}]`);
    }
  },
);

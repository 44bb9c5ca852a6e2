// Reruns over real HTTP: a new execution that goes on where another one failed, or from a step on.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callKey } from '../../lib/actions/call-key.ts';
import { rebuildIndex } from '../../lib/executions/rebuild-index.ts';
import { recordExecution } from '../../lib/executions/record.ts';
import { RunIndex } from '../../lib/executions/run-index.ts';
import { rowOfFile } from '../../lib/executions/run-row.ts';
import { type ApiStack, startApiStack } from '../../test/support/api-stack.ts';
import { arnOf, echo, rerunCalls, threeSteps } from '../../test/support/reruns.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());

const { start, get, until, answer, ended, rerun, ran, callsOf } = rerunCalls(() => api);
const log = async (id: string) => {
  await recordExecution({ executionArn: arnOf(id) });
  return (await api.request('GET', `/executions/${id}/log`)).body;
};

test('a rerun goes on at the step that failed, with what those before it gave, and each run names the other', async () => {
  const id = await ran(threeSteps, ['first', '!']);
  const { status, body, headers } = await rerun(id);
  expect([status, headers.get('location'), body.rerun_of, body.workflow_version]).toEqual([
    202,
    `/executions/${body.id}`,
    id,
    1,
  ]);
  await answer('second', 'third');
  await until(body.id, 'succeeded');
  expect((await get(body.id)).output).toEqual(['first', 5, 'second', 'third']);
  expect((await get(id)).reruns).toEqual([body.id]);
  const { rerun_of, steps } = await log(body.id);
  expect(rerun_of).toBe(id);
  expect(
    steps.map((step: Record<string, unknown>) => [
      step['id'],
      step['status'],
      step['carried_from'],
      step['action'],
    ]),
  ).toEqual([
    ['one', 'succeeded', id, 'test.echo'],
    ['counted', 'succeeded', id, 'set'],
    ['two', 'succeeded', undefined, 'test.echo'],
    ['three', 'succeeded', undefined, 'test.echo'],
  ]);
});

test('a rerun that fails too can be rerun, with what both have done', async () => {
  const id = await ran(threeSteps, ['first', '!']);
  const second = (await rerun(id)).body.id;
  await answer('second', '!');
  await until(second, 'failed');
  const third = (await rerun(second)).body.id;
  await answer('third');
  await until(third, 'succeeded');
  expect((await get(third)).output).toEqual(['first', 5, 'second', 'third']);
  const { steps } = await log(third);
  expect(steps.map((step: Record<string, unknown>) => [step['id'], step['carried_from']])).toEqual([
    ['one', id],
    ['counted', id],
    ['two', second],
    ['three', undefined],
  ]);
});

test('the list of runs says of which run a rerun is, while it runs too, and has it once', async () => {
  const id = await ran(threeSteps, ['first', '!']);
  await recordExecution({ executionArn: arnOf(id), status: 'FAILED' });
  const again = (await rerun(id)).body;
  const row = async () => {
    const { items } = (await api.request('GET', `/executions?id=${again.id}`)).body;
    return items.map(({ status, rerun_of }: Record<string, unknown>) => [status, rerun_of]);
  };
  const started = { executionArn: arnOf(again.id), startDate: Date.parse(again.started_at), input: '{}' };
  await recordExecution({ ...started, status: 'RUNNING' });
  expect(await row()).toEqual([['running', id]]);
  await answer('second', 'third');
  await until(again.id, 'succeeded');
  await recordExecution({ ...started, status: 'SUCCEEDED' });
  expect(await row()).toEqual([['succeeded', id]]);
  expect((await api.request('GET', `/executions?status=running&id=${again.id}`)).body.items).toEqual([]);
  const mendedBy = async () => {
    const { items } = (await api.request('GET', `/executions?status=failed&id=${id}`)).body;
    return items.map(({ mended_by }: Record<string, unknown>) => mended_by);
  };
  expect(await mendedBy()).toEqual([again.id]);
  // An index that is made anew says so too.
  const s3 = new S3Client({ forcePathStyle: true });
  const index = new RunIndex(s3);
  const { files } = await index.list('runs/all/', 1000, undefined);
  for (const file of files) {
    const row = rowOfFile(file);
    if (row?.id === id) await index.remove(row);
  }
  expect(await mendedBy()).toEqual([]);
  await rebuildIndex({ s3, sfn: new SFNClient({}) });
  expect(await mendedBy()).toEqual([again.id]);
});

test('of a run whose on_failure has run a redrive is a rerun, which runs it again when it fails again', async () => {
  const id = await ran(
    {
      ...threeSteps,
      ...{ id: 'watched_steps', on_failure: [echo('told', '{{ error.name }}')] },
    },
    ['first', '!', 'told once'],
  );
  const redrive = () =>
    api.request('POST', `/executions/${id}/redrive`, { headers: { 'idempotency-key': 'k' } });
  const { status, body } = await redrive();
  expect([status, body.rerun_of, (await get(id)).redrive_count]).toEqual([202, id, 0]);
  expect((await redrive()).body.id).toBe(body.id);
  await answer('!', 'told twice');
  expect(await ended(body.id)).toBe('failed');
  expect((await get(body.id)).error).toMatchObject({ name: 'InvalidInput', step_id: 'two' });
  const again = (await api.request('POST', `/executions/${body.id}/redrive`)).body;
  await answer('second', 'third');
  expect(await ended(again.id)).toBe('succeeded');
  expect((await get(again.id)).output).toEqual(['first', 5, 'second', 'third']);
});

const rows = (steps: readonly Record<string, unknown>[]) =>
  steps.map(({ id, index = [], status, carried_from }) => [
    [id, ...(index as number[])].join('.'),
    status,
    carried_from === undefined ? 'run' : 'carried',
  ]);

test.each(['inline', 'distributed'])(
  'of an %s loop the iterations that have ended stay, others go on in the middle',
  async (mode) => {
    const workflow = {
      id: `loop_${mode}`,
      steps: [
        {
          id: 'each',
          for_each: ['a', 'b', 'c'],
          mode,
          max_concurrency: 1,
          steps: [echo('first', '{{ item }}1'), echo('second', '{{ steps.first.text }} {{ index }}')],
        },
      ],
      output: '{{ steps.each }}',
    };
    const id = await ran(workflow, ['a1', 'a2', 'b1', '!']);
    const second = (await rerun(id)).body.id;
    // Of b the second step, then all of c.
    await answer('b2', 'c1', '!');
    expect(await ended(second)).toBe('failed');
    const third = (await rerun(second)).body.id;
    await answer('c2');
    expect(await ended(third)).toBe('succeeded');
    expect((await get(third)).output).toEqual([{ text: 'a2' }, { text: 'b2' }, { text: 'c2' }]);
    const { steps } = await log(third);
    expect(rows(steps).toSorted()).toEqual([
      ['each', 'succeeded', 'run'],
      ['first.0', 'succeeded', 'carried'],
      ['first.1', 'succeeded', 'carried'],
      ['first.2', 'succeeded', 'carried'],
      ['second.0', 'succeeded', 'carried'],
      ['second.1', 'succeeded', 'carried'],
      ['second.2', 'succeeded', 'run'],
    ]);
  },
);

test('nested loops and branches go on in each place where they were', async () => {
  const workflow = {
    id: 'nested',
    steps: [
      {
        id: 'outer',
        for_each: ['x', 'y'],
        max_concurrency: 1,
        steps: [
          echo('before', '{{ item }}'),
          {
            id: 'both',
            parallel: {
              left: [
                {
                  id: 'inner',
                  for_each: [1, 2],
                  max_concurrency: 1,
                  steps: [echo('deep', '{{ steps.before.text }}{{ item }}')],
                },
              ],
              right: [{ id: 'right', transform: '{{ steps.before.text }} right' }],
            },
          },
          { id: 'after', transform: '{{ [steps.both.left.text, [steps.both.right]] }}' },
        ],
      },
    ],
    output: '{{ steps.outer }}',
  };
  const id = await ran(workflow, ['x', 'x1', 'x2', 'y', 'y1', '!']);
  const second = (await rerun(id)).body.id;
  await answer('y2');
  expect(await ended(second)).toBe('succeeded');
  expect((await get(second)).output).toEqual([
    ['x1', 'x2', ['x right']],
    ['y1', 'y2', ['y right']],
  ]);
});

test.each(['inline', 'distributed'])(
  'items that failed in an %s loop that tolerates it are run again, and no others',
  async (mode) => {
    const workflow = {
      id: `tolerant_${mode}`,
      steps: [
        {
          id: 'each',
          for_each: ['a', 'b', 'c'],
          mode,
          max_concurrency: 1,
          on_item_error: 'continue',
          tolerated_failures: 0,
          steps: [{ id: 'first', transform: '{{ item }}1' }, echo('second', '{{ steps.first }}')],
        },
      ],
      output: '{{ steps.each }}',
    };
    const id = await ran(workflow, ['a2', '!', 'c2']);
    expect((await get(id)).error.step_id).toBe('each');
    const second = (await rerun(id)).body.id;
    await answer('b2');
    expect(await ended(second)).toBe('succeeded');
    expect((await get(second)).output).toEqual([{ text: 'a2' }, { text: 'b2' }, { text: 'c2' }]);
  },
);

test('a rerun from a step runs it and all after it again, and keeps what is before', async () => {
  const id = await ran(threeSteps, ['first', 'second', 'third']);
  const nothing = await rerun(id);
  expect([nothing.status, nothing.body.problems[0].code]).toEqual([409, 'nothing-failed']);
  const second = (await rerun(id, { from: 'two' })).body.id;
  await answer('other', 'last');
  await until(second, 'succeeded');
  expect((await get(second)).output).toEqual(['first', 5, 'other', 'last']);
});

test('a rerun from the start runs all, with its own input where one is given', async () => {
  const id = await ran(threeSteps, ['first', 'second', '!'], { word: 'old' });
  const second = (await rerun(id, { from: 'start', input: { word: 'new' } })).body;
  expect([second.input, second.rerun_of]).toEqual([{ word: 'new' }, id]);
  await answer('1', '2', '3');
  await until(second.id, 'succeeded');
  expect((await get(second.id)).output).toEqual(['1', 1, '2', '3']);
  const wrong = await rerun(id, { from: 'start', input: { word: 5 } });
  expect([wrong.status, wrong.body.problems[0].pointer]).toEqual([422, '/input/word']);
});

test('a run that goes on, is not there, or has not come to the step is not rerun', async () => {
  const id = await ran({ ...threeSteps, id: 'asked_steps' }, ['first', '!']);
  const later = await rerun(id, { from: 'three' });
  expect([later.status, later.body.problems[0].code]).toEqual([409, 'step-not-reached']);
  const running = (await rerun(id)).body.id;
  const refused = await rerun(running);
  expect([refused.status, refused.body.problems[0].code]).toEqual([409, 'still-running']);
  await answer('second', 'third');
  await until(running, 'succeeded');
  expect((await rerun('asked_steps.never')).status).toBe(404);
  const key = { 'idempotency-key': 'once' };
  const first = (await rerun(id, {}, key)).body.id;
  expect((await rerun(id, {}, key)).body.id).toBe(first);
  expect((await rerun(id, { from: 'one' }, key)).body.type).toBe('/docs#idempotency-key-reused');
  await answer('second', 'third');
  await until(first, 'succeeded');
  expect((await get(id)).reruns.toSorted()).toEqual([running, first].toSorted());
  await api.request('DELETE', '/workflows/asked_steps', { headers: { 'if-match': '*' } });
  expect((await rerun(id)).body.problems[0].code).toBe('workflow-deleted');
});

test('from a step in a loop only iterations that have not ended go on there', async () => {
  const workflow = {
    id: 'in_loop',
    steps: [
      {
        id: 'each',
        for_each: ['a', 'b'],
        max_concurrency: 1,
        steps: [echo('first', '{{ item }}1'), echo('second', '{{ steps.first.text }}')],
      },
    ],
    output: '{{ steps.each }}',
  };
  const id = await ran(workflow, ['a1', 'a2', 'b1', '!']);
  const again = (await rerun(id, { from: 'first' })).body;
  await answer('b1 again', 'b2');
  expect(await ended(again.id)).toBe('succeeded');
  expect((await get(again.id)).output).toEqual([{ text: 'a2' }, { text: 'b2' }]);
  const refused = await rerun(again.id, { from: 'first' });
  expect(refused.body.problems[0].code).toBe('loop-ended');
});

test('a step with a time limit has all of it again', async () => {
  const workflow = {
    id: 'limited',
    steps: [
      {
        id: 'both',
        timeout_seconds: 1,
        parallel: { one: [echo('one', 'x')], two: [{ id: 'two', transform: 'y' }] },
      },
    ],
    output: '{{ steps.both }}',
  };
  await api.request('POST', '/workflows', { body: workflow });
  const { id } = (await start({}, {}, 'limited')).body;
  expect(await ended(id)).toBe('failed');
  await answer('too late');
  const again = (await rerun(id)).body;
  await answer('in time');
  expect(await ended(again.id)).toBe('succeeded');
  expect((await get(again.id)).output).toEqual({ one: { text: 'in time' }, two: 'y' });
});

const keyOf = async (id: string, step: string) => {
  const event = (await callsOf(id)).get(step);
  return event && callKey(event);
};

test('calls keep the keys of the first run through reruns of reruns; from the start they are new', async () => {
  const id = await ran({ ...threeSteps, id: 'keys' }, ['first', '!']);
  const second = (await rerun(id)).body.id;
  await answer('!');
  await until(second, 'failed');
  const third = (await rerun(second, { workflow: 'current' })).body.id;
  await answer('second', 'third');
  await until(third, 'succeeded');
  const first = await keyOf(id, 'two');
  expect([await keyOf(second, 'two'), await keyOf(third, 'two')]).toEqual([first, first]);
  const event = (await callsOf(third)).get('two');
  expect(event?.execution.started_at).toBe((await get(id)).started_at);
  const fresh = (await rerun(id, { from: 'start' })).body.id;
  await answer('first', 'second', 'third');
  await until(fresh, 'succeeded');
  expect(await keyOf(fresh, 'two')).not.toBe(first);
});

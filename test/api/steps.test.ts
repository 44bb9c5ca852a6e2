// An execution's steps over HTTP: in short with the states of loops, one in full, iterations, and the workflow that ran.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ApiResponse, logOf, startTestStack, type TestStack } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());
afterEach(() => {
  for (const proxy of Object.values(stack.faults)) proxy.clear();
});

const get = (path: string, headers = {}) => stack.call('GET', path, { headers });

async function save(document: { readonly id: string } & Record<string, unknown>, etag?: string) {
  const saved = await stack.call('PUT', `/workflows/${document.id}`, {
    body: document,
    headers: etag === undefined ? { 'if-none-match': '*' } : { 'if-match': etag },
  });
  expect([200, 201], JSON.stringify(saved.body)).toContain(saved.status);
  return saved.headers.get('etag') ?? '';
}

async function start(id: string, input: object = {}): Promise<string> {
  const { status, body } = await stack.call('POST', `/workflows/${id}/executions`, { body: { input } });
  expect(status, JSON.stringify(body)).toBe(202);
  return body.id;
}

async function ended(id: string, input: object = {}): Promise<string> {
  const run = await start(id, input);
  await logOf(stack, run);
  return run;
}

/** `each[2] failed`. */
const short = ({ body }: ApiResponse): string[] =>
  body.items.map(
    ({ id, index, status }: { id: string; index?: number[]; status: string }) =>
      `${id}${index ? JSON.stringify(index) : ''} ${status}`,
  );

const failing = {
  id: 'shape',
  when: '{{ item = 3 }}',
  transform: '{{ $error("three") }}',
  on_error: 'continue',
};
const loops = {
  id: 'loops',
  inputs: { numbers: { type: 'array' } },
  steps: [
    { id: 'first', transform: { big: '{{ inputs.numbers[0] }}' } },
    {
      id: 'each',
      for_each: '{{ inputs.numbers }}',
      steps: [failing, { id: 'last', transform: '{{ item }}' }],
    },
    {
      id: 'rows',
      for_each: '{{ [1, 2] }}',
      steps: [
        {
          id: 'cells',
          for_each: '{{ [1, 2, 3] }}',
          steps: [{ id: 'cell_value', transform: '{{ item }}' }],
        },
      ],
    },
  ],
};

describe('a run that has ended', () => {
  let run: string;
  beforeAll(async () => {
    await save(loops);
    run = await ended('loops', { numbers: [1, 2, 3, 4] });
  });

  test('its steps in their order, without inputs and outputs, loops with the states of their iterations', async () => {
    const { status, body } = await get(`/executions/${run}/steps`);
    expect([status, body.total, body.next_cursor]).toEqual([200, 19, null]);
    expect(body.execution).toMatchObject({ status: 'succeeded', workflow_version: 1, redrive_count: 0 });
    expect(body.items.filter((step: object) => 'input' in step || 'output' in step)).toEqual([]);
    const each = body.items.find(({ id }: { id: string }) => id === 'each');
    expect(each.iterations).toEqual({
      total: 4,
      succeeded: 4,
      failed: 0,
      states: [
        ['succeeded', 2],
        ['caught', 1],
        ['succeeded', 1],
      ],
    });
    const cells = body.items.filter(({ id }: { id: string }) => id === 'cells');
    expect(
      cells.map(({ index, loop, iterations }: Record<string, unknown>) => [index, loop, iterations]),
    ).toEqual(
      [[0], [1]].map((index) => [
        index,
        'rows',
        { total: 3, succeeded: 3, failed: 0, states: [['succeeded', 3]] },
      ]),
    );
  });

  test('by step, iteration and status, and in pages that follow each other', async () => {
    expect(short(await get(`/executions/${run}/steps?step=last&index=2`))).toEqual(['last[2] succeeded']);
    expect(short(await get(`/executions/${run}/steps?depth=0`))).toEqual([
      'first succeeded',
      'each succeeded',
      'rows succeeded',
    ]);
    expect(short(await get(`/executions/${run}/steps?loop=rows&index=1`))).toEqual(['cells[1] succeeded']);
    expect(short(await get(`/executions/${run}/steps?status=caught`))).toEqual(['shape[2] caught']);
    expect(short(await get(`/executions/${run}/steps?index=1.2&step=cell_value`))).toEqual([
      'cell_value[1,2] succeeded',
    ]);
    const all: string[] = [];
    let cursor = '';
    do {
      const page = await get(`/executions/${run}/steps?limit=7${cursor && `&cursor=${cursor}`}`);
      all.push(...short(page));
      cursor = page.body.next_cursor ?? '';
    } while (cursor !== '');
    expect(all).toEqual(short(await get(`/executions/${run}/steps`)));
    expect((await get(`/executions/${run}/steps?index=a`)).body.problems).toMatchObject([
      { pointer: '/query/index', message: expect.stringContaining('`2.17`') },
    ]);
    expect((await get(`/executions/${run}/steps?cursor=xyz`)).body.problems).toMatchObject([
      { pointer: '/query/cursor' },
    ]);
  });

  test('a step in full, its whole numbers as they were', async () => {
    const large = await stack.call('POST', '/workflows/loops/executions', {
      body: '{"input":{"numbers":[9007199254740993]}}',
    });
    await logOf(stack, large.body.id);
    const response = await fetch(`${stack.stack.apiUrl}/executions/${large.body.id}/steps/first`, {
      headers: { authorization: `Bearer ${await stack.tokenOf('viewer')}` },
    });
    expect(await response.text()).toContain('"output":{"big":9007199254740993}');
    const { body } = await get(`/executions/${run}/steps/shape?index=2`);
    expect(body).toMatchObject({
      id: 'shape',
      index: [2],
      loop: 'each',
      status: 'caught',
      error: { message: 'In the step shape: three' },
    });
    const gone = await get(`/executions/${run}/steps/shape?index=9`);
    expect([gone.status, gone.body.detail]).toEqual([
      404,
      `The execution ${run} did not begin the step shape in the iteration 9`,
    ]);
  });

  test('304 for the ETag that was read, whatever is asked for', async () => {
    const { headers } = await get(`/executions/${run}/steps`);
    const etag = headers.get('etag') ?? '';
    const again = await get(`/executions/${run}/steps?limit=1`, { 'if-none-match': etag });
    expect([again.status, again.headers.get('etag'), again.body]).toEqual([304, etag, '']);
    for (const other of ['"abc"', '*', etag.slice(0, -3), 'x'.repeat(200)]) {
      expect((await get(`/executions/${run}/steps`, { 'if-none-match': other })).status).toBe(200);
    }
  });

  test('the iterations of a loop by index, status and page', async () => {
    const list = (query: string) => get(`/executions/${run}/iterations?${query}`);
    const { body } = await list('loop=each');
    expect(body.items.map(({ index, status }: Record<string, unknown>) => [index, status])).toEqual([
      [0, 'succeeded'],
      [1, 'succeeded'],
      [2, 'caught'],
      [3, 'succeeded'],
    ]);
    expect(body.items[2]).toMatchObject({ error: { message: 'In the step shape: three' }, iteration: null });
    expect((await list('loop=each&status=caught')).body.items).toEqual([body.items[2]]);
    const first = await list('loop=each&limit=3');
    const second = await list(`loop=each&limit=3&cursor=${first.body.next_cursor}`);
    expect([...first.body.items, ...second.body.items]).toEqual(body.items);
    expect(second.body.next_cursor).toBeNull();
    expect((await list('loop=cells&index=1')).body.items).toHaveLength(3);
    expect([(await list('loop=cells')).status, (await list('loop=first')).status]).toEqual([404, 404]);
  });
});

test('the workflow that ran, after it was saved again, paused, deleted and created anew under its id', async () => {
  const version = (text: string) => ({
    id: 'changing',
    triggers: [{ schedule: 'rate(10 days)' }],
    steps: [{ id: 'say', transform: text }],
  });
  let etag = await save(version('one'));
  const first = await ended('changing');
  etag = await save(version('two'), etag);
  const second = await ended('changing');
  await stack.call('POST', '/schedules/changing.0/pause');
  etag = (await get('/workflows/changing')).headers.get('etag') ?? '';
  await save(version('three'), etag);
  const ran = async (run: string) => {
    const { status, body } = await get(`/executions/${run}/workflow`);
    expect(status, JSON.stringify(body)).toBe(200);
    return [body.version, body.workflow.steps[0].transform, body.current_version];
  };
  expect([await ran(first), await ran(second)]).toEqual([
    [1, 'one', 3],
    [2, 'two', 3],
  ]);
  etag = (await get('/workflows/changing')).headers.get('etag') ?? '';
  await stack.call('DELETE', '/workflows/changing', { headers: { 'if-match': etag } });
  expect(await ran(first)).toEqual([1, 'one', null]);
});

test('a provider’s failures are told attempt by attempt, and its waits', async () => {
  await save({
    id: 'slow',
    steps: [
      {
        id: 'open',
        action: 'github.create_issue',
        params: { repo_name: 'acme/handbook', title: 'Slow', body: 'x' },
      },
    ],
  });
  stack.faults.github.inject([{ status: 429, headers: { 'retry-after': '1' } }], { path: /issues/ });
  const { body } = await get(`/executions/${await ended('slow')}/steps/open`);
  expect(body).toMatchObject({
    status: 'succeeded',
    attempts: 2,
    failed_attempts: [
      { name: 'RateLimited', message: 'The provider asked to wait 1 s', at: expect.any(String) },
    ],
    rate_limit_waits: [{ started_at: expect.any(String), ended_at: expect.any(String) }],
  });
});

test('of a loop that failed the items that it did not reach are told', async () => {
  await save({
    id: 'cut_short',
    steps: [
      {
        id: 'each',
        for_each: '{{ [1..9] }}',
        max_concurrency: 1,
        steps: [{ id: 'check', transform: '{{ item = 3 ? $error("three") : item }}' }],
      },
    ],
  });
  const { body } = await get(`/executions/${await ended('cut_short')}/steps?step=each`);
  expect([body.items[0].items, body.items[0].iterations]).toEqual([
    9,
    {
      total: 9,
      succeeded: 2,
      failed: 1,
      states: [
        ['succeeded', 2],
        ['failed', 1],
        ['pending', 6],
      ],
    },
  ]);
});

test('while it runs: what happens changes the ETag, and a distributed loop tells how far it is', async () => {
  await save({
    id: 'under_way',
    steps: [
      { id: 'before', transform: 'x' },
      {
        id: 'each',
        mode: 'distributed',
        for_each: '{{ [1..12] }}',
        steps: [
          { id: 'ask', when: '{{ item > 10 }}', approval: { message: 'Go on with {{ $string(item) }}?' } },
          { id: 'done', when: '{{ item = 1 }}', transform: '{{ $error("one") }}', on_error: 'continue' },
        ],
      },
    ],
  });
  const run = await start('under_way');
  const page = await until(async () => {
    const found = await get(`/executions/${run}/steps`);
    expect(found.body.items?.[1]?.iterations).toEqual({
      total: 12,
      succeeded: 10,
      failed: 0,
      running: 2,
      pending: 0,
      states: [[null, 12]],
    });
    return found;
  });
  expect(short(page)).toEqual(['before succeeded', 'each running']);
  expect(page.body.execution).toMatchObject({ status: 'running', ended_at: null });
  const etag = page.headers.get('etag') ?? '';
  expect((await get(`/executions/${run}/steps`, { 'if-none-match': etag })).status).toBe(304);

  const running = await get(`/executions/${run}/iterations?loop=each&status=running`);
  expect(running.body.items.map(({ index }: { index: number }) => index).toSorted()).toEqual([10, 11]);
  const all: unknown[] = [];
  let cursor = '';
  do {
    const { body } = await get(
      `/executions/${run}/iterations?loop=each&limit=5${cursor && `&cursor=${cursor}`}`,
    );
    all.push(...body.items.map(({ index, status }: Record<string, unknown>) => `${index} ${status}`));
    cursor = body.next_cursor ?? '';
  } while (cursor !== '');
  expect(all).toHaveLength(12);
  const old = Buffer.from('{"status":0,"token":"of-yesterday"}').toString('base64url');
  const refused = await get(`/executions/${run}/iterations?loop=each&cursor=${old}`);
  expect([refused.status, refused.body.problems[0].code]).toEqual([400, 'invalid-cursor']);
  expect(all.filter((one) => String(one).endsWith('running'))).toEqual(all.slice(0, 2));
  const [one] = running.body.items;
  // The tag of the run says nothing of what happens within an iteration.
  const within = await get(`/executions/${run}/steps?iteration=${encodeURIComponent(one.iteration)}`, {
    'if-none-match': etag,
  });
  expect([within.status, short(within), within.headers.get('etag')]).toEqual([200, ['ask running'], null]);
  const unknown = await get(`/executions/${run}/steps?iteration=each:nobody`);
  expect([unknown.status, unknown.body.detail]).toEqual([
    404,
    `The execution ${run} has no iteration each:nobody`,
  ]);

  const { body: approvals } = await get('/approvals');
  for (const { id } of approvals.items) {
    expect((await stack.call('POST', `/approvals/${id}`, { body: { decision: 'approve' } })).status).toBe(
      200,
    );
  }
  await logOf(stack, run);
  const after = await get(`/executions/${run}/steps`, { 'if-none-match': etag });
  expect([after.status, after.body.execution.status]).toEqual([200, 'succeeded']);
  expect(after.body.items[1].iterations).toMatchObject({ total: 12, succeeded: 12 });
  const finished = await get(
    `/executions/${run}/steps/done?iteration=${encodeURIComponent(
      (await get(`/executions/${run}/iterations?loop=each`)).body.items.find(
        ({ index }: { index: number }) => index === 0,
      ).iteration,
    )}`,
  );
  expect(finished.body).toMatchObject({
    id: 'done',
    status: 'caught',
    error: { message: 'In the step done: one' },
  });
});

// Executions over real HTTP, with the local S3 and Step Functions. Long, so that all of it shares one stack.
import {
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDeleting,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startExecution } from '../../lib/executions/start.ts';
import { encodeCursor } from '../../lib/stores/cursor.ts';
import {
  type ApiStack,
  clientWith,
  executionCalls,
  greeting,
  startApiStack,
  waiting,
} from '../../test/support/api-stack.ts';
import type { Answer } from '../../test/support/checked-request.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack({ records: true });
  await api.request('POST', '/workflows', { body: greeting });
  await api.request('POST', '/workflows', { body: waiting });
});
afterAll(() => api.close());

const { start, startWaiting, get } = executionCalls(() => api);
const arn = (id: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-local-${id}`;

test('starting answers 202 at once, with the location', async () => {
  const { status, headers, body } = await start({}, {}, 'waiting');
  expect(status).toBe(202);
  expect(headers.get('location')).toBe(`/executions/${body.id}`);
  expect(headers.has('preference-applied')).toBe(false);
  const { id, started_at, ...rest } = body;
  expect(id).toMatch(/^waiting\.[0-9a-f-]{36}-by-editor$/);
  expect(rest).toEqual({
    workflow_id: 'waiting',
    workflow_version: 1,
    status: 'running',
    ended_at: null,
    redrive_count: 0,
    rerun_of: null,
    trigger: { type: 'api', user: 'editor' },
    input: {},
    output: null,
    error: null,
  });
  expect(await get(id)).toEqual(body);
  expect(started_at).toBe(new Date(started_at).toISOString());
  await api.answerAction({ output: { text: 'hello' } });
});

test('a workflow without inputs is started without a body', async () => {
  const { status, body } = await api.request('POST', '/workflows/waiting/executions');
  expect([status, body.input]).toEqual([202, {}]);
  await api.answerAction({ output: { text: 'hello' } });
});

test('the hint names the input as this operation calls it', async () => {
  const { status, body } = await api.request('POST', '/workflows/greeting/executions', {
    body: { variables: {} },
  });
  expect([status, body.problems]).toMatchObject([422, [{ code: 'unknown-key', pointer: '/variables' }]]);
  expect(body.problems[0].hint).toContain('input');
});

test('Prefer: wait answers with the result, by both calls', async () => {
  const direct = await start({ name: 'Ada', times: 2 }, { prefer: 'wait=20' });
  const seeds = await api.request('POST', '/workflows/execute', {
    body: { workflow_id: 'greeting', variables: { name: 'Ada', times: 2 } },
    headers: { prefer: 'respond-async, wait="20"' },
  });
  for (const { status, headers, body } of [direct, seeds]) {
    expect([status, headers.get('preference-applied')]).toEqual([200, 'wait=20']);
    expect(body).toMatchObject({
      status: 'succeeded',
      input: { name: 'Ada', times: 2 },
      output: { greeting: 'Hello Ada', times: 2 },
      error: null,
    });
    expect(await get(body.id)).toEqual(body);
  }
});

test('a wait that is over before the execution ends answers 202', async () => {
  const { status, headers, body } = await start({}, { prefer: 'wait=1' }, 'waiting');
  expect([status, headers.get('preference-applied'), body.status]).toEqual([202, 'wait=1', 'running']);
  await api.answerAction({ output: { text: 'hello' } });
});

test('a failed execution has the error’s name and message, and no stack trace', async () => {
  const answer = start({}, { prefer: 'wait=20' }, 'waiting');
  await api.answerAction({ error: 'NotFound', message: 'There is no such page' });
  const { status, body, text } = await answer;
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 'failed',
    output: null,
    error: { name: 'NotFound', message: 'There is no such page', step_id: 'echo' },
  });
  expect(text).not.toContain('secret.ts');
});

test.each([
  [{}, '/input/name', 'missing-input', 'The input `name` is missing', 'of type string'],
  [
    { name: 1 },
    '/input/name',
    'wrong-type',
    'The input `name` must be of type string, but it is the number 1',
    undefined,
  ],
  [
    { name: null },
    '/input/name',
    'wrong-type',
    'The input `name` must be of type string, but it is null',
    undefined,
  ],
  [
    { name: 'x', times: 1.5 },
    '/input/times',
    'wrong-type',
    'The input `times` must be of type integer, but it is the number 1.5',
    undefined,
  ],
  [
    { name: 'x', nam: 'y' },
    '/input/nam',
    'unknown-input',
    'The workflow has no input `nam`',
    'did you mean `name`?',
  ],
  [
    { name: 'x', 'a/b': 1 },
    '/input/a~1b',
    'unknown-input',
    'The workflow has no input `a/b`',
    'its inputs: name, times',
  ],
])('the input %j is refused', async (input, pointer, code, message, hint) => {
  const { status, body } = await start(input);
  expect([status, body.type]).toEqual([422, '/docs#invalid-input']);
  expect(body.problems).toEqual([{ code, pointer, message, ...(hint && { hint }) }]);
});

test('all mistakes of an input are reported, with pointers into the body', async () => {
  const { body } = await api.request('POST', '/workflows/execute', {
    body: { workflow_id: 'greeting', variables: { times: 'x', other: 1 } },
  });
  expect(body.problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    '/variables/name',
    '/variables/times',
    '/variables/other',
  ]);
});

test('an input over 256 KiB is refused, one of just that is not', async () => {
  const fits = 'x'.repeat(262_144 - Buffer.byteLength('{"name":""}'));
  const refused = await start({ name: `${fits}x` });
  expect([refused.status, refused.body.type]).toEqual([413, '/docs#body-too-large']);
  expect((await start({ name: fits })).status).toBe(202);
});

test('a workflow that does not exist, or was deleted, cannot be started', async () => {
  await api.request('POST', '/workflows', { body: { ...greeting, id: 'gone' } });
  await api.request('DELETE', '/workflows/gone', { headers: { 'if-match': '*' } });
  for (const id of ['gone', 'never']) {
    const { status, body } = await start({ name: 'x' }, {}, id);
    expect([status, body.detail]).toEqual([
      404,
      `There is no workflow ${id}; GET /workflows lists those there are`,
    ]);
  }
});

test.each([StateMachineDoesNotExist, StateMachineDeleting])(
  'nor can one that is deleted after its document was read: %o',
  async (Refusal) => {
    const sfn = clientWith(StartExecutionCommand, 'before', async () => {
      throw new Refusal({ message: 'gone', $metadata: {} });
    });
    const request = { workflowId: 'greeting', user: 'ada', input: { name: 'Ada' }, inputPointer: '/input' };
    await expect(startExecution(request, { sfn })).rejects.toMatchObject({ type: 'not-found' });
  },
);

test('an idempotency key starts one execution, however often and however concurrently it is sent', async () => {
  const key = { 'idempotency-key': 'order 1 "é"'.replace('é', 'e') };
  const input = { name: 'Ada' };
  const answers = await Promise.all(Array.from({ length: 8 }, () => start(input, key)));
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(202));
  const [id, ...others] = new Set(answers.map(({ body }) => body.id));
  expect(others).toEqual([]);
  // Also after it has ended; the input's keys may come in another order, and the seeds' call is the same call.
  const waited = await start(input, { ...key, prefer: 'wait=20' });
  expect(waited.body).toMatchObject({ id, status: 'succeeded', workflow_version: 1 });
  const seeds = await api.request('POST', '/workflows/execute', {
    body: { workflow_id: 'greeting', variables: input },
    headers: key,
  });
  expect([seeds.status, seeds.body]).toEqual([202, waited.body]);
  const { executions = [] } = await new SFNClient({}).send(
    new ListExecutionsCommand({ stateMachineArn: arn('greeting') }),
  );
  expect(executions.filter(({ name }) => `greeting.${name}` === id)).toHaveLength(1);
});

test('a key that was used for another input is refused, while the first runs and after it has ended', async () => {
  await start({ name: 'Ada' }, { 'idempotency-key': 'k', prefer: 'wait=20' });
  const { status, body } = await start({ name: 'Bob' }, { 'idempotency-key': 'k' });
  expect([status, body.type]).toEqual([422, '/docs#idempotency-key-reused']);
  expect((await start({ name: 'Bob' }, { 'idempotency-key': 'k2' })).status).toBe(202);
});

test('a key counts for one workflow', async () => {
  const key = { 'idempotency-key': 'shared' };
  await api.request('POST', '/workflows', { body: { ...greeting, id: 'second' } });
  const first = await start({ name: 'Ada' }, key);
  const second = await start({ name: 'Ada' }, key, 'second');
  expect(first.body.id.split('.')[1]).not.toBe(second.body.id.split('.')[1]);
});

test('a repeated key returns the version that ran, not the one in force now', async () => {
  const created = await api.request('POST', '/workflows', { body: { ...greeting, id: 'changed' } });
  const key = { 'idempotency-key': 'v', prefer: 'wait=20' };
  await start({ name: 'Ada' }, key, 'changed');
  await api.request('PUT', '/workflows/changed', {
    body: { ...created.body, steps: [{ id: 'text', transform: 'new' }] },
    headers: { 'if-match': created.headers.get('etag') ?? '' },
  });
  expect((await start({ name: 'Ada' }, key, 'changed')).body).toMatchObject({
    workflow_version: 1,
    output: { greeting: 'Hello Ada', times: 1 },
  });
});

test('the next request runs the version just saved', async () => {
  const named = (times: number) => ({ ...greeting, id: 'changing', output: times });
  const { headers } = await api.request('POST', '/workflows', { body: named(0) });
  let etag = headers.get('etag') ?? '';
  for (const times of [1, 2, 3]) {
    const saved = await api.request('PUT', '/workflows/changing', {
      body: named(times),
      headers: { 'if-match': etag },
    });
    etag = saved.headers.get('etag') ?? '';
    const runs = await Promise.all(
      [1, 2].map(() => start({ name: 'Ada' }, { prefer: 'wait=20' }, 'changing')),
    );
    expect(runs.map(({ body }) => [body.output, body.workflow_version])).toEqual([
      [times, times + 1],
      [times, times + 1],
    ]);
  }
  await api.request('DELETE', '/workflows/changing', { headers: { 'if-match': etag } });
});

test('a repeated key returns its execution even after the workflow’s inputs have changed', async () => {
  const created = await api.request('POST', '/workflows', { body: { ...greeting, id: 'grown' } });
  const key = { 'idempotency-key': 'k' };
  const first = await start({ name: 'Ada' }, key, 'grown');
  await api.request('PUT', '/workflows/grown', {
    body: { ...created.body, inputs: { ...greeting.inputs, city: { type: 'string' } } },
    headers: { 'if-match': created.headers.get('etag') ?? '' },
  });
  expect((await start({ name: 'Ada' }, key, 'grown')).body.id).toBe(first.body.id);
  expect((await start({ name: 'Bob' }, key, 'grown')).body.type).toBe('/docs#idempotency-key-reused');
  expect((await start({ name: 'Ada' }, { 'idempotency-key': 'new' }, 'grown')).body.type).toBe(
    '/docs#invalid-input',
  );
});

test('a key does not reach an execution of a workflow that was deleted and created again', async () => {
  const key = { 'idempotency-key': 'k', prefer: 'wait=20' };
  await api.request('POST', '/workflows', { body: { ...waiting, id: 'again' } });
  const first = start({}, key, 'again');
  await api.answerAction({ output: { text: 'old' } });
  const { id } = (await first).body;
  await api.request('DELETE', '/workflows/again', { headers: { 'if-match': '*' } });
  await api.request('POST', '/workflows', {
    body: { id: 'again', steps: [{ id: 'text', transform: 'new' }] },
  });
  const { body } = await start({}, key, 'again');
  expect([body.output, body.id === id]).toEqual(['new', false]);
});

test('a running execution is stopped once', async () => {
  const id = await startWaiting();
  const stopped = await api.request('POST', `/executions/${id}/stop`, { body: { reason: 'wrong mailbox' } });
  expect(stopped.status).toBe(202);
  expect(stopped.body).toMatchObject({
    id,
    status: 'aborted',
    output: null,
    error: { name: 'Stopped', message: 'Stopped by editor: wrong mailbox', step_id: null },
  });
  expect(await get(id)).toEqual(stopped.body);
  const again = await api.request('POST', `/executions/${id}/stop`);
  expect([again.status, again.body.detail]).toEqual([409, `The execution ${id} has ended already: aborted`]);
  await api.answerAction({ output: { text: 'too late' } });
});

test.each([
  [{ id: 'ends_well', steps: [{ id: 'a', transform: 1 }] }, 'succeeded'],
  [{ id: 'ends_badly', steps: [{ id: 'a', fail: { error: 'Bad' } }] }, 'failed'],
])('one that has ended is not stopped, and stays as it ended', async (workflow, ended) => {
  await api.request('POST', '/workflows', { body: workflow });
  const { body } = await start({}, { prefer: 'wait=20' }, workflow.id);
  const { status, body: problem } = await api.request('POST', `/executions/${body.id}/stop`);
  expect([status, problem.type, problem.detail]).toEqual([
    409,
    '/docs#execution-ended',
    `The execution ${body.id} has ended already: ${ended}`,
  ]);
  expect(await get(body.id)).toMatchObject({ status: ended, ended_at: body.ended_at });
  await api.request('DELETE', `/workflows/${workflow.id}`, { headers: { 'if-match': '*' } });
});

test('stopping needs no body', async () => {
  const id = await startWaiting();
  const stopped = await api.request('POST', `/executions/${id}/stop`);
  expect(stopped.body.error).toEqual({ name: 'Stopped', message: 'Stopped by editor', step_id: null });
  await api.answerAction({ output: { text: 'too late' } });
});

test.each([
  'greeting',
  'greeting.',
  '.x',
  'greeting.a%2Fb',
  'greeting.a:b',
  `greeting.${'x'.repeat(81)}`,
  '..%2Fx.y',
])('the execution id %s is refused before it becomes an ARN', async (id) => {
  const { status, body } = await api.request('GET', `/executions/${id}`);
  expect([status, body.problems?.[0].pointer]).toEqual([400, '/path/id']);
});

test('an execution started directly in Step Functions can be read', async () => {
  const name = "it's-(mine)_1.0+a=b@c!";
  const stateMachineArn = arn('greeting');
  await new SFNClient({}).send(new StartExecutionCommand({ stateMachineArn, name, input: '{"name":"Ada"}' }));
  const { status, body } = await api.request('GET', `/executions/${encodeURIComponent(`greeting.${name}`)}`);
  expect([status, body.id]).toEqual([200, `greeting.${name}`]);
});

async function walk(
  query: string,
  from: string | null = null,
): Promise<{ id: string; status: string; started_at: string }[]> {
  const items = [];
  let cursor = from;
  do {
    const next: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const { body }: Answer = await api.request('GET', `/executions?${query}${next}`, { role: 'viewer' });
    items.push(...body.items);
    cursor = body.next_cursor;
  } while (cursor !== null);
  return items;
}

test('lists page through one workflow or all, the latest first, each execution once', async () => {
  await Promise.all(Array.from({ length: 7 }, () => start({ name: 'Ada' }, { prefer: 'wait=20' }, 'second')));
  const expected = new Set<string>();
  for (const id of ['greeting', 'waiting', 'second', 'changed', 'grown', 'again']) {
    const { executions = [] } = await new SFNClient({}).send(
      new ListExecutionsCommand({ stateMachineArn: arn(id) }),
    );
    for (const { name } of executions) expected.add(`${id}.${name}`);
  }
  // What happens to a run is told to the list by an event.
  const isListed = async () => {
    const listed = new Map((await walk('limit=100')).map(({ id, status }) => [id, status]));
    return [...expected].every(
      (id) => listed.has(id) && (!id.startsWith('second.') || listed.get(id) !== 'running'),
    );
  };
  await expect.poll(isListed).toBe(true);
  for (const limit of [1, 3, 100]) {
    const all = await walk(`limit=${limit}`);
    const listed = all.map(({ id }) => id);
    expect(listed).toEqual(expect.arrayContaining([...expected]));
    expect(new Set(listed).size).toBe(listed.length);
    const times = all.map(({ started_at }) => started_at);
    expect(times).toEqual(times.toSorted().reverse());
  }
  const second = await walk('limit=3&workflow_id=second');
  expect(second.map(({ id }) => id).sort()).toEqual(
    [...expected].filter((id) => id.startsWith('second.')).sort(),
  );
  for (const query of ['limit=2&status=aborted', 'limit=1&status=aborted&workflow_id=waiting']) {
    const aborted = await walk(query);
    expect(aborted.map(({ status }) => status)).toEqual(['aborted', 'aborted']);
  }
});

test('executions that start between two pages neither show twice nor hide others', async () => {
  const before = (await walk('limit=100')).map(({ id }) => id);
  const first = (await api.request('GET', '/executions?limit=4')).body;
  await Promise.all([start({ name: 'new' }), start({ name: 'new' }, {}, 'second')]);
  const rest = await walk('limit=4', first.next_cursor);
  expect([...first.items, ...rest].map(({ id }: { id: string }) => id)).toEqual(before);
});

test('a cursor counts only for the list that gave it', async () => {
  const all = (await api.request('GET', '/executions?limit=1')).body.next_cursor;
  const one = (await api.request('GET', '/executions?limit=1&workflow_id=greeting')).body.next_cursor;
  for (const query of [
    `workflow_id=greeting&cursor=${all}`,
    `status=failed&cursor=${all}`,
    `cursor=${one}`,
    `workflow_id=waiting&cursor=${one}`,
    `workflow_id=greeting&status=failed&cursor=${one}`,
    'cursor=nonsense',
  ]) {
    const { status, body } = await api.request('GET', `/executions?${query}`);
    expect([status, body.problems[0].code]).toEqual([400, 'invalid-cursor']);
  }
  for (const position of [
    { workflow_id: 'greeting', token: 'x' },
    ...['\ud800', '\0'].map((after) => ({ after, of: '[]' })),
  ])
    expect((await api.request('GET', `/executions?cursor=${encodeCursor(position)}`)).status).toBe(400);
});

test('a status that does not exist is refused with those that do', async () => {
  const { status, body } = await api.request('GET', '/executions?status=done');
  expect([status, body.problems[0].pointer]).toEqual([400, '/query/status']);
  expect(body.problems[0].message).toContain('timed_out');
});

test('a viewer may look but not start, stop or redrive', async () => {
  expect(
    (await api.request('POST', '/workflows/greeting/executions', { role: 'viewer', body: {} })).status,
  ).toBe(403);
  for (const action of ['stop', 'redrive']) {
    const { status } = await api.request('POST', `/executions/waiting.x/${action}`, { role: 'viewer' });
    expect(status).toBe(403);
  }
});

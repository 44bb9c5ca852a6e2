// Express workflows over real HTTP: answered with their result, read and listed from their logs. Long, so that all of it
// shares one stack.
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStack, greeting, startApiStack, waiting } from '../../test/support/api-stack.ts';
import type { Answer } from '../../test/support/checked-request.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack({ records: true });
  await create('quick');
});
afterAll(() => api.close());

const quick = { ...greeting, type: 'express' };
const create = (id: string, document: object = quick) =>
  api.request('POST', '/workflows', { body: { ...document, id } });
const start = (id: string, input: object = { name: 'Ada' }, headers: Record<string, string> = {}) =>
  api.request('POST', `/workflows/${id}/executions`, { body: { input }, headers });
const get = (path: string) => api.request('GET', path, { role: 'viewer' });
const remove = (id: string) => api.request('DELETE', `/workflows/${id}`, { headers: { 'if-match': '*' } });
const failing = { type: 'express', steps: [{ id: 'end', fail: { error: 'NotToday', cause: 'It rains' } }] };
const machineArn = (id: string) =>
  `arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-local-${id}`;
const machineType = async (id: string) =>
  (await new SFNClient({}).send(new DescribeStateMachineCommand({ stateMachineArn: machineArn(id) }))).type;

test('starting answers 200 with the execution that has ended, whatever is preferred, by both calls', async () => {
  const answers = [
    await start('quick'),
    await start('quick', { name: 'Ada' }, { prefer: 'wait=20' }),
    await start('quick', { name: 'Ada' }, { prefer: 'respond-async' }),
    await api.request('POST', '/workflows/execute', {
      body: { workflow_id: 'quick', variables: { name: 'Ada' } },
    }),
  ];
  for (const { status, headers, body } of answers) {
    const { id, started_at, ended_at, ...rest } = body;
    expect(status).toBe(200);
    expect(rest).toEqual({
      workflow_id: 'quick',
      workflow_version: 1,
      status: 'succeeded',
      redrive_count: 0,
      rerun_of: null,
      trigger: { type: 'api', user: 'editor' },
      input: { name: 'Ada' },
      output: { greeting: 'Hello Ada', times: 1 },
      error: null,
    });
    expect(headers.get('location')).toBe(`/executions/${id}`);
    expect(headers.has('preference-applied')).toBe(false);
    expect(ended_at >= started_at).toBe(true);
    expect((await get(`/executions/${id}`)).body).toEqual(body);
    const { id: _, ...logged } = body;
    expect((await get(`/executions/${id}/log`)).body).toEqual({
      execution_id: id,
      ...logged,
      usage: null,
      steps: [],
    });
  }
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(4);
});

test('the state machine is an Express one, and its run knows its name', async () => {
  await create('named', { type: 'express', steps: [{ id: 'a', transform: '{{ execution.name }}' }] });
  expect(await machineType('named')).toBe('EXPRESS');
  const { body } = await start('named', {});
  expect(body.id).toBe(`named.${body.output}`);
});

test('a run that fails, and one that takes too long, are answered with what went wrong', async () => {
  await create('failing', failing);
  const failed = await start('failing', {});
  expect([failed.status, failed.body.status, failed.body.output]).toEqual([200, 'failed', null]);
  expect(failed.body.error).toEqual({ name: 'NotToday', message: 'It rains', step_id: null });
  expect((await get(`/executions/${failed.body.id}`)).body).toEqual(failed.body);

  await create('slow', { ...waiting, type: 'express', timeout_seconds: 1 });
  const slow = await start('slow', {});
  expect([slow.status, slow.body.status]).toEqual([200, 'timed_out']);
  expect(slow.body.error).toEqual({
    name: 'States.Timeout',
    message: 'The execution ran into its time limit',
    step_id: null,
  });
  expect((await get(`/executions/${slow.body.id}/log`)).body).toMatchObject({
    status: 'timed_out',
    steps: [],
  });
  await api.answerAction({ output: { text: 'too late' } });
});

test('an action’s error is told as in any execution, without its stack trace', async () => {
  await create('acting', { ...waiting, type: 'express' });
  const answer = start('acting', {});
  await api.answerAction({ error: 'NotFound', message: 'There is no such page' });
  const { body, text } = await answer;
  expect(body).toMatchObject({
    status: 'failed',
    error: { name: 'NotFound', message: 'There is no such page' },
  });
  expect(text).not.toContain('secret.ts');
  const { text: log } = await get(`/executions/${body.id}/log`);
  expect(log).not.toContain('secret.ts');
});

test('an Idempotency-Key is refused, and nothing runs', async () => {
  await create('keyed');
  const { status, body } = await start('keyed', { name: 'Ada' }, { 'idempotency-key': 'k' });
  expect([status, body.type]).toEqual([400, '/docs#invalid-request']);
  expect(body.problems).toEqual([
    {
      code: 'not-in-express',
      pointer: '/headers/idempotency-key',
      message:
        'The workflow keyed is an Express workflow, whose runs Step Functions does not remember: an Idempotency-Key cannot keep a second request from running it again',
      hint: 'send none, or make it a standard workflow',
    },
  ]);
  expect((await get('/executions?workflow_id=keyed')).body).toEqual({ items: [], next_cursor: null });
});

test('an input that does not fit is refused before anything runs', async () => {
  const { status, body } = await start('quick', { name: 1 });
  expect([status, body.type, body.problems[0].pointer]).toEqual([422, '/docs#invalid-input', '/input/name']);
  const large = await start('quick', { name: 'x'.repeat(262_144) });
  expect([large.status, large.body.type]).toEqual([413, '/docs#body-too-large']);
});

test('large values are read as they were answered', async () => {
  const name = `ä"\\\u2028${'x'.repeat(120_000)}`;
  const { body } = await start('quick', { name });
  expect(body.output.greeting).toBe(`Hello ${name}`);
  expect((await get(`/executions/${body.id}`)).body).toEqual(body);
  expect((await get(`/executions/${body.id}/log`)).body.output).toEqual(body.output);
});

test('one that has ended can be neither stopped nor redriven; one that never was is not found', async () => {
  const { id } = (await start('quick')).body;
  const stopped = await api.request('POST', `/executions/${id}/stop`);
  expect([stopped.status, stopped.body.type]).toEqual([409, '/docs#execution-ended']);
  const failed = (await start('failing', {})).body.id;
  const redriven = await api.request('POST', `/executions/${failed}/redrive`);
  expect([redriven.status, redriven.body.detail]).toEqual([
    409,
    `The execution ${failed} cannot be redriven: it belongs to an Express workflow, whose executions Step Functions does not keep`,
  ]);
  const never = `quick.express-${'9'.repeat(13)}-${'0'.repeat(16)}`;
  for (const [method, path] of [
    ['GET', `/executions/${never}`],
    ['GET', `/executions/${never}/log`],
    ['POST', `/executions/${never}/stop`],
    ['POST', `/executions/${never}/redrive`],
  ] as const) {
    const { status, body } = await api.request(method, path);
    expect([status, body.detail]).toEqual([
      404,
      `There is no execution ${never}, nor a log of it; GET /executions lists the executions there are`,
    ]);
  }
});

test('a viewer may look but not start', async () => {
  const { status } = await api.request('POST', '/workflows/quick/executions', { role: 'viewer', body: {} });
  expect(status).toBe(403);
});

test('a run is of the version in force', async () => {
  await create('changed');
  const changed = await api.request('PUT', '/workflows/changed', {
    body: {
      ...quick,
      id: 'changed',
      steps: [{ id: 'text', transform: 'new {{ inputs.name }}{{ inputs.times }}' }],
    },
    headers: { 'if-match': '*' },
  });
  expect(changed.status).toBe(200);
  expect((await start('changed')).body).toMatchObject({ workflow_version: 2, output: 'new Ada1' });
});

interface Item {
  readonly id: string;
  readonly status: string;
  readonly started_at: string;
  readonly ended_at: string;
}

async function walk(query: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const { body }: Answer = await get(`/executions?${query}${next}`);
    expect(body.items.length > 0 || body.next_cursor === null).toBe(true);
    items.push(...body.items.map(summary));
    cursor = body.next_cursor;
  } while (cursor !== null);
  return items;
}

const summary = ({ id, workflow_id, status, started_at, ended_at }: Answer['body']) => ({
  id,
  workflow_id,
  status,
  started_at,
  ended_at,
});

test('lists page through Express executions, with those of other workflows, the latest first, each once', async () => {
  // It fails for one name, so that both ends are in one list.
  await create('mixed', {
    ...quick,
    steps: [
      { id: 'bad', when: '{{ inputs.name = "Eve" }}', fail: { error: 'Eve' } },
      { id: 'text', transform: '{{ inputs.name }}{{ inputs.times }}' },
    ],
  });
  await create('standard', greeting);
  const made: Answer['body'][] = [];
  for (const name of ['Ada', 'Eve', 'Bob', 'Eve', 'Cy']) {
    const both = [start('mixed', { name }), start('mixed', { name })];
    made.push(...(await Promise.all(both)).map(({ body }) => summary(body)));
    await start('standard', { name }, { prefer: 'wait=20' });
  }
  const latestFirst = (a: Item, b: Item) =>
    a.started_at === b.started_at ? (a.id < b.id ? -1 : 1) : a.started_at < b.started_at ? 1 : -1;
  made.sort(latestFirst);
  for (const limit of [1, 4, 100]) {
    expect(await walk(`workflow_id=mixed&limit=${limit}`), `pages of ${limit}`).toEqual(made);
    const failed = made.filter(({ status }) => status === 'failed');
    expect(failed).toHaveLength(4);
    expect(await walk(`workflow_id=mixed&status=failed&limit=${limit}`)).toEqual(failed);
    if (limit === 1) continue;
    const all = await walk(`limit=${limit}`);
    expect(all.filter(({ id }) => id.startsWith('mixed.'))).toEqual(made);
    expect(all.filter(({ id }) => id.startsWith('standard.'))).toHaveLength(5);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all).toEqual(all.toSorted(latestFirst));
  }
  for (const status of ['running', 'aborted', 'timed_out'])
    expect(await walk(`workflow_id=mixed&status=${status}`)).toEqual([]);
});

test('a cursor counts only for the list that gave it', async () => {
  const cursor = (await get('/executions?workflow_id=mixed&limit=1')).body.next_cursor;
  for (const query of ['workflow_id=quick', 'workflow_id=mixed&status=failed', 'limit=1']) {
    const { status, body } = await get(`/executions?${query}&cursor=${cursor}`);
    expect([status, body.problems[0].code], query).toEqual([400, 'invalid-cursor']);
  }
  const forged = Buffer.from(JSON.stringify({ workflow_id: 'mixed', token: '../x' })).toString('base64url');
  expect((await get(`/executions?workflow_id=mixed&cursor=${forged}`)).status).toBe(400);
});

test('the log is one object, whose folder and name tell how the run went', async () => {
  const { body } = await start('failing', {});
  const s3 = new S3Client({});
  const Bucket = 'ai-orchestra-local-logs';
  const Prefix = `executions/failing/express/failed/${body.id.slice('failing.'.length)}`;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  const took = Date.parse(body.ended_at) - Date.parse(body.started_at);
  expect(Contents.map(({ Key }) => Key)).toEqual([`${Prefix}.${took}.json`]);
  const object = await s3.send(new GetObjectCommand({ Bucket, Key: Contents[0]?.Key }));
  expect(JSON.parse((await object.Body?.transformToString()) ?? '')).toMatchObject({
    execution_id: body.id,
    error: { name: 'NotToday' },
  });
});

test('after a deletion the executions stay listed, as their logs stay', async () => {
  await create('again');
  const { body } = await start('again');
  expect((await remove('again')).status).toBe(204);
  expect((await start('again')).status).toBe(404);
  await create('again');
  const next = await start('again');
  expect((await walk('workflow_id=again')).map(({ id }) => id)).toEqual([next.body.id, body.id]);
  expect((await get(`/executions/${body.id}/log`)).body.output).toEqual(body.output);
});

test.each([
  ['express', quick, 'standard', greeting],
  ['standard', greeting, 'express', quick],
])('a workflow that is %s stays so', async (before, first, after, second) => {
  const id = `fixed-${before}`;
  const { headers } = await create(id, first);
  const { status, body } = await api.request('PUT', `/workflows/${id}`, {
    body: { ...second, id },
    headers: { 'if-match': '*' },
  });
  expect([status, body.type]).toEqual([422, '/docs#invalid-workflow']);
  expect(body.problems).toEqual([
    {
      code: 'type-fixed',
      pointer: '/type',
      message: `The type of a workflow cannot be changed, and ${id} is not ${after}: AWS fixes the type of a state machine when it is created`,
      hint: 'create another workflow, or delete this one first',
    },
  ]);
  expect((await get(`/workflows/${id}`)).headers.get('etag')).toBe(headers.get('etag'));
  expect((await start(id, { name: 'Ada' }, { prefer: 'wait=20' })).body.status).toBe('succeeded');

  // As the hint says.
  await remove(id);
  expect((await create(id, second)).status).toBe(201);
  expect(await machineType(id)).toBe(after.toUpperCase());
  expect((await start(id, { name: 'Ada' }, { prefer: 'wait=20' })).body.status).toBe('succeeded');
});

test('"type": "standard" is what a workflow is without it', async () => {
  await create('plain', greeting);
  const put = await api.request('PUT', '/workflows/plain', {
    body: { ...greeting, id: 'plain', type: 'standard' },
    headers: { 'if-match': '*' },
  });
  expect([put.status, put.body.type]).toEqual([200, 'standard']);
});

test('a state machine of the other type that no workflow has is replaced', async () => {
  const definition = JSON.stringify({ StartAt: 'a', States: { a: { Type: 'Succeed' } } });
  const roleArn = 'arn:aws:iam::000000000000:role/states';
  for (const [id, type, document] of [
    ['left-standard', 'STANDARD', quick],
    ['left-express', 'EXPRESS', greeting],
  ] as const) {
    const name = `ai-orchestra-local-${id}`;
    await new SFNClient({}).send(new CreateStateMachineCommand({ name, roleArn, definition, type }));
    expect((await create(id, document)).status).toBe(201);
    expect(await machineType(id)).toBe(type === 'STANDARD' ? 'EXPRESS' : 'STANDARD');
    expect((await start(id, { name: 'Ada' }, { prefer: 'wait=20' })).body.output).toEqual({
      greeting: 'Hello Ada',
      times: 1,
    });
  }
});

test('concurrency is kept and given back', async () => {
  const concurrency = { limit: 3, when_reached: 'skip' };
  const created = await create('counted', { ...greeting, concurrency });
  expect([created.status, created.body.concurrency]).toEqual([201, concurrency]);
  expect((await get('/workflows/counted')).body.concurrency).toEqual(concurrency);
});

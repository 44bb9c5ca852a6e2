// Workflows over real HTTP, with the local S3 and Step Functions. Long, so that all of it shares one stack.
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, ListStateMachineVersionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStack, greeting, startApiStack, waiting } from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());

const machineArn = (id: string) =>
  `arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-local-${id}`;
const anyVersion = { 'if-match': '*' };
const create = (id: string, document: object = greeting) =>
  api.request('POST', '/workflows', { body: { ...document, id } });
const run = async (id: string, input: object = { name: 'Ada' }) =>
  (
    await api.request('POST', `/workflows/${id}/executions`, {
      body: { input },
      headers: { prefer: 'wait=20' },
    })
  ).body;

test('a workflow is created, read, replaced and deleted', async () => {
  const created = await api.request('POST', '/workflows', { body: greeting });
  expect(created.status).toBe(201);
  expect(created.headers.get('location')).toBe('/workflows/greeting');
  expect(created.body).toMatchObject({ ...greeting, version: 1, updated_by: 'editor', warnings: [] });
  expect(created.body.created_at).toBe(created.body.updated_at);

  const read = await api.request('GET', '/workflows/greeting', { role: 'viewer' });
  expect(read.headers.get('etag')).toBe(created.headers.get('etag'));
  const { warnings: _, ...saved } = created.body;
  expect(read.body).toEqual(saved);

  // What was read is edited and sent back as it is, with the fields that the store added.
  const replaced = await api.request('PUT', '/workflows/greeting', {
    role: 'admin',
    body: { ...read.body, name: 'Salute', steps: [{ id: 'text', transform: 'Salute {{ inputs.name }}' }] },
    headers: { 'if-match': read.headers.get('etag') ?? '' },
  });
  expect(replaced.status).toBe(200);
  expect(replaced.body).toMatchObject({
    name: 'Salute',
    version: 2,
    updated_by: 'admin',
    created_at: read.body.created_at,
  });
  expect(replaced.headers.get('etag')).not.toBe(read.headers.get('etag'));
  expect(await run('greeting')).toMatchObject({ output: 'Salute Ada', workflow_version: 2 });

  expect((await api.request('DELETE', '/workflows/greeting')).status).toBe(428);
  const deleted = await api.request('DELETE', '/workflows/greeting', {
    headers: { 'if-match': replaced.headers.get('etag') ?? '' },
  });
  expect(deleted).toMatchObject({ status: 204, text: '' });
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['GET', '/definition'],
  ] as const) {
    const gone = await api.request(method, `/workflows/greeting${path}`, { headers: anyVersion });
    expect([gone.status, gone.body.detail]).toEqual([
      404,
      'There is no workflow greeting; GET /workflows lists those there are',
    ]);
  }
});

test('a document that names its schema is kept as it is', async () => {
  const $schema = 'https://example.com/workflow.schema.json';
  await create('with_schema', { $schema, ...greeting });
  const { body, headers } = await api.request('GET', '/workflows/with_schema');
  const { version, created_at, updated_at, updated_by, ...document } = body;
  expect(document).toEqual({ $schema, ...greeting, id: 'with_schema' });
  const sentBack = await api.request('PUT', '/workflows/with_schema', {
    body,
    headers: { 'if-match': headers.get('etag') ?? '' },
  });
  expect(sentBack.body).toMatchObject({ $schema, version: 2 });
});

test('the definition is the one that Step Functions has', async () => {
  await create('defined');
  const { body } = await api.request('GET', '/workflows/defined/definition');
  const { definition = '' } = await new SFNClient({}).send(
    new DescribeStateMachineCommand({ stateMachineArn: machineArn('defined') }),
  );
  expect(body).toEqual(JSON.parse(definition));
  expect(body).toMatchObject({ QueryLanguage: 'JSONata', Comment: 'defined version 1' });
});

test('an id can be used once, also when two ask for it at the same time', async () => {
  const answers = await Promise.all([create('twice'), create('twice'), create('twice')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  const refused = answers.find(({ status }) => status === 409);
  expect(refused?.body).toMatchObject({
    type: '/docs#already-exists',
    detail:
      'There is a workflow twice already; choose another id, or replace it with PUT /workflows/twice and its ETag in If-Match',
  });
  // The losers' clean-up must not take the version that the winner's document names.
  expect(await run('twice')).toMatchObject({
    status: 'succeeded',
    output: { greeting: 'Hello Ada', times: 1 },
  });
});

test('of several replacements from the same version one wins', async () => {
  const etag = (await create('raced')).headers.get('etag') ?? '';
  const names = ['a', 'b', 'c', 'd'];
  const answers = await Promise.all(
    names.map((name) =>
      api.request('PUT', '/workflows/raced', {
        body: { ...greeting, id: 'raced', steps: [{ id: 'text', transform: name }] },
        headers: { 'if-match': etag },
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  const winner = names[answers.findIndex(({ status }) => status === 200)];
  expect(await run('raced')).toMatchObject({ output: winner, workflow_version: 2 });
});

test('the versions of the last twenty saves stay, and those of failed saves go with the others', async () => {
  await create('pruned');
  const put = (text: string, ifMatch: string) =>
    api.request('PUT', '/workflows/pruned', {
      body: { ...greeting, id: 'pruned', steps: [{ id: 'text', transform: text }] },
      headers: { 'if-match': ifMatch },
    });
  const etag = (await api.request('GET', '/workflows/pruned')).headers.get('etag') ?? '';
  const raced = await Promise.all(['a', 'b', 'c'].map((text) => put(text, etag)));
  expect(raced.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  for (let n = 0; n < 22; n += 1) expect((await put(`text ${n}`, '*')).status).toBe(200);
  const { stateMachineVersions = [] } = await new SFNClient({}).send(
    new ListStateMachineVersionsCommand({ stateMachineArn: machineArn('pruned') }),
  );
  expect(stateMachineVersions).toHaveLength(20);
  expect(await run('pruned')).toMatchObject({ output: 'text 21', workflow_version: 24 });
});

test('whatever is created, replaced and deleted at once: the workflow is gone or it runs as it reads', async () => {
  const document = (text: string) => ({ id: 'race', steps: [{ id: 'text', transform: text }] });
  const save = (text: string) => api.request('POST', '/workflows', { body: document(text) });
  const remove = () => api.request('DELETE', '/workflows/race', { headers: anyVersion });
  for (let round = 0; round < 60; round += 1) {
    await save(`${round}`);
    const answers = await Promise.all([
      remove(),
      save(`${round} b`),
      save(`${round} c`),
      api.request('PUT', '/workflows/race', { body: document(`${round} d`), headers: anyVersion }),
      ...(round % 2 ? [remove(), save(`${round} e`)] : []),
    ]);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const { status, body } = await api.request('GET', '/workflows/race');
    if (status === 404) continue;
    expect(await run('race', {})).toMatchObject({ status: 'succeeded', output: body.steps[0].transform });
    expect((await api.request('GET', '/workflows/race/definition')).status).toBe(200);
  }
});

test('a stale If-Match changes nothing', async () => {
  const first = (await create('stale')).headers.get('etag') ?? '';
  const replace = (ifMatch: string, name: string) =>
    api.request('PUT', '/workflows/stale', {
      body: { ...greeting, id: 'stale', name },
      headers: { 'if-match': ifMatch },
    });
  expect((await replace(first, 'Second')).status).toBe(200);
  for (const ifMatch of [first, `W/${first}`, '"nonsense"', '', 'nonsense']) {
    expect((await replace(ifMatch, 'Third')).status).toBe(412);
  }
  const stale = await api.request('DELETE', '/workflows/stale', { headers: { 'if-match': first } });
  expect([stale.status, stale.body.type]).toEqual([412, '/docs#precondition-failed']);
  expect((await api.request('GET', '/workflows/stale')).body).toMatchObject({ name: 'Second', version: 2 });
  // One of several ETags is enough, and `*` stands for whatever there is.
  expect((await replace('*', 'Third')).body).toMatchObject({ name: 'Third', version: 3 });
  const { headers } = await api.request('GET', '/workflows/stale');
  // A weak ETag matches nothing, also when it is the right one.
  expect((await replace(`W/${headers.get('etag')}`, 'Fourth')).status).toBe(412);
  expect((await replace(`"x", ${headers.get('etag')}`, 'Fourth')).status).toBe(200);
  expect((await api.request('DELETE', '/workflows/stale', { headers: { 'if-match': '*' } })).status).toBe(
    204,
  );
});

test('PUT creates with If-None-Match: * and says 428 without a condition', async () => {
  const put = (headers: Record<string, string>, id = 'put') =>
    api.request('PUT', '/workflows/put', { body: { ...greeting, id }, headers });
  expect((await put({})).status).toBe(428);
  expect((await put({ 'if-match': '*' })).status).toBe(412);
  expect((await put({ 'if-match': '*', 'if-none-match': '*' })).status).toBe(400);
  expect((await put({ 'if-none-match': '"x"' })).body.problems).toMatchObject([
    { pointer: '/headers/if-none-match' },
  ]);
  const other = await put({ 'if-none-match': '*' }, 'other');
  expect([other.status, other.body.problems[0].pointer]).toEqual([422, '/id']);
  expect((await put({ 'if-none-match': '*' })).status).toBe(201);
  expect((await put({ 'if-none-match': '*' })).status).toBe(412);
});

test('a failed save leaves the old workflow in force', async () => {
  const etag = (await create('kept')).headers.get('etag') ?? '';
  const refused = await api.request('PUT', '/workflows/kept', {
    body: {
      ...greeting,
      id: 'kept',
      steps: [{ id: 'text', action: 'test.ecko', params: {} }],
      output: '{{ steps.txt }}',
    },
    headers: { 'if-match': etag },
  });
  expect([refused.status, refused.body.type]).toEqual([422, '/docs#invalid-workflow']);
  expect(refused.body.problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    '/steps/0/action',
    '/output',
  ]);
  expect((await api.request('GET', '/workflows/kept')).headers.get('etag')).toBe(etag);
  expect(await run('kept')).toMatchObject({
    workflow_version: 1,
    output: { greeting: 'Hello Ada', times: 1 },
  });
});

test('a state machine that an earlier save left behind is taken over', async () => {
  await create('left');
  await new S3Client({}).send(
    new DeleteObjectCommand({ Bucket: 'ai-orchestra-local-workflows', Key: 'workflows/left.json' }),
  );
  const again = await create('left', { ...greeting, steps: [{ id: 'text', transform: 'again' }] });
  expect(again.status).toBe(201);
  expect(await run('left')).toMatchObject({ output: 'again' });
});

test('an id whose last execution still runs cannot be used again yet', async () => {
  await create('waiting', waiting);
  const started = await api.request('POST', '/workflows/waiting/executions', { body: {} });
  expect(started.status).toBe(202);
  expect((await api.request('DELETE', '/workflows/waiting', { headers: anyVersion })).status).toBe(204);
  const again = await create('waiting', waiting);
  expect([again.status, again.body.type]).toEqual([409, '/docs#being-deleted']);
  await api.answerAction({ output: { text: 'hello' } });
});

test('validating saves nothing and lists every mistake', async () => {
  const validate = (body: unknown) => api.request('POST', '/workflows/validate', { role: 'viewer', body });
  expect((await validate({ ...greeting, id: 'validated' })).body).toEqual({
    valid: true,
    problems: [],
    warnings: [],
    schedules: [],
  });
  const { body } = await validate({ id: '../x', steps: [] });
  expect(body.valid).toBe(false);
  expect(body.problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
    expect.arrayContaining(['/id', '/steps']),
  );
  expect((await api.request('GET', '/workflows/validated')).status).toBe(404);
  const on = ['RateLimit'];
  const both = await validate({ id: 'w', steps: [{ id: 'a', action: 'x.y', retry: { on } }] });
  expect([both.body.problems, both.body.warnings].map(([{ code }]) => code)).toEqual([
    'unknown-action',
    'unlikely-error',
  ]);
});

test('the list pages through all workflows', async () => {
  const ids = ['list-a', 'list-a-b', 'list-b', 'list_c'];
  await Promise.all(ids.map((id) => create(id)));
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await api.request('GET', `/workflows?limit=2${query}`, { role: 'viewer' });
    expect(body.items.length).toBeLessThanOrEqual(2);
    seen.push(...body.items.map(({ id }: { id: string }) => id));
    cursor = body.next_cursor;
  }
  expect(seen).toEqual([...new Set(seen)]);
  expect(seen.filter((id) => id.startsWith('list')).sort()).toEqual(ids);
  const { body } = await api.request('GET', '/workflows');
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual(seen);
  expect(body.next_cursor).toBeNull();
});

test('the list tells how many schedules and webhooks a workflow has', async () => {
  const triggers = [
    { schedule: 'rate(1 hour)' },
    { schedule: 'rate(1 day)', enabled: false },
    { webhook: { verify: 'github' } },
  ];
  const id = 'counted_triggers';
  const inputs = { webhook: { type: 'object', required: false } };
  const saved = await api.request('POST', '/workflows', {
    body: { id, inputs, triggers, steps: [{ id: 'text', transform: 'x' }] },
  });
  expect(saved.status).toBe(201);
  const { body } = await api.request('GET', '/workflows');
  const found = body.items.find((item: { id: string }) => item.id === id);
  expect(found.triggers).toEqual({ schedules: 2, webhooks: 1 });
});

test.each([
  ['limit=0', '/query/limit'],
  ['limit=101', '/query/limit'],
  ['limit=x', '/query/limit'],
  ['cursor=nonsense', '/query/cursor'],
  [`cursor=${Buffer.from('"../x"').toString('base64url')}`, '/query/cursor'],
])('the query %s is refused', async (query, pointer) => {
  const { status, body } = await api.request('GET', `/workflows?${query}`);
  expect([status, body.type, body.problems[0].pointer]).toEqual([400, '/docs#invalid-request', pointer]);
});

test.each(['..%2Fx', 'A', '%00', 'a'.repeat(300), 'a.b'])('the id %s in a path is refused', async (id) => {
  const { status, body } = await api.request('GET', `/workflows/${id}`);
  expect([status, body.problems[0].pointer]).toEqual([400, '/path/id']);
});

test('a viewer may not save, and someone without a role may not read', async () => {
  const viewer = await api.request('POST', '/workflows', { role: 'viewer', body: greeting });
  expect([viewer.status, viewer.body.detail]).toEqual([403, 'This needs the role editor or admin']);
  expect((await api.request('GET', '/workflows', { role: 'nobody' })).status).toBe(403);
});

test('an id is refused that makes the name of the state machine too long for AWS', async () => {
  const prefix = process.env['STATE_MACHINE_ARN_PREFIX'];
  process.env['STATE_MACHINE_ARN_PREFIX'] = `${prefix}${'x'.repeat(40)}-`;
  try {
    const answers = [await create('a'.repeat(20)), await create('a'.repeat(21))];
    expect(answers.map(({ status }) => status)).toEqual([201, 422]);
    expect(answers[1]?.body.problems[0]).toMatchObject({
      pointer: '/id',
      hint: 'the id may have 20 characters at most',
    });
  } finally {
    process.env['STATE_MACHINE_ARN_PREFIX'] = prefix;
  }
});

// Templates over real HTTP, with the local S3, under both of their names.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { templateReader } from '../../lib/templates/read-template.ts';
import { type ApiStack, startApiStack } from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());

const letter = {
  id: 'letter',
  name: 'Letter',
  system_prompt: 'You write to {{ name }}.',
  user_prompt: 'Write about {{ topic }}.',
  variables: { name: { description: 'who gets it' }, topic: { default: 'the weather' } },
  model: 'gpt-5-mini',
  temperature: 0.2,
};
const Bucket = 'ai-orchestra-local-templates';

describe.each(['/templates', '/prompts'])('%s', (path) => {
  const id = `letter_${path.slice(1)}`;

  test('a template is created, read, rendered, replaced and deleted', async () => {
    const created = await api.request('POST', path, { body: { ...letter, id } });
    expect([created.status, created.headers.get('location')]).toEqual([201, `/templates/${id}`]);
    expect(created.body).toMatchObject({ ...letter, id, version: 1, updated_by: 'editor' });
    expect(created.body.warnings).toMatchObject([
      {
        code: 'model-ends',
        pointer: '/model',
        message: 'OpenAI shuts the model gpt-5-mini down on 2026-12-11',
      },
    ]);
    expect((await api.request('POST', path, { body: { ...letter, id } })).body.type).toBe(
      '/docs#already-exists',
    );

    const read = await api.request('GET', `${path}/${id}`, { role: 'viewer' });
    expect([read.headers.get('etag'), read.body]).toEqual([created.headers.get('etag'), created.body]);

    const rendered = await api.request('POST', `${path}/${id}/render`, {
      role: 'viewer',
      body: { variables: { name: 'Ada {{ topic }}' } },
    });
    expect(rendered.body).toEqual({
      system_prompt: 'You write to Ada {{ topic }}.',
      user_prompt: 'Write about the weather.',
      model: 'gpt-5-mini',
      temperature: 0.2,
    });

    const etag = read.headers.get('etag') ?? '';
    const replace = () =>
      api.request('PUT', `${path}/${id}`, {
        role: 'admin',
        body: { ...read.body, name: 'Note', model: 'gpt-5.4-mini' },
        headers: { 'if-match': etag },
      });
    const replaced = await replace();
    expect([replaced.status, replaced.body]).toMatchObject([
      200,
      { name: 'Note', version: 2, updated_by: 'admin', warnings: [] },
    ]);
    expect(replaced.body.created_at).toBe(read.body.created_at);
    expect((await replace()).status).toBe(412);

    expect((await api.request('DELETE', `${path}/${id}`, { headers: { 'if-match': etag } })).status).toBe(
      412,
    );
    expect((await api.request('DELETE', `${path}/${id}`)).status).toBe(428);
    const current = { 'if-match': replaced.headers.get('etag') ?? '' };
    expect((await api.request('DELETE', `${path}/${id}`, { headers: current })).status).toBe(204);
    expect((await api.request('GET', `${path}/${id}`)).body.detail).toBe(
      `There is no template ${id}; GET /templates lists those there are`,
    );
  });

  test('a missing variable is named', async () => {
    await api.request('POST', path, { body: { ...letter, id: `${id}_m` } });
    const { status, body } = await api.request('POST', `${path}/${id}_m/render`, {
      body: { variables: { topic: 'x' } },
    });
    expect([status, body.type]).toEqual([422, '/docs#invalid-variables']);
    expect(body.detail).toContain('needs the variable name');
    expect(body.problems).toEqual([
      {
        code: 'missing-variable',
        pointer: '/variables/name',
        message: 'The variable `name` is missing',
        hint: 'who gets it',
      },
    ]);
  });
});

test('what is saved is the template alone, which the actions read', async () => {
  await api.request('POST', '/templates', { body: { ...letter, id: 'plain' } });
  const object = await new S3Client({}).send(new GetObjectCommand({ Bucket, Key: 'templates/plain.json' }));
  expect(JSON.parse((await object.Body?.transformToString()) ?? '')).toEqual({ ...letter, id: 'plain' });
  expect(await templateReader()('plain', AbortSignal.timeout(5000))).toMatchObject({
    id: 'plain',
    name: 'Letter',
  });
});

test('a template that was copied into the bucket is at its first version', async () => {
  const Body = JSON.stringify({ ...letter, id: 'copied' });
  await new S3Client({}).send(new PutObjectCommand({ Bucket, Key: 'templates/copied.json', Body }));
  const { body, headers } = await api.request('GET', '/templates/copied');
  expect(body).toMatchObject({ version: 1, updated_by: '', created_at: body.updated_at });
  const replaced = await api.request('PUT', '/templates/copied', {
    body,
    headers: { 'if-match': headers.get('etag') ?? '' },
  });
  expect(replaced.body).toMatchObject({ version: 2, updated_by: 'editor', created_at: body.created_at });
});

test('of several replacements from the same version one wins', async () => {
  const created = await api.request('POST', '/templates', { body: { ...letter, id: 'raced' } });
  const answers = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) =>
      api.request('PUT', '/templates/raced', {
        body: { ...created.body, name },
        headers: { 'if-match': created.headers.get('etag') ?? '' },
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  const winner = answers.find(({ status }) => status === 200);
  expect((await api.request('GET', '/templates/raced')).body).toEqual(winner?.body);
});

test('PUT creates with If-None-Match: *, needs a condition and the same id', async () => {
  const put = (headers: Record<string, string>, id = 'put') =>
    api.request('PUT', '/templates/put', { body: { ...letter, id }, headers });
  expect((await put({})).status).toBe(428);
  expect((await put({ 'if-match': '*' })).status).toBe(412);
  expect((await put({ 'if-none-match': '*' }, 'other')).body.problems[0].pointer).toBe('/id');
  expect((await put({ 'if-none-match': '*' })).status).toBe(201);
  expect((await put({ 'if-none-match': '*' })).status).toBe(412);
  expect((await put({ 'if-match': '*' })).body.version).toBe(2);
});

test('a template with mistakes is refused with all of them', async () => {
  const { status, body } = await api.request('POST', '/templates', {
    body: { id: 'Bad', user_prompt: 'x', temprature: 1, temperature: 3 },
  });
  expect([status, body.type]).toEqual([422, '/docs#invalid-body']);
  expect(body.problems.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
    '/id',
    '/name',
    '/temperature',
    '/temprature',
  ]);
});

test('the list pages by id and does not hold the texts', async () => {
  const first = (await api.request('GET', '/templates?limit=1', { role: 'viewer' })).body;
  expect(first.items).toEqual([
    {
      id: 'copied',
      name: 'Letter',
      description: null,
      version: 2,
      updated_by: 'editor',
      created_at: expect.any(String),
      updated_at: expect.any(String),
    },
  ]);
  const rest = (await api.request('GET', `/prompts?cursor=${first.next_cursor}`)).body;
  expect(rest.items.map(({ id }: { id: string }) => id)).toEqual([
    'letter_prompts_m',
    'letter_templates_m',
    'plain',
    'put',
    'raced',
  ]);
  expect(rest.next_cursor).toBeNull();
});

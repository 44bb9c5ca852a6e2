// Versions of workflows and templates over real HTTP: listed, read, brought back. The objects are the local S3's.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, UpdateStateMachineAliasCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeCursor } from '../../lib/stores/cursor.ts';
import { workflowStore } from '../../lib/stores/workflows.ts';
import { replaceWorkflow } from '../../lib/workflows/save.ts';
import { type ApiStack, startApiStack } from '../../test/support/api-stack.ts';
import type { RequestOptions } from '../../test/support/checked-request.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack({ records: true });
});
afterAll(() => api.close());

const says = (id: string, text: string, more: object = {}) => ({
  id,
  steps: [{ id: 'text', transform: text }],
  output: '{{ steps.text }}',
  ...more,
});
const create = (id: string, text: string, more?: object) =>
  api.request('POST', '/workflows', { body: says(id, text, more) });
const save = (id: string, text: string, more?: object, role: RequestOptions['role'] = 'editor') =>
  api.request('PUT', `/workflows/${id}`, { role, body: says(id, text, more), headers: { 'if-match': '*' } });
const versions = async (path: string) =>
  (await api.request('GET', `${path}/versions`, { role: 'viewer' })).body;
const rollback = (path: string, version: number, ifMatch: string | undefined = '*') =>
  api.request('POST', `${path}/rollback`, {
    body: { version },
    headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
  });
/** The number of each version, with the one that it restores. */
const numbers = async (path: string) =>
  (await versions(path)).items.map(({ version, restored_version }: Record<string, number | null>) =>
    restored_version === null ? version : `${version} of ${restored_version}`,
  );
const textOf = async (id: string, version: number) =>
  (await api.request('GET', `/workflows/${id}/versions/${version}`)).body.steps[0].transform;

test('versions are listed the latest first, with who saved them and when, and each can be read', async () => {
  const first = await create('said', 'one');
  // Its key begins with that of the other.
  await create('said2', 'other');
  const second = await save('said', 'two', { name: 'Said' }, 'admin');
  expect(await versions('/workflows/said')).toEqual({
    items: [
      { version: 2, updated_at: second.body.updated_at, updated_by: 'admin', restored_version: null },
      { version: 1, updated_at: first.body.updated_at, updated_by: 'editor', restored_version: null },
    ],
    next_cursor: null,
  });
  const { body } = await api.request('GET', '/workflows/said/versions/1', { role: 'viewer' });
  const { warnings: _, ...saved } = first.body;
  expect(body).toEqual({ ...saved, restored_version: null });
  for (const path of ['said/versions/3', 'said3/versions/1', 'said3/versions']) {
    const { status } = await api.request('GET', `/workflows/${path}`);
    expect(status, path).toBe(404);
  }
  for (const number of ['0', '1.5', 'x', '-1'])
    expect((await api.request('GET', `/workflows/said/versions/${number}`)).status, number).toBe(400);
});

test('a page ends at a version, and the next one goes on below it', async () => {
  await create('paged', '1');
  for (const text of ['2', '3', '4', '5']) await save('paged', text);
  const seen: number[][] = [];
  let cursor = '';
  for (;;) {
    const { body } = await api.request('GET', `/workflows/paged/versions?limit=2${cursor}`);
    seen.push(body.items.map(({ version }: { version: number }) => version));
    if (body.next_cursor === null) break;
    cursor = `&cursor=${body.next_cursor}`;
  }
  expect(seen).toEqual([[5, 4], [3, 2], [1]]);
  // Of another list, half a surrogate pair, NUL.
  for (const position of [{ after: 'x' }, 'a-user', '\ud800', '\0', '']) {
    const forged = encodeCursor(position);
    const { status, body } = await api.request('GET', `/workflows/paged/versions?cursor=${forged}`);
    expect([status, body.problems[0].code], forged).toEqual([400, 'invalid-cursor']);
  }
});

test('a version is brought back as a new one that names it, and runs', async () => {
  await create('back', 'good', { name: 'Good' });
  const bad = await save('back', 'bad');
  expect((await rollback('/workflows/back', 1, '"stale"')).body.type).toBe('/docs#precondition-failed');
  expect((await api.request('POST', '/workflows/back/rollback', { body: { version: 1 } })).body.type).toBe(
    '/docs#precondition-required',
  );
  expect((await rollback('/workflows/back', 7)).body).toMatchObject({
    status: 404,
    detail: 'No version 7 of the workflow back is kept',
  });
  expect((await rollback('/workflows/none', 1)).status).toBe(404);
  expect(await numbers('/workflows/back')).toEqual([2, 1]);

  const restored = await rollback('/workflows/back', 1, bad.headers.get('etag') ?? '');
  expect(restored.body).toMatchObject({ name: 'Good', version: 3, steps: [{ transform: 'good' }] });
  expect((await api.request('GET', '/workflows/back')).headers.get('etag')).toBe(
    restored.headers.get('etag'),
  );
  expect(await numbers('/workflows/back')).toEqual(['3 of 1', 2, 1]);
  const run = await api.request('POST', '/workflows/back/executions', {
    body: {},
    headers: { prefer: 'wait=20' },
  });
  expect(run.body).toMatchObject({ output: 'good', workflow_version: 3 });

  // What was read can be sent back as it is, and is a save as any other.
  const { body } = await api.request('GET', '/workflows/back/versions/3');
  await api.request('PUT', '/workflows/back', { body, headers: { 'if-match': '*' } });
  expect(await numbers('/workflows/back')).toEqual([4, '3 of 1', 2, 1]);
});

test('a version that has mistakes by now is refused with them, and nothing changes', async () => {
  await create('called', 'x', { inputs: { a: { type: 'string' } } });
  await api.request('POST', '/workflows', {
    body: { id: 'calls', steps: [{ id: 'call', workflow: 'called', input: { a: 'x' } }] },
  });
  await save('calls', 'calls nobody');
  await save('called', 'x', { inputs: { b: { type: 'string' } } });
  const { status, body } = await rollback('/workflows/calls', 1);
  expect([status, body.problems.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
    422,
    ['/steps/0/input', '/steps/0/input/a'],
  ]);
  expect(body.detail).toMatch(/^Version 1 cannot be brought back as it is\. The workflow has 2 mistakes: /);
  expect(await numbers('/workflows/calls')).toEqual([2, 1]);
});

test('a save that was undone is no version, and the one after it has its number', async () => {
  await create('undone', 'one');
  const sfn = new SFNClient({});
  let failures = 0;
  sfn.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === UpdateStateMachineAliasCommand.name && failures++ === 0)
        throw new Error('The connection was lost');
      return next(args);
    },
    { step: 'initialize' },
  );
  const lost = replaceWorkflow(says('undone', 'lost'), 'ada', 'undone', '*', { sfn });
  await expect(lost).rejects.toThrow('The connection was lost');
  expect(await numbers('/workflows/undone')).toEqual([1]);
  await save('undone', 'two');
  expect(await numbers('/workflows/undone')).toEqual([2, 1]);
  expect([await textOf('undone', 2), await textOf('undone', 1)]).toEqual(['two', 'one']);
});

test('a workflow that was deleted and created again has only its own versions', async () => {
  await create('again', 'old');
  await save('again', 'older');
  await api.request('DELETE', '/workflows/again', { headers: { 'if-match': '*' } });
  expect((await api.request('GET', '/workflows/again/versions')).status).toBe(404);
  await create('again', 'new');
  expect(await numbers('/workflows/again')).toEqual([1]);
  expect(await textOf('again', 1)).toBe('new');
  expect((await api.request('GET', '/workflows/again/versions/2')).status).toBe(404);
});

test('a pause is no version, and what is brought back keeps the pauses of today', async () => {
  const hourly = { triggers: [{ schedule: 'rate(1 hour)' }] };
  const enabled = async () => (await api.request('GET', '/workflows/hourly')).body.triggers[0].enabled;
  await create('hourly', 'one', hourly);
  await api.request('POST', '/schedules/hourly.0/pause', { role: 'admin' });
  const paused = await versions('/workflows/hourly');
  expect(paused.items).toMatchObject([{ version: 1, updated_by: 'editor' }]);
  await save('hourly', 'two', hourly);
  const { body } = await api.request('GET', '/workflows/hourly/versions/2');
  expect([body.triggers, await enabled()]).toEqual([hourly.triggers, false]);
  expect((await rollback('/workflows/hourly', 1)).body.warnings).toMatchObject([{ code: 'schedule-paused' }]);
  expect(await enabled()).toBe(false);
  // Version 2 was saved while the schedule was paused.
  await api.request('POST', '/schedules/hourly.0/resume');
  await rollback('/workflows/hourly', 2);
  expect(await enabled()).toBeUndefined();
  expect(await numbers('/workflows/hourly')).toEqual(['4 of 2', '3 of 1', 2, 1]);
});

test('a version of a format that is not read any more can be read, and is not brought back', async () => {
  const { body: created } = await create('future', 'one');
  const stored = await workflowStore().read('future');
  const older = { ...stored?.document, workflow: { id: 'future', steps: 'of another form' } };
  const put = (Body: string) =>
    new S3Client({}).send(
      new PutObjectCommand({ Bucket: process.env['WORKFLOWS_BUCKET'], Key: 'workflows/future.json', Body }),
    );
  await put(JSON.stringify(older));
  await put('no document at all');
  await put(JSON.stringify({ ...stored?.document, version: 2 }));
  expect(await numbers('/workflows/future')).toEqual([2, 1]);
  // The first object of the version says what was saved; without it the later one does.
  expect((await api.request('GET', '/workflows/future/versions/1')).body.created_at).toBe(created.created_at);
  await put(JSON.stringify({ ...older, version: 3 }));
  await put(JSON.stringify({ ...stored?.document, version: 4 }));
  const { body } = await api.request('GET', '/workflows/future/versions/3');
  expect(body).toMatchObject({ version: 3, steps: 'of another form' });
  expect((await rollback('/workflows/future', 3)).body.type).toBe('/docs#invalid-workflow');
});

test('the runs of one version are listed', async () => {
  await create('runs', 'one');
  const run = async () =>
    (await api.request('POST', '/workflows/runs/executions', { body: {}, headers: { prefer: 'wait=20' } }))
      .body.id;
  const ofFirst = await run();
  await save('runs', 'two');
  const ofSecond = await run();
  const idsOf = async (query: string): Promise<string[]> => {
    const { body } = await api.request('GET', `/executions?workflow_id=runs${query}`);
    return body.items.map(({ id }: { id: string }) => id);
  };
  while ((await idsOf('&status=succeeded')).length < 2);
  expect(await idsOf('&workflow_version=1')).toEqual([ofFirst]);
  expect(await idsOf('&workflow_version=2')).toEqual([ofSecond]);
  expect(await idsOf('&workflow_version=3')).toEqual([]);
});

test('templates have versions too', async () => {
  const letter = (text: string) => ({ id: 'letter', name: 'Letter', user_prompt: text });
  const put = (text: string) =>
    api.request('PUT', '/templates/letter', { body: letter(text), headers: { 'if-match': '*' } });
  await api.request('POST', '/templates', { body: letter('one') });
  await api.request('DELETE', '/templates/letter', { headers: { 'if-match': '*' } });
  const first = await api.request('POST', '/templates', { role: 'admin', body: letter('again one') });
  await put('two');
  expect(await numbers('/templates/letter')).toEqual([2, 1]);
  expect((await versions('/prompts/letter')).items[1]).toEqual({
    version: 1,
    updated_at: first.body.updated_at,
    updated_by: 'admin',
    restored_version: null,
  });
  const { warnings: _, ...saved } = first.body;
  const { body } = await api.request('GET', '/templates/letter/versions/1');
  expect(body).toEqual({ ...saved, restored_version: null });
  expect((await api.request('GET', '/templates/letter/versions/3')).status).toBe(404);
  expect((await rollback('/templates/letter', 1, '"stale"')).status).toBe(412);
  expect((await rollback('/templates/letter', 9)).status).toBe(404);
  const restored = await rollback('/templates/letter', 1);
  expect(restored.body).toMatchObject({ user_prompt: 'again one', version: 3, updated_by: 'editor' });
  expect(await numbers('/templates/letter')).toEqual(['3 of 1', 2, 1]);
  await put('four');
  expect(await numbers('/templates/letter')).toEqual([4, '3 of 1', 2, 1]);
});

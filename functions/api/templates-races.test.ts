// Templates that somebody else changes between the reading and the writing of a request.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { templateStore } from '../../lib/stores/templates.ts';
import { deleteTemplate, replaceTemplate } from '../../lib/templates/operations.ts';
import { type ApiStack, startApiStack } from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());

const template = (id: string, name: string) => ({ id, name, user_prompt: 'Hi', variables: {} });

/** The store, with another save after the first read. */
function overtakenStore(id: string, name = 'Theirs') {
  const store = templateStore();
  let isFirst = true;
  return {
    ...store,
    read: async (asked: string) => {
      const found = await store.read(asked);
      if (isFirst) {
        isFirst = false;
        await api.request('PUT', `/templates/${id}`, {
          body: template(id, name),
          headers: { 'if-match': '*' },
        });
      }
      return found;
    },
  };
}

async function created(id: string): Promise<string> {
  const { status, headers } = await api.request('POST', '/templates', { body: template(id, 'First') });
  expect(status).toBe(201);
  return headers.get('etag') ?? '';
}
const nameOf = async (id: string) => (await api.request('GET', `/templates/${id}`)).body.name;

test('a deletion of a named version deletes no other', async () => {
  const etag = await created('kept');
  await expect(deleteTemplate('kept', etag, overtakenStore('kept'))).rejects.toMatchObject({
    type: 'precondition-failed',
  });
  expect(await nameOf('kept')).toBe('Theirs');
});

test('a deletion of whatever there is deletes what came meanwhile too', async () => {
  await created('gone');
  await deleteTemplate('gone', '*', overtakenStore('gone'));
  expect((await api.request('GET', '/templates/gone')).status).toBe(404);
});

test('a replacement of a named version replaces no other, and of whatever there is counts on', async () => {
  const etag = await created('replaced');
  const mine = template('replaced', 'Mine');
  await expect(replaceTemplate(mine, 'ada', etag, overtakenStore('replaced'))).rejects.toMatchObject({
    type: 'precondition-failed',
  });
  expect(await nameOf('replaced')).toBe('Theirs');
  const { history } = await replaceTemplate(mine, 'ada', '*', overtakenStore('replaced', 'Again'));
  expect([history.version, history.updated_by, await nameOf('replaced')]).toEqual([4, 'ada', 'Mine']);
});

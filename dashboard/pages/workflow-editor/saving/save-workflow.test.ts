// Saving: what was read is what is replaced, and somebody else's version is never lost.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetAnswers } from '../../../api/request.ts';
import { saveWorkflow } from './save-workflow.ts';

/** Each request is answered by its method. */
let answers: Readonly<Record<string, readonly [status: number, body: object]>> = {};
let sent: (readonly [method: string, path: string, headers: object])[] = [];
beforeEach(() => {
  sent = [];
  forgetAnswers();
  vi.stubGlobal('fetch', async (path: string, { method = '', headers }: RequestInit) => {
    const { 'content-type': _, ...given } = Object.fromEntries(new Headers(headers));
    sent.push([method, path, given]);
    const [status, body] = answers[method] ?? [500, {}];
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', etag: '"2"' },
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

const document = { id: 'w', steps: [] };
const text = '{ "id": "w",   "steps": [] }';
const stored = { ...document, name: 'w', version: 3, created_at: 'c', updated_at: 'u', updated_by: 'bo' };
const warnings = [
  { code: 'connection-missing', pointer: '/steps/0', message: 'No connection github', hint: 'Store it.' },
  { code: 'model-ends', pointer: '/steps/0', message: 'It ends' },
];
const saved = { id: 'w', etag: '"1"', version: 2 };

test('what was read is replaced, and stays as it was written', async () => {
  answers = { PUT: [200, { ...stored, warnings }] };
  expect(await saveWorkflow(document, text, saved)).toEqual({
    kind: 'saved',
    origin: { saved: { id: 'w', etag: '"2"', version: 3 }, text },
    missing: ['No connection github. Store it.'],
  });
  expect(sent).toEqual([['PUT', '/workflows/w', { 'if-match': '"1"' }]]);
});

test('what comes back in another form is shown in that', async () => {
  answers = { PUT: [200, { ...stored, steps: [{ id: 'a', transform: 1 }], warnings: [] }] };
  const outcome = await saveWorkflow(document, text, saved);
  expect(outcome.kind === 'saved' && outcome.origin.text).toContain('"transform": 1');
});

test.each([412, 404])('of two who save the second sees the version of the first: %d', async (status) => {
  answers = { PUT: [status, {}], GET: [200, stored] };
  const { theirs } = { theirs: undefined, ...(await saveWorkflow(document, text, saved)) };
  expect(theirs).toMatchObject({ etag: '"2"', version: 3, updated_at: 'u', updated_by: 'bo' });
  expect(JSON.parse(theirs?.text ?? '')).toEqual({ ...document, name: 'w' });
  answers = { PUT: [status, {}], GET: [404, {}] };
  expect(await saveWorkflow(document, text, saved)).toEqual({ kind: 'conflict', theirs: undefined });
});

test('a first save takes no id that another workflow has', async () => {
  answers = { POST: [201, { ...stored, version: 1, warnings: [] }] };
  expect(await saveWorkflow(document, text, undefined)).toMatchObject({
    origin: { saved: { id: 'w', etag: '"2"', version: 1 }, text },
  });
  answers = { POST: [409, { type: '/docs#already-exists' }] };
  expect(await saveWorkflow(document, text, undefined)).toEqual({ kind: 'taken', id: 'w' });
});

test.each([403, 422, 503])('what is refused for another reason is told: %d', async (status) => {
  answers = { PUT: [status, {}], POST: [status, {}] };
  await expect(saveWorkflow(document, text, saved)).rejects.toMatchObject({ status });
  await expect(saveWorkflow(document, text, undefined)).rejects.toMatchObject({ status });
  expect(sent.map(([method]) => method)).toEqual(['PUT', 'POST']);
});

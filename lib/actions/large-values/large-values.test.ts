// Texts that are too large for a state: kept apart, referred to, and put back into the input of later calls.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { defineAction } = await import('../define-action.ts');

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  server.stored.set('/ai-orchestra/test/connections/echo/default', '{"token":"tok-1234567890"}');
});
beforeEach(() => {
  for (const key of kept()) server.stored.delete(key);
});
afterAll(() => server.close());

const kept = () => [...server.stored.keys()].filter((key) => key.startsWith('/logs-bucket/'));
const sha256 = (content: string) => createHash('sha256').update(content, 'latin1').digest('hex');

const parts = {
  title: 'Echo',
  summary: 'Gives what it is given.',
  connection: { provider: 'echo', secrets: z.object({ token: z.string() }) },
  effect: 'read',
  timeoutSeconds: 5,
  input: z.strictObject({
    text: z.unknown(),
    file: z.string().default(''),
    list: z.array(z.string()).default([]),
  }),
} as const;

/** An action that gives what it is given. */
const echo = (changes: { keepsReferences?: boolean } = {}) =>
  defineAction({
    ...parts,
    ...changes,
    output: z.object({
      text: z.unknown(),
      file: z.string().meta({ contentEncoding: 'base64' }).describe('Bytes'),
      content_type: z.string(),
      list: z.array(z.string()),
    }),
    example: { input: { text: '' }, output: { text: '', file: '', content_type: '', list: [] } },
    run: async (input) => ({ ...input, content_type: 'image/png' }),
  });

const long = 'Grüße '.repeat(50_000);
const run1 = { execution: { id: 'arn:aws:states:us-east-1:000000000000:execution:m:run-1' } };
const run2 = { execution: { id: 'arn:aws:states:us-east-1:000000000000:execution:m:run-2' } };

/** The reference to a text that a call of the first run has given. */
async function referenceTo(text: string): Promise<unknown> {
  return (await invoke(echo(), { text }, run1))['text'];
}

test('of an output over 200 KB the longest texts are kept apart; a retry writes nothing more', async () => {
  const output = await invoke(echo(), { text: long, list: ['x'.repeat(1000)] }, run1);
  expect(output).toEqual({
    text: {
      large_value: expect.stringMatching(/^[0-9a-f]{32}\/[0-9a-f]{64}$/),
      size_bytes: 400_000,
      content_type: 'text/plain; charset=utf-8',
      preview: long.slice(0, 1498),
    },
    file: '',
    content_type: 'image/png',
    list: ['x'.repeat(1000)],
  });
  const { large_value } = Object(output['text']);
  expect(kept()).toEqual([`/logs-bucket/values/${large_value}`]);
  expect(Buffer.from(server.stored.get(kept()[0] ?? '') ?? '', 'latin1').toString()).toBe(long);
  expect(await invoke(echo(), { text: long, list: ['x'.repeat(1000)] }, run1)).toEqual(output);
  expect(kept()).toHaveLength(1);
});

test.each([
  [204_800, 'string'],
  [204_801, 'object'],
])('an output of %d bytes has its text as a %s', async (bytes, type) => {
  const rest = JSON.stringify({ text: '', file: '', content_type: 'image/png', list: [] }).length;
  const { text } = await invoke(echo(), { text: 'x'.repeat(bytes - rest) }, run1);
  expect(typeof text).toBe(type);
});

test('the bytes of a file are kept as bytes, with the type that stands beside them, and come back as base64', async () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256));
  const { file } = await invoke(echo(), { text: '', file: bytes.toString('base64') }, run1);
  expect(file).toEqual({
    large_value: expect.stringMatching(
      new RegExp(`^[0-9a-f]{32}/${sha256(bytes.toString('latin1'))}\\.base64$`),
    ),
    size_bytes: 300_000,
    content_type: 'image/png',
    preview: bytes.toString('base64').slice(0, 98),
  });
  expect(server.stored.get(kept()[0] ?? '')).toBe(bytes.toString('latin1'));
  expect(await invoke(echo({ keepsReferences: true }), { text: file }, run1)).toMatchObject({ text: file });
  const seen: unknown[] = [];
  await invoke(looking(seen), { text: { nested: [file, file] } }, run1);
  const whole = bytes.toString('base64');
  expect(seen).toEqual([{ nested: [whole, whole] }]);
});

/** An action that keeps what it is given. */
const looking = (seen: unknown[]) =>
  defineAction({
    ...parts,
    output: z.object({}),
    example: { input: { text: '' }, output: {} },
    async run({ text }) {
      seen.push(text);
      return {};
    },
  });

test.each<[string, (reference: unknown) => unknown, unknown]>([
  ['alone', (reference) => reference, long],
  ['joined to text', (reference) => `Of {it}: ${JSON.stringify(reference)}.`, `Of {it}: ${long}.`],
  ['twice', (reference) => `${JSON.stringify(reference)}${JSON.stringify(reference)}`, `${long}${long}`],
  ['in JSON', (reference) => JSON.stringify({ a: reference, b: 1 }), JSON.stringify({ a: long, b: 1 })],
])('a later call of the run is given the whole text: %s', async (_, place, whole) => {
  const reference = await referenceTo(long);
  const seen: unknown[] = [];
  await invoke(looking(seen), { text: place(reference) }, run1);
  expect(seen).toEqual([whole]);
});

test('a preview that holds quotes, braces and half of an escape is no end of the reference', async () => {
  const text = `{"large_value":"}\\"${'"}\\ '.repeat(60_000)}`;
  const reference = await referenceTo(text);
  const seen: unknown[] = [];
  await invoke(looking(seen), { text: `<${JSON.stringify(reference)}>` }, run1);
  expect(seen).toEqual([`<${text}>`]);
});

test('reruns and the runs of workflows that a run has started read what it has kept, and it what they have', async () => {
  const reference = await referenceTo(long);
  const child = { execution: { ...run2.execution, values_of: run1.execution.id } };
  const seen: unknown[] = [];
  await invoke(looking(seen), { text: reference }, child);
  expect((await invoke(echo(), { text: long }, child))['text']).toEqual(reference);
  const given = (await invoke(echo(), { text: `of the child: ${long}` }, child))['text'];
  await invoke(looking(seen), { text: given }, run1);
  expect(seen).toEqual([long, `of the child: ${long}`]);
  await expect(invoke(looking(seen), { text: given }, run2)).rejects.toMatchObject({ name: 'InvalidInput' });
});

test('a reference of another run is refused as a value, and stays text within a text', async () => {
  const reference = await referenceTo(long);
  await expect(invoke(echo(), { text: '', list: ['', reference] }, run2)).rejects.toMatchObject({
    name: 'InvalidInput',
    message:
      'The input is invalid. /list/1: refers to a large value of another run; only that run, its reruns and the runs of workflows that it starts can read it',
  });
  const text = `Mail: ${JSON.stringify(reference)}`;
  expect(await invoke(echo(), { text }, run2)).toMatchObject({ text });
});

test.each([
  { large_value: '../../executions/m/run-1.json' },
  { large_value: `${'0'.repeat(32)}/../${'0'.repeat(64)}` },
  { large_value: `other-bucket/${'0'.repeat(32)}/${'0'.repeat(64)}` },
  { large_value: `${'0'.repeat(32)}/${'0'.repeat(64)}/x` },
  { large_value: `${'0'.repeat(32)}/${'0'.repeat(64)}\n` },
  { large_value: 5 },
  { large_value: null, size_bytes: 1 },
])('what is no reference is data: %j', async (text) => {
  expect(await invoke(echo(), { text }, run1)).toMatchObject({ text });
});

test('what is not kept any more is LargeValueExpired, with its id; what S3 refuses is ProviderUnavailable', async () => {
  const reference = await referenceTo(long);
  const { large_value } = Object(reference);
  const [key = ''] = kept();
  server.stored.delete(key);
  await expect(invoke(echo(), { text: reference }, run1)).rejects.toMatchObject({
    name: 'LargeValueExpired',
    message: `The large value ${large_value} is not kept any more: run the step again that gave it`,
  });
  server.stored.set(key, 'other');
  await expect(invoke(echo(), { text: reference }, run1)).rejects.toMatchObject({
    name: 'ProviderUnavailable',
    message: `The large value ${large_value} did not arrive from S3 as it was kept`,
  });
  server.stored.set(key, '!');
  await expect(invoke(echo(), { text: reference }, run1)).rejects.toMatchObject({
    name: 'ProviderUnavailable',
    message: `The large value ${large_value} could not be transferred: S3 answered 500`,
  });
});

test("the connection's secrets are not kept with a text", async () => {
  await invoke(echo(), { text: `tok-1234567890${long}` }, run1);
  expect(server.stored.get(kept()[0] ?? '')).toMatch(/^\[redacted\]Gr/);
});

test('lists are not kept apart: an output that they make too large is OutputTooLarge', async () => {
  const list = Array.from({ length: 300 }, () => 'x'.repeat(1000));
  await expect(invoke(echo(), { text: long, list }, run1)).rejects.toMatchObject({ name: 'OutputTooLarge' });
});

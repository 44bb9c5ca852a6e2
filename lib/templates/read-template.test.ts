// How actions read templates from S3, and what they are told when there is none.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { startS3 } from '../../local/s3/testing/s3.ts';
import { InvalidInput, NotFound, ProviderUnavailable } from '../errors.ts';
import { templateReader } from './read-template.ts';

let bench: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  bench = await startS3();
  process.env['TEMPLATES_BUCKET'] = await bench.newBucket();
});
afterAll(() => bench.close());

const letter = { id: 'letter', name: 'Letter', user_prompt: 'Hi {{ name }}', variables: { name: {} } };
const { signal } = new AbortController();
/** The template, or the error's class and message. */
const read = (id: string, given = signal) =>
  templateReader(bench.client)(id, given).catch((error: Error) => [error.constructor, error.message]);

test('each call sees the newest version', async () => {
  await bench.put('templates/letter.json', JSON.stringify(letter));
  const reader = templateReader(bench.client);
  expect(await reader('letter', signal)).toEqual(letter);
  await bench.put('templates/letter.json', JSON.stringify({ ...letter, name: 'Note' }));
  expect((await reader('letter', signal)).name).toBe('Note');
});

test('one that is not there does not exist, which no retry would change', async () => {
  expect(await read('none')).toEqual([NotFound, 'The template none does not exist']);
});

test.each([
  ['not-json', '{', ''],
  ['no-name', JSON.stringify({ ...letter, id: 'no-name', name: undefined }), 'name'],
  [
    'no-text',
    JSON.stringify({ ...letter, id: 'no-text', variables: { name: { description: 1 } } }),
    'variables',
  ],
])('a file that is no template says where it is wrong: %s', async (id, text, pointer) => {
  await bench.put(`templates/${id}.json`, text);
  const [error, message] = z.tuple([z.unknown(), z.string()]).parse(await read(id));
  expect([error, message.startsWith(`The stored template ${id} is not valid: /${pointer}: `)]).toEqual([
    InvalidInput,
    true,
  ]);
});

test('an id that is none is not looked for: it could name another object', async () => {
  await bench.put('templates/../other.json', JSON.stringify(letter));
  await expect(templateReader(bench.client)('../other', signal)).rejects.toThrow();
});

test('when AWS refuses it is told which error that was, and nothing of its words', async () => {
  vi.stubEnv('TEMPLATES_BUCKET', 'nobodys-bucket');
  expect(await read('letter')).toEqual([
    ProviderUnavailable,
    'The template letter could not be read from AWS: NoSuchBucket',
  ]);
  vi.unstubAllEnvs();
});

test('a call that is given up asks no further', async () => {
  expect(await read('letter', AbortSignal.abort())).toEqual([
    ProviderUnavailable,
    'The template letter could not be read from AWS: AbortError',
  ]);
});

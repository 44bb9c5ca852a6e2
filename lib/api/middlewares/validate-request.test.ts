// The parts of a request, checked. What each mistake is called is tested in test/api/bad-input.test.ts.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { apiChain, apiEvent } from '../../../test/support/api-event.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { AnyRequest, ApiEvent, Caller, Matched } from '../request/request.ts';
import type { Route } from '../routes/route.ts';
import { validateRequest } from './validate-request.ts';

const route: Route = {
  operation: 'putThing',
  method: 'PUT',
  path: '/things/{id}',
  function: 'things',
  role: 'editor',
  tag: 'Things',
  summary: '',
  params: z.object({ id: z.string().max(4) }),
  query: z.strictObject({ limit: z.coerce.number().default(20) }),
  headers: z.object({ 'if-match': z.string() }),
  body: z.strictObject({ id: z.string(), name: z.string() }),
  answers: {},
  problems: [],
};

async function parsed(changes: Partial<ApiEvent>, own: Route = route): Promise<AnyRequest> {
  const matched = invocationValue<Matched>('route');
  const caller = invocationValue<Caller>('caller');
  const request = invocationValue<AnyRequest>('request');
  const operation = async () => ({ status: 200 });
  const context = lambdaContext();
  await apiChain()
    .before(() => {
      matched.set(context, { route: own, operation });
      caller.set(context, { user: 'ada', roles: ['editor'] });
    })
    .use(validateRequest(matched, caller, request))
    .handler(async () => ({ statusCode: 200 }))(apiEvent(changes), context);
  return request.get(context);
}

const good: Partial<ApiEvent> = {
  pathParameters: { id: 'a' },
  headers: { 'if-match': '"1"', other: 'x' },
  body: '{"id":"a","name":"Ada"}',
};

test('every part as its schema makes it, and who calls', async () => {
  expect(await parsed(good)).toEqual({
    params: { id: 'a' },
    query: { limit: 20 },
    headers: { 'if-match': '"1"' },
    body: { id: 'a', name: 'Ada' },
    raw: undefined,
    user: 'ada',
    roles: ['editor'],
  });
});

test.each([
  ['path', { ...good, pathParameters: { id: 'abcde' } }, 'invalid-request', '/path/id'],
  ['query', { ...good, queryStringParameters: { limits: '2' } }, 'invalid-request', '/query/limits'],
  ['headers', { ...good, headers: {} }, 'invalid-request', '/headers/if-match'],
  ['body', { ...good, body: '{"id":"a","name":5}' }, 'invalid-body', '/name'],
] as const)('a mistake in the %s', async (_, changes, type, pointer) => {
  await expect(parsed(changes)).rejects.toMatchObject({ type, problems: [{ pointer }] });
});

test('a body takes the id of the path only where the route says so, and keeps its own', async () => {
  const changes = { ...good, body: '{"name":"Ada"}' };
  await expect(parsed(changes)).rejects.toMatchObject({ problems: [{ code: 'missing', pointer: '/id' }] });
  expect((await parsed(changes, { ...route, bodyIdFromPath: true })).body).toEqual({ id: 'a', name: 'Ada' });
  const other = { ...good, body: '{"id":"b","name":"Ada"}' };
  expect((await parsed(other, { ...route, bodyIdFromPath: true })).body).toEqual({ id: 'b', name: 'Ada' });
});

test('large numbers keep their digits only where the route says so', async () => {
  const own = { ...route, body: z.object({ n: z.unknown() }) };
  const changes = { ...good, body: '{"n":9007199254740993}' };
  await expect(parsed(changes, own)).rejects.toMatchObject({
    type: 'invalid-json',
    problems: [{ pointer: '/n' }],
  });
  const { body } = await parsed(changes, { ...own, exactNumbers: true });
  expect(JSON.stringify(body)).toBe('{"n":9007199254740993}');
});

test('a raw request is the very bytes and every header', async () => {
  const { body: _, ...withoutBody } = route;
  const bytes = Buffer.from([0xff, 0x00]);
  const changes = { ...good, body: bytes.toString('base64'), isBase64Encoded: true };
  const { raw, body } = await parsed(changes, { ...withoutBody, raw: true });
  expect([raw, body]).toEqual([{ headers: good.headers, body: bytes, isText: false }, undefined]);
});

// Hostile requests: keys of JavaScript's own objects, invalid UTF-8, invalid page tokens, incomplete requests. Each is
// answered as AWS would, or its connection is closed, and the engine goes on.
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localSignature } from '../../aws/signature.ts';
import { ROLE, TestEngine } from '../testing/engine.ts';

let engine: TestEngine;
let echo: string;
beforeAll(async () => {
  engine = await TestEngine.start();
  echo = await engine.create({ P: { Type: 'Pass', Output: '{% $states.input %}', End: true } });
});
afterAll(() => engine.close());

const signed = localSignature('states');

/** Posts any body. */
const raw = (operation: string, body: string | Uint8Array) =>
  fetch(engine.endpoint, {
    method: 'POST',
    headers: {
      ...signed,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
    },
    body,
  });

async function errorOf(
  response: Response,
): Promise<readonly [status: number, type: string, message: string]> {
  const { __type, message } = (await response.json()) as Record<string, string>; // the form of AWS JSON errors
  return [response.status, __type ?? '', message ?? ''];
}

test('keys of JavaScript’s own objects are data like any other', async () => {
  const input =
    '{"__proto__":{"polluted":1},"constructor":{"prototype":null},"toString":3,"hasOwnProperty":false}';
  const { executionArn } = await engine.client.send(
    new StartExecutionCommand({ stateMachineArn: echo, input }),
  );
  const { execution } = await engine.ended(executionArn ?? '');
  expect([execution.input, execution.output]).toEqual([input, input]);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test.each([
  ['$states.input.toString', '"own"'],
  ['$states.input.constructor.constructor', '"deep"'],
  ['$states.input.list.toString', '[1,2,3]'],
  ['$states.input.list[toString = 1].toString', '1'],
  ["$lookup($states.input.list, 'toString')", '[1,2,3]'],
  ['$exists($states.input.valueOf)', 'false'],
  ['[$states.input.hasOwnProperty, $toString, 1]', '[1]'],
  ["$exists($lookup({}, 'constructor'))", 'false'],
  ["$exists($states.input.__proto__.__defineGetter__('then', $uppercase))", 'false'],
])('an expression finds only fields that the data has: %s is %s', async (expression, output) => {
  const list: readonly object[] = [{ toString: 1 }, { toString: [2, 3] }, {}];
  const input = { toString: 'own', constructor: { constructor: 'deep' }, list };
  const states = { P: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } };
  expect((await engine.run(states, input)).execution.output).toBe(output);
  expect(Reflect.has({}, 'then')).toBe(false);
});

test('the last of two equal keys counts, as in AWS', async () => {
  const body = `{"stateMachineArn":"x","stateMachineArn":"${echo}","name":"twice","input":"{\\"a\\":1,\\"a\\":2}"}`;
  expect((await raw('StartExecution', body)).status).toBe(200);
  const { execution } = await engine.ended(`${echo.replace('stateMachine', 'execution')}:twice`);
  expect([execution.input, execution.output]).toEqual(['{"a":1,"a":2}', '{"a":2}']);
});

test('states may have such names', async () => {
  const states = {
    constructor: { Type: 'Pass', Next: 'toString' },
    toString: { Type: 'Pass', Output: 1, End: true },
  };
  expect((await engine.run(states)).output).toBe(1);
  const definition = (state: object) =>
    JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'P', States: { P: state } });
  for (const state of [{ Type: 'toString' }, { Type: 'Pass', Next: 'valueOf' }]) {
    const request = { name: 'inherited', roleArn: ROLE, definition: definition(state) };
    expect((await engine.post('CreateStateMachine', request)).type).toBe('InvalidDefinition');
  }
});

test('invalid UTF-8 is refused', async () => {
  const [before = '', after = ''] = JSON.stringify({ stateMachineArn: echo, input: '"?"' }).split('?');
  for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80]]) {
    const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    expect(await errorOf(await raw('StartExecution', body))).toEqual([
      400,
      'SerializationException',
      'The request body is not UTF-8',
    ]);
  }
});

test.each(['\ud800', 'a\u0000b', 'a\ufffe', 'a b', '\u{10ffff}'])('the name %j is refused', async (name) => {
  const { type } = await engine.post('StartExecution', { stateMachineArn: echo, name });
  expect(type).toBe('InvalidName');
});

test('a name may be in any script', async () => {
  const name = 'Bestellung-ü-注文-😀';
  const { executionArn } = await engine.client.send(
    new StartExecutionCommand({ stateMachineArn: echo, name }),
  );
  expect((await engine.ended(executionArn ?? '')).execution.name).toBe(name);
});

test('bodies of megabytes are refused for the field that is too large', async () => {
  const input = JSON.stringify('x'.repeat(2_000_000));
  const { status, type, body } = await engine.post('StartExecution', { stateMachineArn: echo, input });
  expect([status, type]).toEqual([400, 'ValidationException']);
  expect(body['message']?.length).toBeLessThan(300);
});

const awsJson = { 'content-type': 'application/x-amz-json-1.0' };
const target = { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' };

test.each<[what: string, path: string, init: RequestInit]>([
  ['GET', '/', { headers: target }],
  ['PUT', '/', { method: 'PUT', headers: { ...awsJson, ...target }, body: '{}' }],
  ['another path', '/state-machines', { method: 'POST', headers: { ...awsJson, ...target }, body: '{}' }],
  ['no X-Amz-Target', '/', { method: 'POST', headers: awsJson, body: '{}' }],
  ['an empty X-Amz-Target', '/', { method: 'POST', headers: { ...awsJson, 'x-amz-target': '' }, body: '{}' }],
  [
    'one of no operation',
    '/',
    { method: 'POST', headers: { 'x-amz-target': 'AWSStepFunctions.' }, body: '{}' },
  ],
  [
    'one in small letters',
    '/',
    { method: 'POST', headers: { 'x-amz-target': 'AWSStepFunctions.liststatemachines' }, body: '{}' },
  ],
  [
    'two of them',
    '/',
    { method: 'POST', headers: [...Object.entries(target), ...Object.entries(target)], body: '{}' },
  ],
])('a request with %s names no operation', async (_, path, init) => {
  const [status, type] = await errorOf(await fetch(engine.endpoint + path, signedToo(init)));
  expect([status, type]).toEqual([400, 'UnknownOperationException']);
});

/** The request with a signature, without which none is answered. */
function signedToo(init: RequestInit): RequestInit {
  const headers = new Headers(init.headers);
  headers.set('authorization', signed.authorization);
  return { ...init, headers };
}

const HEAD = `POST / HTTP/1.1
Host: 127.0.0.1
Authorization: ${signed.authorization}
Content-Type: application/x-amz-json-1.0
X-Amz-Target: AWSStepFunctions.ListStateMachines
`.replaceAll('\n', '\r\n');

/** The response to these bytes, after which the client sends nothing. */
async function answerTo(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(engine.endpoint).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.end(bytes);
  return text(socket);
}

test.each([
  ['half of its body', `${HEAD}Content-Length: 100\r\n\r\n{"maxRe`],
  ['two lengths', `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['chunks that are none', `${HEAD}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`],
  ['a header of 20 KB', `${HEAD}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['no HTTP', '\u0000\u0001\u0002\r\n\r\n'],
])('%s is refused by HTTP itself, and nobody else is kept waiting', async (_, bytes) => {
  expect(await answerTo(bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect((await engine.post('ListStateMachines', {})).status).toBe(200);
});

test('a body in pieces is waited for, and one that stops blocks no other request', async () => {
  const slow = connect(Number(new URL(engine.endpoint).port), '127.0.0.1');
  await once(slow, 'connect');
  slow.write(`${HEAD}Connection: close\r\nContent-Length: 16\r\n\r\n{"maxRe`);
  const stopped = connect(Number(new URL(engine.endpoint).port), '127.0.0.1');
  await once(stopped, 'connect');
  stopped.write(`${HEAD}Content-Length: 16\r\n\r\n{"maxRe`);
  expect((await engine.post('ListStateMachines', {})).status).toBe(200);
  stopped.resetAndDestroy();
  slow.write('sults":1}');
  expect(await text(slow)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*"stateMachines":\[\{/s);
});

const LISTS = ['ListStateMachines', 'ListExecutions', 'ListStateMachineVersions', 'ListStateMachineAliases'];

test.each([...LISTS, 'GetExecutionHistory', 'ListMapRuns'])('%s refuses invalid pages', async (operation) => {
  const executionArn = await engine.start(echo);
  const about = LISTS.includes(operation) ? { stateMachineArn: echo } : { executionArn };
  const page = async (fields: object) => {
    const { status, type } = await engine.post(operation, { ...about, ...fields });
    return `${status} ${type}`;
  };
  for (const maxResults of [0, 1, 1000, null]) expect(await page({ maxResults })).toBe('200 null');
  for (const maxResults of [-1, 1001, 1e30])
    expect(await page({ maxResults })).toBe('400 ValidationException');
  for (const maxResults of ['1', 1.5, true, []])
    expect(await page({ maxResults })).toBe('400 SerializationException');
  for (const nextToken of ['', 'x'.repeat(3097)])
    expect(await page({ nextToken })).toBe('400 ValidationException');
  for (const nextToken of ['forged', '-1', Buffer.from(`${operation} -1`).toString('base64url')])
    expect(await page({ nextToken })).toBe('400 InvalidToken');
  expect(await page({ nextToken: 5 })).toBe('400 SerializationException');
});

test('a page token is valid only for its operation', async () => {
  for (let n = 0; n < 2; n += 1) await engine.start(echo);
  const list = (operation: string, fields: object) =>
    engine.post(operation, { stateMachineArn: echo, maxResults: 1, ...fields });
  const { nextToken } = (await list('ListExecutions', {})).body;
  expect((await list('ListExecutions', { nextToken })).status).toBe(200);
  for (const operation of LISTS.filter((name) => name !== 'ListExecutions'))
    expect((await list(operation, { nextToken })).type).toBe('InvalidToken');
});

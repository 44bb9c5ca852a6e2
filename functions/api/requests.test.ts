// What every request has in common, over real HTTP: bodies, parameters, roles, headers; and the actions, health and docs.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../../lib/api/routes/route-table.ts';
import { type ApiStack, greeting, startApiStack } from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());

const post = (raw: string | Buffer, headers: Record<string, string> = {}) =>
  api.request('POST', '/workflows/validate', { raw, headers });

test.each([
  ['{"id": "x",}', 'line 1, column 12 (position 11)'],
  ['{\n  "id": x\n}', 'line 2, column 9 (position 10)'],
  ['{"id": "x"', 'line 1, column 11 (position 10), at the end of the body'],
  ["{'id': 1}", 'line 1, column 2 (position 1)'],
  ['{"a": 1} {"b": 2}', 'line 1, column 10 (position 9)'],
  ['// no\n{}', 'line 1, column 1 (position 0)'],
  ['{"a": "\u0001"}', '(position 7)'],
  [`{"a": ${'['.repeat(50_000)}`, 'nested deeper than 200 levels'],
])('invalid JSON is refused with its place: %j', async (raw, place) => {
  const { status, headers, body } = await post(raw);
  expect([status, headers.get('content-type'), body.type]).toEqual([
    400,
    'application/problem+json',
    '/docs#invalid-json',
  ]);
  expect(body.detail).toContain(place);
});

test('a duplicate key is refused with its place', async () => {
  const { status, body } = await post(
    '{"id": "w",\n "steps": [{"id": "a", "wait": "PT1S", "wait": "PT2S"}]}',
  );
  expect([status, body.type, body.problems]).toEqual([
    400,
    '/docs#invalid-json',
    [
      {
        code: 'duplicate-key',
        pointer: '/steps/0/wait',
        message: 'The key "wait" stands twice in one object',
        hint: 'It stands at line 2, column 24 too: only one of the values would count.',
      },
    ],
  ]);
});

test('numbers that would not be kept as they stand are refused with their places', async () => {
  const { status, body } = await post(
    '{"id": "w", "steps": [{"id": "a", "transform": {"x": 8202522731445525542, "y": [1e400]}}]}',
  );
  expect([status, body.type, body.problems]).toEqual([
    400,
    '/docs#invalid-json',
    [
      {
        code: 'inexact-number',
        pointer: '/steps/0/transform/x',
        message: '8202522731445525542 has more digits than are kept: it would become 8202522731445525504',
        hint: 'Write it as a text, in quotation marks.',
      },
      {
        code: 'inexact-number',
        pointer: '/steps/0/transform/y/0',
        message: '1e400 is larger than any number that is kept, 1.8e308',
        hint: 'Write it as a text, in quotation marks.',
      },
    ],
  ]);
});

test('bytes that are not UTF-8 are refused', async () => {
  // Without a type the gateway passes bytes on as they are.
  const response = await fetch(`${api.url}/workflows/validate`, {
    method: 'POST',
    headers: { authorization: 'Bearer editor' },
    body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
  });
  expect([response.status, await response.json()]).toMatchObject([400, { type: '/docs#invalid-json' }]);
});

test('JSON that is nested too deep is refused, with or without a schema', async () => {
  const { status, body } = await post(`{"id":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
  expect([status, body.detail]).toEqual([400, 'The JSON is nested deeper than 200 levels']);
});

test('a body may have 1,048,576 bytes and not one more, however it is sent', async () => {
  const padded = (bytes: number) => `{"a":"${'é'.repeat((bytes - 8) / 2)}"}`;
  expect(Buffer.byteLength(padded(1_048_576))).toBe(1_048_576);
  expect((await post(padded(1_048_576))).status).toBe(200);
  const { status, body } = await post(`${padded(1_048_576)} `);
  expect([status, body.detail]).toEqual([413, 'The body has 1048577 bytes; 1048576 are allowed']);
  // API Gateway passes this type on in base64.
  const other = await post(`${padded(1_048_576)} `, { 'content-type': 'application/octet-stream' });
  expect(other.status).toBe(413);
});

test.each(['application/x-www-form-urlencoded', 'text/plain', 'application/xml', 'application/octet-stream'])(
  'a body of the type %s is refused',
  async (type) => {
    const { status, body } = await post('{}', { 'content-type': type });
    expect([status, body.type]).toEqual([415, '/docs#unsupported-media-type']);
    expect(body.detail).toContain('Content-Type: application/json');
  },
);

test.each(['application/json; charset=utf-8', 'application/vnd.api+json', 'APPLICATION/JSON'])(
  'a body of the type %s is JSON',
  async (type) => expect((await post('{}', { 'content-type': type })).status).toBe(200),
);

test.each([
  ['', 'A JSON body is missing'],
  ['[]', 'The body must be an object, but it is a list'],
  ['"x"', 'The body must be an object, but it is a string'],
  ['null', 'The body must be an object, but it is null'],
])('the body %j is refused where an object is needed', async (raw, message) => {
  const { status, body } = await api.request('POST', '/workflows/validate', raw === '' ? {} : { raw });
  expect([status, body.type, body.problems[0].pointer]).toEqual([422, '/docs#invalid-body', '']);
  expect(body.detail).toContain(message);
});

test('an unknown key is refused with a suggestion', async () => {
  const { body } = await api.request('POST', '/workflows/execute', {
    body: { workflow_id: 'x', variable: {} },
  });
  expect(body.problems).toEqual([
    {
      code: 'unknown-key',
      pointer: '/variable',
      message: '`variable` is not known here',
      hint: 'did you mean `variables`?',
    },
  ]);
});

test.each([
  ['/workflows/execute', { workflow_id: 'x', input: {} }, 'here it is called `variables`'],
  ['/workflows/x/executions', { variables: {} }, 'here it is called `input`'],
  ['/workflows/x/executions', { other: {} }, 'known: input'],
])('%s with the body %j gives a hint', async (path, body, hint) => {
  const { problems } = (await api.request('POST', path, { body })).body;
  expect(problems.map((problem: { hint: string }) => problem.hint)).toEqual([hint]);
});

test.each([
  ['/workflows/execute', '{"workflow_id":"x","variables":{"__proto__":{}}}', '/variables/__proto__'],
  ['/workflows/x/executions', '{"input":{"__proto__":1}}', '/input/__proto__'],
  ['/workflows/x/executions', '{"__proto__":null}', '/__proto__'],
  ['/workflows/validate', '{"id":"x","__proto__":{"steps":[]}}', '/__proto__'],
  [
    '/templates',
    '{"id":"a","name":"A","user_prompt":"x","variables":{"__proto__":{"description":"d"}}}',
    '/variables/__proto__',
  ],
  ['/templates/x/render', '{"variables":{"__proto__":"1"}}', '/variables/__proto__'],
])('POST %s with %s: the name is refused, not dropped', async (path, text, pointer) => {
  const { status, body } = await api.request('POST', path, {
    raw: text,
    headers: { 'content-type': 'application/json' },
  });
  expect([status, body.problems]).toEqual([
    422,
    [expect.objectContaining({ code: 'unknown-key', pointer, message: '`__proto__` is not known here' })],
  ]);
});

test.each([
  ['/workflows?limit=x', 'wrong-type', '`limit` must be a number, but it is "x"'],
  ['/workflows?limit=1.5', 'wrong-type', '`limit` must be a whole number, but it is "1.5"'],
  ['/workflows?limit=0', 'too-small', '`limit` must be at least 1, but it is "0"'],
  ['/workflows?limit=0x10', 'wrong-type', '`limit` must be a number, but it is "0x10"'],
  ['/workflows?limit=1e1', 'wrong-type', '`limit` must be a number, but it is "1e1"'],
  ['/workflows?limit=%2010', 'wrong-type', '`limit` must be a number, but it is " 10"'],
  ['/workflows?limit=010', 'wrong-type', '`limit` must be a number, but it is "010"'],
  ['/workflows?limit=', 'wrong-type', '`limit` must be a number, but it is ""'],
  ['/workflows?limit=-1', 'too-small', '`limit` must be at least 1, but it is "-1"'],
  ['/workflows?limit=1&limit=2', 'wrong-type', '`limit` must be a number, but it is "1,2"'],
  ['/workflows?limit=101', 'too-large', '`limit` must be at most 100, but it is "101"'],
  [
    '/executions?status=done',
    'invalid-value',
    '`status` must be one of `running`, `succeeded`, `failed`, `timed_out`, `aborted`, `failed_or_timed_out`, but it is "done"',
  ],
  [
    '/workflows/A',
    'invalid-format',
    '`id`: a workflow id begins with a lower-case letter and has at most 48 of a-z, 0-9, _ and -',
  ],
])('GET %s is refused in plain words', async (path, code, message) => {
  const { status, body } = await api.request('GET', path);
  expect([status, body.problems]).toMatchObject([400, [{ code, message }]]);
});

test.each([
  [{ id: 'a', name: 'A' }, 'missing', '/user_prompt', '`user_prompt` is missing', 'it must be a string'],
  [
    { id: 'a', name: '', user_prompt: 'x' },
    'too-small',
    '/name',
    '`name` must be at least 1 character long, but it is ""',
    undefined,
  ],
  [
    { id: 'a', name: 'A', user_prompt: 'x', variables: 7 },
    'wrong-type',
    '/variables',
    '`variables` must be an object or a list, but it is 7',
    undefined,
  ],
  [
    { id: 'a', name: 'A', user_prompt: 'x', variables: { y: { description: 7 } } },
    'wrong-type',
    '/variables/y/description',
    '`variables.y.description` must be a string, but it is 7',
    undefined,
  ],
])('the template %j is refused in plain words', async (template, code, pointer, message, hint) => {
  const { status, body } = await api.request('POST', '/templates', { body: template });
  expect([status, body.problems]).toEqual([422, [{ code, pointer, message, ...(hint && { hint }) }]]);
});

test.each([
  ['/workflows?limt=3', 'limt', 'did you mean `limit`?'],
  ['/workflows?zzzzzz=3', 'zzzzzz', 'known: limit, cursor'],
  ['/workflows/x?limit=3', 'limit', 'there are no parameters here'],
  ['/workflows?__proto__=1', '__proto__', 'known: limit, cursor'],
  ['/workflows?constructor=1', 'constructor', 'known: limit, cursor'],
  ['/health?verbose=1', 'verbose', 'there are no parameters here'],
])('GET %s is refused for its unknown parameter', async (path, name, hint) => {
  const { status, body } = await api.request('GET', path);
  expect([status, body.problems]).toEqual([
    400,
    [
      {
        code: 'unknown-parameter',
        pointer: `/query/${name}`,
        message: `There is no parameter \`${name}\` here`,
        hint,
      },
    ],
  ]);
});

test.each([
  ['workflows', { steps: [{ id: 'text', transform: 'x' }] }],
  ['templates', { name: 'A', user_prompt: 'x' }],
])('PUT /%s/{id} takes the id from the path when the body has none', async (resource, document) => {
  const put = (body: object) =>
    api.request('PUT', `/${resource}/from_path`, { body, headers: { 'if-none-match': '*' } });
  const other = await put({ ...document, id: 'other' });
  expect([other.status, other.body.problems[0].code]).toEqual([422, 'id-differs']);
  const { status, body } = await put(document);
  expect([status, body.id]).toEqual([201, 'from_path']);
});

test('the actions are those of the catalogue, without internal fields', async () => {
  const { status, body } = await api.request('GET', '/actions', { role: 'viewer' });
  expect(status).toBe(200);
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['test.echo']);
  expect(Object.keys(body.items[0]).sort()).toEqual(
    'background connection effect example id input output provider retryable_errors summary timeout_seconds title'.split(
      ' ',
    ),
  );
});

test('health, description, schema and documentation need no token', async () => {
  expect((await fetch(`${api.url}/health`)).status).toBe(200);
  expect(await (await fetch(`${api.url}/health`)).json()).toEqual({ status: 'ok' });
  const openApi = await fetch(`${api.url}/openapi.json`);
  expect(await openApi.json()).toMatchObject({ openapi: '3.1.1' });
  const schema = await fetch(`${api.url}/workflow.schema.json`);
  expect(schema.headers.get('cache-control')).toBe('public, max-age=300');
  const { $schema, definitions } = (await schema.json()) as Record<string, Record<string, unknown>>;
  expect($schema).toBe('http://json-schema.org/draft-07/schema#');
  expect(definitions?.['test.echo']).toMatchObject({ properties: { text: {} } });
  const docs = await fetch(`${api.url}/docs`);
  expect(docs.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(docs.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(docs.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await docs.text()).toContain('<h1>AI-Orchestra API</h1>');
});

test.each(
  routes
    .filter(({ role }) => role !== null)
    .map((route) => [`${route.method} ${route.path}`, route] as const),
)('%s refuses a lesser role before validating the request', async (_, { method, path, role }) => {
  const target = path.replace('{id}', '..%2F');
  const tooLow = { viewer: 'nobody', editor: 'viewer', admin: 'editor' } as const;
  const raw = method === 'GET' ? {} : { raw: '{' };
  const refused = await api.request(method, target, { role: tooLow[role ?? 'viewer'], ...raw });
  expect([refused.status, refused.body.type]).toEqual([403, '/docs#forbidden']);
  const admitted = await api.request(method, target, { role: 'admin', ...raw });
  expect(admitted.body.type).not.toBe('/docs#forbidden');
});

test('answers forbid type sniffing and caching', async () => {
  for (const path of ['/workflows', '/workflows/none', '/actions']) {
    const { headers } = await api.request('GET', path);
    expect([headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual([
      'nosniff',
      'no-store',
    ]);
  }
});

test('a broken setting is revealed to nobody but the log', async () => {
  const file = process.env['CATALOGUE_FILE'];
  process.env['CATALOGUE_FILE'] = '/nowhere/secret.json';
  try {
    const { status, body, text } = await api.request('POST', '/workflows', { body: greeting });
    expect([status, body.title]).toEqual([500, 'Something went wrong on our side']);
    expect(body.instance).toMatch(/^\/requests\/[\w-]+$/);
    expect(text).not.toContain('secret');
  } finally {
    process.env['CATALOGUE_FILE'] = file;
  }
});

// Bad input over HTTP: each mistake gets a clear answer, and nothing is lost or started by it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallOptions, startTestStack, type TestStack } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

const post = (path: string, body: unknown, options: CallOptions = {}) =>
  stack.call('POST', path, { body, ...options });

const hello = {
  id: 'hello',
  name: 'Hello',
  steps: [{ id: 'say', transform: 'Hello {{ inputs.name }}' }],
  inputs: { name: { type: 'string' } },
};
const steps = (...list: unknown[]) => ({ id: 'broken', name: 'Broken', steps: list });
const issue = (params: Record<string, unknown>) => ({ id: 'open', action: 'github.create_issue', params });
const params = { repo_name: 'acme/handbook', title: 'A title', body: 'A body' };

describe('a workflow with a mistake is not saved', () => {
  test.each<[string, Record<string, unknown>, { pointer: string; message: RegExp }]>([
    ['no steps', steps(), { pointer: '/steps', message: /step/ }],
    ['a duplicate step id', steps(issue(params), issue(params)), { pointer: '/steps/1/id', message: /open/ }],
    [
      'an unknown action',
      steps({ id: 'open', action: 'github.create_isue', params }),
      { pointer: '/steps/0/action', message: /github\.create_isue/ },
    ],
    [
      'a missing required parameter',
      steps(issue({ repo_name: 'acme/handbook', body: 'x' })),
      { pointer: '/steps/0/params', message: /title/ },
    ],
    [
      'a parameter of the wrong type',
      steps(issue({ ...params, labels: 'bug' })),
      { pointer: '/steps/0/params/labels', message: /array/ },
    ],
    [
      'a misspelt reference',
      { ...steps(issue({ ...params, title: '{{ inputs.titel }}' })), inputs: { title: { type: 'string' } } },
      { pointer: '/steps/0/params/title', message: /titel/ },
    ],
    [
      'a misspelt output',
      steps(issue(params), { id: 'say', transform: '{{ steps.open.nunber }}' }),
      { pointer: '/steps/1/transform', message: /nunber/ },
    ],
    [
      'a syntax error in an expression',
      steps(issue({ ...params, title: '{{ 1 + }}' })),
      { pointer: '/steps/0/params/title', message: /./ },
    ],
    [
      'a dangling next_step',
      steps({ id: 'a', type: 'openai', action: 'summarize', params: { text: 'x' }, next_step: 'b' }),
      { pointer: '/steps/0/next_step', message: /b/ },
    ],
    ['an id that is a path', { ...hello, id: '../x' }, { pointer: '/id', message: /./ }],
    ['an id of 300 characters', { ...hello, id: 'x'.repeat(300) }, { pointer: '/id', message: /./ }],
  ])('%s', async (_, workflow, { pointer, message }) => {
    const { status, headers, body } = await post('/workflows', workflow);
    expect(status).toBe(422);
    expect(headers.get('content-type')).toBe('application/problem+json');
    const problem = body.problems.find((found: { pointer: string }) => found.pointer === pointer);
    expect(problem, JSON.stringify(body.problems)).toBeDefined();
    expect(problem.message).toMatch(message);
    expect((await stack.call('GET', '/workflows/broken')).status).toBe(404);
  });

  test('a cycle of next_step', async () => {
    const ask = { type: 'openai', action: 'summarize', params: { text: 'x' } };
    const { status, body } = await post(
      '/workflows',
      steps({ id: 'a', ...ask, next_step: 'b' }, { id: 'b', ...ask, next_step: 'a' }),
    );
    expect(status).toBe(422);
    expect(JSON.stringify(body.problems)).toMatch(/cycle/i);
  });

  test('a suggestion names what was meant', async () => {
    const { body } = await post('/workflows', steps({ id: 'open', action: 'github.create_isue', params }));
    expect(JSON.stringify(body.problems)).toContain('github.create_issue');
  });

  test('twenty mistakes are twenty problems', async () => {
    const wrong = Array.from({ length: 20 }, (_, index) => ({
      id: `s${index}`,
      transform: `{{ inputs.nope${index} }}`,
    }));
    const { body } = await post('/workflows/validate', steps(...wrong));
    expect(body.valid).toBe(false);
    expect(body.problems).toHaveLength(20);
  });
});

describe('a body that cannot be read', () => {
  test('invalid JSON names the place', async () => {
    const { status, body } = await post('/workflows', '{"id": "x",\n "steps": [}');
    expect(status).toBe(400);
    expect(body.detail).toMatch(/line 2/);
  });

  test('over 1 MB is 413', async () => {
    const { status } = await post('/workflows', { ...hello, description: 'x'.repeat(1_048_576) });
    expect(status).toBe(413);
  });

  test('something other than JSON is 415', async () => {
    const { status } = await post('/workflows', 'id: hello', {
      headers: { 'content-type': 'application/yaml' },
    });
    expect(status).toBe(415);
  });
});

describe('an address that is not there or not allowed', () => {
  test.each(['..%2f..%2fetc', 'x'.repeat(300), 'A', '%00', 'a.b'])('workflow id %s', async (id) => {
    expect((await stack.call('GET', `/workflows/${id}`)).status).toBe(400);
  });

  test('an unknown route', async () => {
    expect((await stack.call('GET', '/nowhere')).status).toBe(404);
  });
});

describe('two writers', () => {
  test('a stale If-Match is 412 and changes nothing; a missing one is 428', async () => {
    const created = await post('/workflows', { ...hello, id: 'edited' });
    const etag = created.headers.get('etag') ?? '';
    const replace = (name: string, headers: Record<string, string>) =>
      stack.call('PUT', '/workflows/edited', { body: { ...hello, id: 'edited', name }, headers });
    expect(await replace('second', { 'if-match': etag })).toMatchObject({
      status: 200,
      body: { version: 2, name: 'second' },
    });
    expect((await replace('third', { 'if-match': etag })).status).toBe(412);
    expect((await replace('third', {})).status).toBe(428);
    expect((await stack.call('GET', '/workflows/edited')).body).toMatchObject({ version: 2, name: 'second' });
  });

  test('of ten at once, one wins', async () => {
    const created = await post('/workflows', { ...hello, id: 'raced' });
    const headers = { 'if-match': created.headers.get('etag') ?? '' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        stack.call('PUT', '/workflows/raced', {
          body: { ...hello, id: 'raced', inputs: {}, steps: [{ id: 'say', transform: `writer ${index}` }] },
          headers,
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 412),
    ]);
    const winner = answers.findIndex(({ status }) => status === 200);
    const run = await post('/workflows/raced/executions', {}, { headers: { prefer: 'wait=10' } });
    expect(run.body).toMatchObject({ status: 'succeeded', output: `writer ${winner}`, workflow_version: 2 });
  });

  test('creating an id that exists is 409', async () => {
    await post('/workflows', { ...hello, id: 'taken' });
    expect((await post('/workflows', { ...hello, id: 'taken' })).status).toBe(409);
  });
});

describe('executions', () => {
  test('a missing, a mistyped and an unknown input are named, and nothing starts', async () => {
    await post('/workflows', { ...hello, id: 'greet' });
    const start = (input: unknown) => post('/workflows/greet/executions', { input });
    expect(await start({})).toMatchObject({ status: 422, body: { problems: [{ pointer: '/input/name' }] } });
    expect(await start({ name: 7 })).toMatchObject({
      status: 422,
      body: { problems: [{ pointer: '/input/name' }] },
    });
    expect(JSON.stringify((await start({ name: 'x', nam: 'y' })).body.problems)).toContain('nam');
    expect((await stack.call('GET', '/executions?workflow_id=greet')).body.items).toEqual([]);
  });

  test('a workflow that was deleted meanwhile cannot be started', async () => {
    await post('/workflows', { ...hello, id: 'gone' });
    const headers = { 'if-match': '*' };
    expect((await stack.call('DELETE', '/workflows/gone', { headers })).status).toBe(204);
    expect((await post('/workflows/gone/executions', { input: { name: 'x' } })).status).toBe(404);
    expect((await post('/workflows/execute', { workflow_id: 'gone', variables: { name: 'x' } })).status).toBe(
      404,
    );
  });

  test('one idempotency key starts one execution, at once or later; with another input it is refused', async () => {
    await post('/workflows', { ...hello, id: 'once' });
    const start = (name: string) =>
      post('/workflows/once/executions', { input: { name } }, { headers: { 'idempotency-key': 'order 66' } });
    const answers = await Promise.all(Array.from({ length: 8 }, () => start('Ada')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await start('Ada')).body.id).toBe(answers[0]?.body.id);
    expect((await start('Grace')).status).toBe(422);
    await until(async () =>
      expect((await stack.call('GET', '/executions?workflow_id=once')).body.items).toHaveLength(1),
    );
  });

  test('an input over 256 KiB is 413', async () => {
    await post('/workflows', { ...hello, id: 'large' });
    expect((await post('/workflows/large/executions', { input: { name: 'x'.repeat(300_000) } })).status).toBe(
      413,
    );
  });

  test.each(['nodot', '../x.y', 'a.b/c', `a.${'x'.repeat(200)}`])('execution id %s', async (id) => {
    expect((await stack.call('GET', `/executions/${encodeURIComponent(id)}`)).status).toBe(400);
  });
});

describe('templates', () => {
  test('rendering without a variable names it', async () => {
    await post('/templates', {
      id: 'greeting',
      name: 'Greeting',
      user_prompt: 'Greet {{name}} from {{sender}}',
      variables: { name: { description: 'who' }, sender: { description: 'from' } },
    });
    const { status, body } = await post('/templates/greeting/render', { variables: { name: 'Ada' } });
    expect(status).toBe(422);
    expect(body.problems).toMatchObject([{ pointer: '/variables/sender' }]);
    expect(
      (await post('/prompts/greeting/render', { variables: { name: 'Ada', sender: 'Grace' } })).body
        .user_prompt,
    ).toBe('Greet Ada from Grace');
  });
});

describe('login', () => {
  test('a wrong password and an unknown user get the same answer', async () => {
    const login = (user_id: string, password: string) =>
      post('/auth/login', { user_id, password }, { token: null });
    const [wrong, unknown] = [await login('demo', 'nope'), await login('nobody', 'nope')];
    expect(wrong.status).toBe(401);
    const { instance: _, ...sameBody } = wrong.body;
    const { instance: __, ...otherBody } = unknown.body;
    expect(otherBody).toEqual(sameBody);
  });
});

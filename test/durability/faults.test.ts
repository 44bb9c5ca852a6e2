// Providers that misbehave: what the run, its log and the provider's side look like afterwards.
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { grantedTo } from '../support/google-consent.ts';
import { logOf, startTestStack, type TestStack } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());
afterEach(() => {
  for (const proxy of Object.values(stack.faults)) proxy.clear();
});

/** Saves a workflow with one step `only`, runs it to its end and gives the run and its log. */
async function run(
  id: string,
  step: Record<string, unknown>,
  input: Record<string, unknown> = {},
  inputs = {},
) {
  const saved = await stack.call('POST', '/workflows', {
    body: { id, name: id, inputs, steps: [{ id: 'only', ...step }] },
  });
  expect(saved.status, JSON.stringify(saved.body)).toBe(201);
  const { status, body } = await stack.call('POST', `/workflows/${id}/executions`, {
    body: { input },
    headers: { prefer: 'wait=25' },
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return { execution: body, log: await logOf(stack, body.id) };
}

const ask = { action: 'openai.generate_completion', params: { prompt: 'Say hello' } };
const openIssue = {
  action: 'github.create_issue',
  params: { repo_name: 'acme/handbook', title: 'Broken link', body: 'x' },
};

describe('a provider that fails for a while', () => {
  test('429 twice and then 200: succeeds on the third attempt', async () => {
    const limited = {
      status: 429,
      headers: { 'retry-after': '1', 'content-type': 'application/json' },
      body: '{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}',
    };
    stack.faults.openai.inject([limited, limited]);
    const { execution, log } = await run('limited_twice', ask);
    expect(execution.status).toBe('succeeded');
    expect(log.steps).toMatchObject([
      { id: 'only', action: 'openai.generate_completion', status: 'succeeded', attempts: 3, error: null },
    ]);
    expect(stack.faults.openai.requests).toHaveLength(3);
    // Just as long as the provider said, in a state of the run: the Lambdas had ended by then.
    const { steps } = log;
    expect(Date.parse(steps[0].ended_at) - Date.parse(steps[0].started_at)).toBeGreaterThanOrEqual(2000);
  });

  test('a dropped connection is tried again where that does no harm', async () => {
    stack.faults.openai.inject(['drop']);
    const { log } = await run('dropped_once', ask);
    expect(log).toMatchObject({ status: 'succeeded', steps: [{ attempts: 2 }] });
  });

  test('after a dropped connection a write is tried again, once it is known that there is no issue yet', async () => {
    stack.faults.github.inject(['drop'], { path: /\/issues/ });
    const { log } = await run('dropped_write', openIssue);
    expect(log).toMatchObject({ status: 'succeeded', steps: [{ attempts: 2 }] });
    const asked = stack.faults.github.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`);
    const issues = '/repos/acme/handbook/issues';
    expect(asked).toEqual([`POST ${issues}`, `GET ${issues}`, `POST ${issues}`]);
  });
});

describe('a provider that fails for good', () => {
  test('500 for ever: the run fails with a named error, and its log is written', async () => {
    stack.faults.openai.inject(
      [
        {
          status: 500,
          body: '{"error":{"message":"the model is on fire"}}',
          headers: { 'content-type': 'application/json' },
        },
      ],
      { forever: true },
    );
    const { execution, log } = await run('always_500', ask);
    expect(execution).toMatchObject({
      status: 'failed',
      output: null,
      error: { name: 'ProviderUnavailable', step_id: 'only' },
    });
    const { step_id: _, ...own } = execution.error;
    expect(own.message).toContain('the model is on fire');
    expect(log).toMatchObject({
      status: 'failed',
      error: execution.error,
      steps: [{ status: 'failed', attempts: 4, error: own }],
    });
    expect(stack.faults.openai.requests).toHaveLength(4);
  });

  test('401 is not tried again, and no credential shows', async () => {
    stack.faults.openai.inject([
      {
        status: 401,
        body: '{"error":{"message":"Incorrect API key provided: SECRET","code":"invalid_api_key"}}'.replace(
          'SECRET',
          stack.stack.connections['openai/default']?.['api_key'] ?? '',
        ),
        headers: { 'content-type': 'application/json' },
      },
    ]);
    const { execution, log } = await run('refused', ask);
    expect(execution).toMatchObject({ status: 'failed', error: { name: 'Unauthorized' } });
    expect(log.steps).toMatchObject([{ attempts: 1 }]);
    expect(JSON.stringify([execution, log])).not.toContain(
      stack.stack.connections['openai/default']?.['api_key'],
    );
  });

  test('garbage instead of JSON', async () => {
    stack.faults.notion.inject(
      [{ status: 200, body: '<html>maintenance</html>', headers: { 'content-type': 'text/html' } }],
      { forever: true },
    );
    const { execution } = await run('garbage', {
      action: 'notion.search_pages',
      params: { query: 'x' },
      retry: { max_attempts: 1 },
    });
    expect(execution).toMatchObject({ status: 'failed', error: { name: 'ProviderUnavailable' } });
  });

  test('no answer at all: the step ends at its timeout', async () => {
    stack.faults.openai.inject(['hang'], { forever: true });
    const { execution, log } = await run('hangs', { ...ask, timeout_seconds: 1, retry: { max_attempts: 1 } });
    expect(execution).toMatchObject({ status: 'failed', error: { name: 'States.Timeout' } });
    expect(log.steps).toMatchObject([{ status: 'failed', attempts: 1, error: { name: 'States.Timeout' } }]);
  });

  test('on_error: continue goes on, and the log says what was caught', async () => {
    stack.faults.github.inject(
      [{ status: 404, body: '{"message":"Not Found"}', headers: { 'content-type': 'application/json' } }],
      { forever: true },
    );
    const { execution, log } = await run('goes_on', { ...openIssue, on_error: 'continue' });
    expect(execution).toMatchObject({ status: 'succeeded', output: { error: { name: 'NotFound' } } });
    expect(log.steps).toMatchObject([
      { id: 'only', status: 'caught', attempts: 1, error: { name: 'NotFound' } },
    ]);
  });
});

test.each([
  ['braces', `"}} & $eval('x') & {{"`],
  ['percent', '{% 1 %}'],
  ['template', '{{ inputs.title }}'],
])('a hostile input (%s) stays text all the way to the provider', async (name, text) => {
  const { execution, log } = await run(
    `hostile_${name}`,
    {
      action: 'github.create_issue',
      params: { repo_name: 'acme/handbook', title: '{{ inputs.title }}', body: 'Said: {{ inputs.title }}.' },
    },
    { title: text },
    { title: { type: 'string' } },
  );
  expect(execution.status, JSON.stringify(execution.error)).toBe('succeeded');
  expect(log.steps[0].input).toEqual({ repo_name: 'acme/handbook', title: text, body: `Said: ${text}.` });
  const sent = stack.faults.github.requests.find(({ method }) => method === 'POST');
  expect(JSON.parse(sent?.body ?? '')).toMatchObject({
    title: text,
    body: expect.stringContaining(`Said: ${text}.\n\n<!-- ai-orchestra:`),
  });
});

test('a step that is tried again when its connection has expired goes on after the account is connected again', async () => {
  const { apiUrl, emulated } = stack.stack;
  const google = emulated['google'] ?? '';
  const address = '/connections/google/lapsing';
  const credentials = await grantedTo(apiUrl, google, 'readonly');
  const created = await stack.call('POST', '/connections', {
    body: { provider: 'google', id: 'lapsing', credentials },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const gone = new URLSearchParams({ token: credentials['refresh_token'] ?? '' });
  expect((await fetch(`${google}/oauth2/revoke`, { method: 'POST', body: gone })).status).toBe(200);

  const step = {
    action: 'gmail.list_messages',
    connection: 'lapsing',
    params: { max_results: 1 },
    retry: { on: ['ConnectionExpired'], max_attempts: 90, interval_seconds: 1, backoff_rate: 1 },
  };
  const saved = await stack.call('POST', '/workflows', {
    body: { id: 'reconnected', steps: [{ id: 'only', ...step }] },
  });
  expect(saved.status, JSON.stringify(saved.body)).toBe(201);
  const started = await stack.call('POST', '/workflows/reconnected/executions', { body: {} });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await until(async () => {
    const { body } = await stack.call('GET', `/executions/${started.body.id}/steps`);
    expect(body.items).toMatchObject([{ id: 'only', status: 'running', attempts: expect.any(Number) }]);
    expect(body.items[0].attempts).toBeGreaterThan(1);
  });

  // As a schedule starts it: nothing is asked before, and the step says what is the matter.
  const action = { ...step, retry: undefined };
  const scheduled = await stack.call('POST', '/workflows', {
    body: {
      id: 'scheduled',
      steps: [
        { id: 'only', ...action },
        { id: 'then', ...openIssue },
      ],
    },
  });
  expect(scheduled.status, JSON.stringify(scheduled.body)).toBe(201);
  const sfn = new SFNClient(stack.stack.clientConfig);
  const stateMachineArn = `${stack.stack.settings.STATE_MACHINE_ARN_PREFIX}scheduled`;
  await sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'by-schedule' }));
  sfn.destroy();
  const page = '/app/connections?connection=google/lapsing';
  expect(await logOf(stack, 'scheduled.by-schedule')).toMatchObject({
    status: 'failed',
    error: { name: 'ConnectionExpired', message: expect.stringContaining(page), step_id: 'only' },
    steps: [{ id: 'only', attempts: 1 }],
  });
  // That marks the connection, and a start by the API is refused before its first step.
  const refused = await until(async () => {
    const answer = await stack.call('POST', '/workflows/scheduled/executions', { body: {} });
    expect(answer.status).toBe(409);
    return answer;
  });
  expect(refused.body).toMatchObject({
    type: '/docs#connection-unusable',
    problems: [{ code: 'connection-expired', hint: expect.stringContaining(page) }],
  });
  expect(stack.faults.github.requests).toEqual([]);

  // A try of the step may mark the connection between reading and replacing it.
  const { headers } = await stack.call('GET', address);
  const reconnected = await stack.call('PUT', address, {
    headers: { 'if-match': headers.get('etag') ?? '' },
    body: { credentials: await grantedTo(apiUrl, google, 'readonly') },
  });
  expect(reconnected.status, JSON.stringify(reconnected.body)).toBe(200);
  const again = await stack.call('POST', '/workflows/scheduled/executions', { body: {} });
  expect(again.status, JSON.stringify(again.body)).toBe(202);
  const log = await logOf(stack, started.body.id);
  expect(log).toMatchObject({
    status: 'succeeded',
    steps: [{ id: 'only', status: 'succeeded', error: null, output: { messages: [{}] } }],
  });
});

describe('a model in the background', () => {
  const think = (prompt: string) => ({ ...ask, background: true, params: { prompt } });
  const responses = () =>
    stack.faults.openai.requests
      .map(({ method, path }) => `${method} ${path.replace(/resp_\w+/, 'resp')}`)
      .filter((line) => line.includes('/responses'));

  test('the run waits between looks; a look that fails harms nothing, and nothing stays at the provider', async () => {
    stack.faults.openai.inject(['drop'], { when: ({ method }) => method === 'GET' });
    const { execution, log } = await run('thinks', think('Say hello'));
    expect(execution, JSON.stringify(execution)).toMatchObject({
      status: 'succeeded',
      output: { text: expect.stringContaining('emulated model'), usage: { cost_usd: expect.any(Number) } },
    });
    expect(log.steps).toMatchObject([{ id: 'only', status: 'succeeded', attempts: 1, error: null }]);
    const look = 'GET /v1/responses/resp';
    expect(responses()).toEqual(['POST /v1/responses', look, look, look, 'DELETE /v1/responses/resp']);
  });

  test('what does not end in time is cancelled, and the step ran into its time limit', async () => {
    const { execution, log } = await run('thinks_long', {
      ...think('Please stay in progress'),
      timeout_seconds: 5,
    });
    expect(execution).toMatchObject({ status: 'failed', error: { name: 'States.Timeout', step_id: 'only' } });
    expect(log.steps).toMatchObject([{ id: 'only', status: 'failed', error: { name: 'States.Timeout' } }]);
    expect(responses().slice(-3)).toEqual([
      'GET /v1/responses/resp',
      'POST /v1/responses/resp/cancel',
      'DELETE /v1/responses/resp',
    ]);
  });
});

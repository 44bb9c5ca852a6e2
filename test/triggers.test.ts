// Triggers from outside: workflows with schedules and webhooks, saved over HTTP and started by the clock or a sender.
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStack } from '../local/stack.ts';
import { createTestClock } from './support/test-clock.ts';
import { callApi, startTestStack, type TestStack } from './support/test-stack.ts';

const scheduled = (id: string, trigger: object) => ({
  id,
  inputs: { name: { type: 'string', default: 'nobody' } },
  triggers: [trigger],
  steps: [{ id: 'hello', transform: 'Hello {{ inputs.name }}' }],
});

interface Run {
  readonly id: string;
  readonly status: string;
  readonly input: unknown;
  readonly output: unknown;
}

/** The runs of a workflow that have ended, once there are so many. */
async function endedRuns(
  call: TestStack['call'],
  workflowId: string,
  count: number,
): Promise<readonly Run[]> {
  for (const deadline = Date.now() + 15_000; ; ) {
    const { body } = await call('GET', `/executions?workflow_id=${workflowId}`);
    const ids: string[] = body.items.map(({ id }: Run) => id);
    const all = await Promise.all(
      ids.map(async (id) => (await call('GET', `/executions/${id}`)).body as Run),
    );
    const ended = all.filter(({ status }) => status !== 'running');
    if (ended.length >= count) return ended;
    if (Date.now() > deadline) throw new Error(`${ended.length} runs of ${workflowId} ended, not ${count}`);
  }
}

describe('schedules, by a clock in the test’s hand', () => {
  const clock = createTestClock(Date.parse('2027-03-26T12:00:00Z'));
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack({ scheduleClock: clock });
  });
  afterAll(() => stack.close());

  const save = (document: object) => stack.call('POST', '/workflows', { body: document });
  const startTimes = async (id: string, count: number) =>
    (await endedRuns(stack.call, id, count)).map(({ input }) => input);

  test('keep their wall-clock time when the clocks change', async () => {
    const { status } = await save(
      scheduled('daily', {
        schedule: 'cron(30 9 * * ? *)',
        timezone: 'Europe/Berlin',
        input: { name: '<aws.scheduler.scheduled-time>' },
      }),
    );
    expect(status).toBe(201);
    // Summer time begins on 28 March 2027.
    await clock.to('2027-03-29T12:00:00Z');
    expect(
      (await startTimes('daily', 3)).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ).toEqual([
      { name: '2027-03-27T08:30:00Z' },
      { name: '2027-03-28T07:30:00Z' },
      { name: '2027-03-29T07:30:00Z' },
    ]);
  });

  test('start the version that is saved, with the trigger’s input, and nothing while paused or once deleted', async () => {
    const trigger = { schedule: 'cron(0 * * * ? *)', input: { name: 'Ada' } };
    const created = await save(scheduled('hourly', trigger));
    const hour = (n: number) => new Date(Date.parse('2027-03-29T13:00:00Z') + n * 3_600_000).toISOString();
    await clock.to(hour(0));
    const before = await endedRuns(stack.call, 'hourly', 1);
    const replaced = await stack.call('PUT', '/workflows/hourly', {
      body: { ...scheduled('hourly', trigger), steps: [{ id: 'hello', transform: 'Bye {{ inputs.name }}' }] },
      headers: { 'if-match': created.headers.get('etag') ?? '' },
    });
    expect(replaced.status).toBe(200);
    await clock.to(hour(1));
    const after = await endedRuns(stack.call, 'hourly', before.length + 1);
    const fresh = after.filter(({ id }) => !before.some((run) => run.id === id));
    expect(before[0]).toMatchObject({ status: 'succeeded', input: { name: 'Ada' }, output: 'Hello Ada' });
    expect(fresh).toMatchObject([{ status: 'succeeded', output: 'Bye Ada', workflow_version: 2 }]);

    const token = await stack.tokenOf('editor');
    const paused = await stack.call('POST', '/schedules/hourly.0/pause', { token });
    expect([paused.status, paused.body.state, paused.body.next_time]).toEqual([200, 'paused', null]);
    expect((await stack.call('GET', '/workflows/hourly')).body).toMatchObject({
      version: 2,
      updated_by: 'editor',
      triggers: [{ ...trigger, enabled: false }],
    });
    await clock.to(hour(5));
    const resumed = await stack.call('POST', '/schedules/hourly.0/resume', { token });
    expect([resumed.status, resumed.body.state]).toEqual([200, 'enabled']);
    await clock.to(hour(6));
    expect(await endedRuns(stack.call, 'hourly', after.length + 1)).toHaveLength(after.length + 1);

    await stack.call('DELETE', '/workflows/hourly');
    const { body } = await stack.call('GET', '/schedules');
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['daily.0']);
  });
});

describe('schedules, by the real clock', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack();
  });
  afterAll(() => stack.close());

  test('are listed with their state and next time, and validated with the next five', async () => {
    const triggers = [
      { schedule: 'cron(0 9 ? * MON *)', timezone: 'America/New_York' },
      { schedule: 'rate(3 hours)', enabled: false, input: { name: 'Grace' } },
      { schedule: 'at(2020-01-01T00:00:00)' },
    ];
    const document = { ...scheduled('listed', {}), triggers };
    const validation = await stack.call('POST', '/workflows/validate', { body: document });
    const [mondays, rate, over] = validation.body.schedules;
    const local = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'America/New_York',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
    });
    expect(mondays.next_times.map((time: string) => local.format(new Date(time)))).toEqual(
      Array(5).fill('Mon 09:00'),
    );
    const times = rate.next_times.map((time: string) => Date.parse(time));
    expect(times.map((time: number) => time - times[0])).toEqual([0, 3, 6, 9, 12].map((n) => n * 3_600_000));
    expect(over).toEqual({ trigger: 2, next_times: [] });

    expect((await stack.call('POST', '/workflows', { body: document })).status).toBe(201);
    const { body } = await stack.call('GET', '/schedules', { token: await stack.tokenOf('viewer') });
    const listed = body.items.filter(({ workflow_id }: { workflow_id: string }) => workflow_id === 'listed');
    expect(listed).toEqual([
      {
        id: 'listed.0',
        workflow_id: 'listed',
        trigger: 0,
        schedule: 'cron(0 9 ? * MON *)',
        timezone: 'America/New_York',
        state: 'enabled',
        next_time: mondays.next_times[0],
        input: {},
      },
      expect.objectContaining({ id: 'listed.1', state: 'paused', next_time: null, input: { name: 'Grace' } }),
      expect.objectContaining({ id: 'listed.2', state: 'ended', next_time: null }),
    ]);
    for (const id of ['listed.3', 'nothing.0']) {
      expect((await stack.call('POST', `/schedules/${id}/pause`)).status).toBe(404);
    }
  });

  test('start a run when they are due; what was due while the stack was down starts once or is reported', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'orchestra-'));
    const notes: string[] = [];
    const start = (scheduleClock?: ReturnType<typeof createTestClock>) =>
      startStack({
        home,
        port: 0,
        awsPort: 0,
        seed: false,
        note: (line) => notes.push(line),
        ...(scheduleClock && { scheduleClock }),
      });
    const callOf = async ({ apiUrl }: { apiUrl: string }): Promise<TestStack['call']> => {
      const login = await callApi(`${apiUrl}/auth/login`, 'POST', {
        body: { user_id: 'demo', password: 'demo' },
      });
      return (method, route, options) =>
        callApi(apiUrl + route, method, { ...options, token: login.body.access_token });
    };
    try {
      const first = await start();
      const call = await callOf(first);
      const soon = new Date(Date.now() + 2000).toISOString().slice(0, 19);
      const documents = [
        scheduled('soon', { schedule: `at(${soon})`, input: { name: 'Ada' } }),
        scheduled('window', { schedule: 'cron(0 * * * ? *)', flexible_window_minutes: 60 }),
        scheduled('strict', { schedule: 'cron(0 * * * ? *)' }),
      ];
      for (const body of documents) expect((await call('POST', '/workflows', { body })).status).toBe(201);
      expect(await endedRuns(call, 'soon', 1)).toMatchObject([{ status: 'succeeded', output: 'Hello Ada' }]);
      await first.stop();

      // Half past, three hours later: three times were missed, the last of them half an hour ago.
      const hour = 3_600_000;
      const later = Math.floor(Date.now() / hour) * hour + 3.5 * hour;
      const second = await start(createTestClock(later));
      const again = await callOf(second);
      const [run, ...others] = await endedRuns(again, 'window', 1);
      expect([run?.output, others]).toEqual(['Hello nobody', []]);
      expect((await again('GET', '/executions?workflow_id=strict')).body.items).toEqual([]);
      const dueAt = new Date(later - hour / 2).toISOString();
      expect(notes.filter((line) => line.includes('strict.'))).toEqual([
        expect.stringMatching(
          new RegExp(`^The schedule strict\\.\\w+ was due at ${dueAt}, when the stack was down$`),
        ),
      ]);
      await second.stop();
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});

describe('webhooks', () => {
  const SECRET = 'a secret of the test';
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack();
    for (const id of ['triage', 'shop', 'known', 'paused']) await putSecret(id);
  });
  afterAll(() => stack.close());

  async function putSecret(connection: string): Promise<void> {
    const ssm = new SSMClient(stack.stack.clientConfig);
    const Name = `${stack.stack.settings.CONNECTIONS_PATH}/webhook/${connection}`;
    const Value = JSON.stringify({ secret: SECRET });
    await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
    ssm.destroy();
  }

  /** A workflow that gives its input back. */
  const echo = (id: string, webhooks: object[], more: object = {}) => ({
    id,
    inputs: { webhook: { type: 'object' }, label: { type: 'string', default: 'none' } },
    triggers: webhooks.map((webhook) => ({ webhook, ...more })),
    steps: [{ id: 'echo', transform: '{{ inputs }}' }],
  });
  const save = async (document: object) =>
    expect((await stack.call('POST', '/workflows', { body: document })).status).toBe(201);

  const hmac = (text: string | Buffer) => createHmac('sha256', SECRET).update(text).digest('hex');
  async function send(hook: string, body: string | Buffer, headers: Record<string, string>) {
    const response = await fetch(`${stack.stack.apiUrl}/hooks/${hook}`, { method: 'POST', body, headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
  const sendAsGithub = (hook: string, body: string | Buffer, delivery: string, headers = {}) =>
    send(hook, body, {
      'content-type': 'application/json',
      'x-github-event': 'ping',
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${hmac(body)}`,
      ...headers,
    });

  test('an issue opened at GitHub starts the workflow with what GitHub sent', async () => {
    await save(echo('triage', [{ verify: 'github' }], { input: { label: 'triage' } }));
    const github = new Octokit({
      auth: 'emulated-github-token',
      baseUrl: stack.stack.settings.GITHUB_API_URL ?? '',
    });
    const repository = { owner: 'acme', repo: 'handbook' };
    const config = { url: `${stack.stack.apiUrl}/hooks/triage`, content_type: 'json', secret: SECRET };
    await github.rest.repos.createWebhook({ ...repository, config, events: ['issues'] });
    const { data: issue } = await github.rest.issues.create({
      ...repository,
      title: 'Übergabe: “who” has the key?',
      body: 'Emoji too: \u{1f511}',
    });
    const [run] = await endedRuns(stack.call, 'triage', 1);
    expect(run).toMatchObject({
      status: 'succeeded',
      input: {
        label: 'triage',
        webhook: {
          delivery: expect.any(String),
          headers: { 'content-type': 'application/json', 'x-github-event': 'issues' },
          body: { action: 'opened', issue: { number: issue.number, title: issue.title, body: issue.body } },
        },
      },
    });
    expect(run?.output).toEqual(run?.input);
    expect(JSON.stringify(run)).not.toContain('signature');
  });

  test('a delivery that is sent again starts nothing again', async () => {
    await save(echo('known', [{ verify: 'github' }]));
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => sendAsGithub('known', '{"n":1}', 'the-same')),
    );
    expect(new Set(tries.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(tries[0]?.status).toBe(202);
    const [run] = await endedRuns(stack.call, 'known', 1);
    expect(JSON.parse(tries[0]?.text ?? '')).toEqual({ execution_id: run?.id });
    // Also when it has ended, and when the workflow has been saved meanwhile.
    await stack.call('PUT', '/workflows/known', {
      body: { ...echo('known', [{ verify: 'github' }]), description: 'changed' },
      headers: { 'if-match': '*' },
    });
    expect((await sendAsGithub('known', '{"n":1}', 'the-same')).text).toBe(tries[0]?.text);
    const other = await sendAsGithub('known', '{"n":1}', 'another');
    expect(other.text).not.toBe(tries[0]?.text);
    expect(await endedRuns(stack.call, 'known', 2)).toHaveLength(2);
  });

  test('the signature is over the bytes, also of what is no text', async () => {
    const bytes = Buffer.from([0x7b, 0x00, 0xff, 0xfe, 0x7d]);
    const type = { 'content-type': 'application/octet-stream' };
    expect((await sendAsGithub('known', bytes, 'bytes', type)).status).toBe(202);
    expect((await sendAsGithub('known', '{"a": "ä" }\n', 'text')).status).toBe(202);
    expect((await sendAsGithub('known', '', 'empty')).status).toBe(202);
  });

  test('other senders: a token for one address, a signed time for another', async () => {
    await save(
      echo('shop', [
        {
          verify: 'token',
          name: 'orders',
          header: 'X-Token',
          delivery_header: 'X-Order',
          headers: ['X-Order'],
        },
        {
          verify: 'hmac',
          name: 'payments',
          header: 'Payment-Signature',
          prefix: 'v1=',
          timestamp: { header: 'Payment-Signature', prefix: 't=' },
        },
      ]),
    );
    const order = await send('shop.orders', 'a=1', {
      'content-type': 'application/x-www-form-urlencoded',
      'x-token': SECRET,
      'x-order': '7',
    });
    expect(order.status).toBe(202);
    const [run] = await endedRuns(stack.call, 'shop', 1);
    expect(run?.input).toEqual({
      webhook: {
        delivery: '7',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'user-agent': 'node',
          'x-order': '7',
        },
        body: 'a=1',
      },
    });
    const pay = (seconds: number) => {
      const header = `t=${seconds},v1=${hmac(`${seconds}.{}`)}`;
      return send('shop.payments', '{}', { 'payment-signature': header });
    };
    const now = Math.floor(Date.now() / 1000);
    expect((await pay(now)).status).toBe(202);
    expect((await pay(now - 3600)).status).toBe(401);
    // Each address has a way of its own to verify, and a workflow without a nameless webhook has no such address.
    expect((await send('shop.payments', '{}', { 'x-token': SECRET })).status).toBe(401);
    expect((await send('shop', '{}', { 'x-token': SECRET })).status).toBe(401);
  });

  test('whatever is refused is refused in one way', async () => {
    await save(echo('paused', [{ verify: 'github' }], { enabled: false }));
    await save(echo('secretless', [{ verify: 'github' }]));
    const body = '{}';
    const refused = {
      'no such workflow': await sendAsGithub('nothing', body, 'x'),
      'no such webhook of a workflow': await sendAsGithub('known.other', body, 'x'),
      'no secret yet': await sendAsGithub('secretless', body, 'x'),
      'a disabled trigger': await sendAsGithub('paused', body, 'x'),
      'no signature': await send('known', body, {}),
      'a wrong signature': await send('known', body, { 'x-hub-signature-256': `sha256=${hmac('other')}` }),
      'no signature for what does not exist': await send('nothing', body, {}),
    };
    for (const [what, { status, headers, text }] of Object.entries(refused)) {
      expect([what, status, JSON.parse(text)]).toEqual([
        what,
        401,
        {
          type: '/docs#delivery-refused',
          title: 'The delivery was refused',
          status: 401,
          detail: 'The delivery was not accepted',
        },
      ]);
      const names = [...headers.keys()].filter((name) => !['date', 'apigw-requestid'].includes(name));
      const expected = [...refused['a wrong signature'].headers.keys()];
      expect([what, names]).toEqual([
        what,
        expected.filter((name) => !['date', 'apigw-requestid'].includes(name)),
      ]);
    }
    await putSecret('secretless');
    expect((await sendAsGithub('secretless', body, 'x')).status).toBe(202);
    await stack.call('DELETE', '/workflows/secretless');
    expect((await sendAsGithub('secretless', body, 'y')).status).toBe(401);
  });

  test('what does not fit the input of an execution is refused', async () => {
    const text = (length: number) => JSON.stringify('x'.repeat(length));
    expect((await sendAsGithub('known', text(262_143), 'large')).status).toBe(413);
    // The body alone would fit.
    expect((await sendAsGithub('known', text(262_142), 'with headers')).status).toBe(413);
    expect((await sendAsGithub('known', text(261_000), 'fits')).status).toBe(202);
  });
});

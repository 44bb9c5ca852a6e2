// Workflows with schedules, saved over HTTP and started by a clock. Webhooks are in webhooks.test.ts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStack } from '../../local/stack.ts';
import { createTestClock } from '../support/test-clock.ts';
import { callApi, endedRuns, startTestStack, type TestStack } from '../support/test-stack.ts';

const scheduled = (id: string, trigger: object) => ({
  id,
  inputs: { name: { type: 'string', default: 'nobody' } },
  triggers: [trigger],
  steps: [{ id: 'hello', transform: 'Hello {{ inputs.name }}' }],
});

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
    expect(fresh).toMatchObject([
      { status: 'succeeded', output: 'Bye Ada', workflow_version: 2, trigger: { type: 'schedule' } },
    ]);

    const token = await stack.tokenOf('editor');
    const paused = await stack.call('POST', '/schedules/hourly.0/pause', { token });
    expect([paused.status, paused.body.state, paused.body.next_time]).toEqual([200, 'paused', null]);
    expect((await stack.call('GET', '/workflows/hourly')).body).toMatchObject({
      version: 2,
      updated_by: 'editor',
      triggers: [{ ...trigger, enabled: false }],
    });
    // A push of the same file resumes nothing.
    const etag = (await stack.call('GET', '/workflows/hourly')).headers.get('etag') ?? '';
    const pushed = await stack.call('PUT', '/workflows/hourly', {
      body: { ...scheduled('hourly', trigger), steps: [{ id: 'hello', transform: 'Bye {{ inputs.name }}' }] },
      headers: { 'if-match': etag },
    });
    expect([pushed.status, pushed.body.warnings]).toMatchObject([
      200,
      [{ code: 'schedule-paused', pointer: '/triggers/0' }],
    ]);
    expect((await stack.call('GET', '/schedules')).body.items).toMatchObject([
      { id: 'daily.0', state: 'enabled' },
      { id: 'hourly.0', state: 'paused', next_time: null, paused_by: 'editor' },
    ]);
    const again = await stack.call('POST', '/schedules/hourly.0/pause');
    expect([again.body.paused_by, again.body.paused_at]).toEqual(['editor', paused.body.paused_at]);
    await clock.to(hour(5));
    const resumed = await stack.call('POST', '/schedules/hourly.0/resume', { token });
    expect([resumed.status, resumed.body.state, resumed.body.paused_by]).toEqual([200, 'enabled', null]);
    await clock.to(hour(6));
    expect(await endedRuns(stack.call, 'hourly', after.length + 1)).toHaveLength(after.length + 1);

    await stack.call('DELETE', '/workflows/hourly', { headers: { 'if-match': '*' } });
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
        next_times: mondays.next_times,
        paused_by: null,
        paused_at: null,
        input: {},
      },
      expect.objectContaining({
        id: 'listed.1',
        state: 'paused',
        next_time: null,
        next_times: [],
        // The workflow's author has switched it off, and nobody has paused it.
        paused_by: null,
        input: { name: 'Grace' },
      }),
      expect.objectContaining({ id: 'listed.2', state: 'ended', next_time: null }),
    ]);
    for (const id of ['listed.3', 'nothing.0']) {
      expect((await stack.call('POST', `/schedules/${id}/pause`)).status).toBe(404);
    }
  });

  test('start a run when they are due; what was due while the stack was down starts once or is reported', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'orchestra-'));
    const notes: string[] = [];
    const start = (scheduleClock: ReturnType<typeof createTestClock>) =>
      startStack({
        home,
        port: 0,
        awsPort: 0,
        seed: false,
        note: (line) => notes.push(line),
        scheduleClock,
      });
    const callOf = async ({ apiUrl }: { apiUrl: string }): Promise<TestStack['call']> => {
      const login = await callApi(`${apiUrl}/auth/login`, 'POST', {
        body: { user_id: 'demo', password: 'demo' },
      });
      return (method, route, options) =>
        callApi(apiUrl + route, method, { ...options, token: login.body.access_token });
    };
    try {
      const clock = createTestClock(Date.now());
      const first = await start(clock);
      const call = await callOf(first);
      // Half an hour from now, so that neither is due while this stack runs.
      const minute = (new Date().getUTCMinutes() + 30) % 60;
      const documents = [
        scheduled('window', { schedule: `cron(${minute} * * * ? *)`, flexible_window_minutes: 60 }),
        scheduled('strict', { schedule: `cron(${minute} * * * ? *)` }),
      ];
      for (const body of documents) expect((await call('POST', '/workflows', { body })).status).toBe(201);
      const soon = new Date(clock.now() + 600_000).toISOString().slice(0, 19);
      const once = scheduled('soon', { schedule: `at(${soon})`, input: { name: 'Ada' } });
      expect((await call('POST', '/workflows', { body: once })).status).toBe(201);
      await clock.to(`${soon}Z`);
      expect(await endedRuns(call, 'soon', 1)).toMatchObject([{ status: 'succeeded', output: 'Hello Ada' }]);
      await first.stop();

      // Hours later: several times were missed, the last of them half an hour ago.
      const hour = 3_600_000;
      const due = Math.floor(Date.now() / hour) * hour + 3 * hour + minute * 60_000;
      const second = await start(createTestClock(due + hour / 2));
      const again = await callOf(second);
      const [run, ...others] = await endedRuns(again, 'window', 1);
      expect([run?.output, others]).toEqual(['Hello nobody', []]);
      expect((await again('GET', '/executions?workflow_id=strict')).body.items).toEqual([]);
      const dueAt = new Date(due).toISOString();
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
